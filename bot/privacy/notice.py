"""The notice a visitor accepts before anything is stored: a reviewed text with a version (notice.yml)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Mapping

import yaml

from bot import plain_yaml
from bot.errors import BrokenFile

FILE = Path(__file__).with_name("notice.yml")


@dataclass(frozen=True)
class Notice:
    """The text as visitors read it, and the version that is recorded."""

    version: str
    text: str


def load_notice(facts: Mapping[str, str], path: Path = FILE) -> Notice:
    """facts: the practice's facts by name. Raises BrokenFile when the text cannot be made whole."""
    try:
        written = plain_yaml.read(path.read_text(encoding="utf-8"))
        version, text = written["version"], written["text"].strip().format_map(facts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise BrokenFile(path, f"it is damaged or names a fact there is not ({type(error).__name__})") from None
    if not isinstance(version, str) or not 0 < len(version) <= 32:
        raise BrokenFile(path, "its version must be a short text in quotes")
    return Notice(version, text)
