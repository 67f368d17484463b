"""The crisis numbers, from the one file that holds them (resources.yml)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("resources.yml")


@lru_cache(maxsize=1)
def resources() -> dict[str, dict[str, Any]]:
    """Resource key -> {name, call, text, keyword, note, seen, verified_on} as written in the file."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def crisis_facts() -> dict[str, str]:
    """Placeholder crisis_<what> -> "name, number", for the few reviewed answers that offer a line."""
    facts = {}
    for key, entry in resources().items():
        number = str(entry.get("call") or entry.get("text") or "")
        if entry.get("keyword") and not entry.get("call"):
            number = f"text {entry['keyword']} to {number}"
        if number:
            short = key.removeprefix("crisis_").removesuffix("_crisis")
            facts[f"crisis_{short}"] = ", ".join(part for part in (entry.get("name"), number) if part)
    return facts
