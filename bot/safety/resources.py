"""The crisis numbers, from the one file that holds them (resources.yml), so that one edit renews them all."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot import plain_yaml
from bot.errors import BrokenFile

FILE = Path(__file__).with_name("resources.yml")
MAX_AGE_DAYS = 90
_TEXTS = ("name", "call", "text", "keyword", "note")


@lru_cache(maxsize=4)
def resources(path: Path = FILE) -> dict[str, dict[str, Any]]:
    """Resource key -> {name, call, text, keyword, note, seen, verified_on} as written in the file."""
    try:
        found = plain_yaml.read(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BrokenFile(path, f"it cannot be read ({type(error).__name__})") from None
    if not isinstance(found, dict) or not found:
        raise BrokenFile(path, "it holds no crisis resources")
    for key, entry in found.items():
        _check(path, key, entry)
    return found


def crisis_facts() -> dict[str, str]:
    """Placeholder -> "name, number", for the few reviewed answers that offer a line.

    The placeholder is crisis_<key>, the word crisis said once: suicide_crisis gives crisis_suicide.
    An entry without a number to call or text has none.
    """
    return {_placeholder(key): _line(entry) for key, entry in resources().items() if _number(entry)}


def out_of_date(today: date) -> list[str]:
    """The entries nobody has checked for 90 days: a number may have changed."""
    return [key for key, entry in resources().items() if (today - entry["verified_on"]).days > MAX_AGE_DAYS]


def _placeholder(key: str) -> str:
    return "_".join(["crisis", *(part for part in key.split("_") if part != "crisis")])


def _line(entry: dict[str, Any]) -> str:
    return ", ".join(part for part in (entry.get("name"), _number(entry)) if part)


def _number(entry: dict[str, Any]) -> str:
    if entry.get("call"):
        return str(entry["call"])
    if entry.get("text") and entry.get("keyword"):
        return f"text {entry['keyword']} to {entry['text']}"
    return f"text {entry['text']}" if entry.get("text") else ""


def _check(path: Path, key: Any, entry: Any) -> None:
    if not isinstance(entry, dict) or not (entry.get("name") or entry.get("call")):
        raise BrokenFile(path, f"`{key}` needs a name or a number to call")
    for field in _TEXTS:
        if not isinstance(entry.get(field, ""), str):
            raise BrokenFile(path, f"`{field}` of `{key}` must be in quotes")
    if not isinstance(entry.get("verified_on"), date):
        raise BrokenFile(path, f"`verified_on` of `{key}` must be a date such as 2026-11-23")
