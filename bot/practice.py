"""practice.yml: every fact of the practice, read once and checked, so that a slip is named and not shown.

Another practice uses this bot by editing that one file.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from bot.errors import PracticeFileError

_WHOLE_NUMBERS = {"free_minutes": (1, 240), "retention_days": (1, 3650), "session_minutes": (1, 480), "minimum_age": (0, 99)}


@dataclass(frozen=True)
class Article:
    """The practice's article that backs many answers."""

    title: str
    url: str


@dataclass(frozen=True)
class Practice:
    """The facts. Optional ones are "" or None when the practice does not tell them."""

    name: str
    therapist: str
    experience: str
    services: tuple[str, ...]
    phone: str
    city: str
    area: str
    time_zone: str
    free_minutes: int
    retention_days: int
    article: Article
    licence: str = ""
    address: str = ""
    directions: str = ""
    telehealth: str = ""
    hours: str = ""
    fees: str = ""
    insurance: str = ""
    cancellation: str = ""
    typical_course: str = ""
    inclusive: str = ""
    email: str = ""
    booking_url: str = ""
    session_minutes: int | None = None
    minimum_age: int | None = None

    def facts(self) -> dict[str, str]:
        """Placeholder name -> text, for every fact that is told."""
        told = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("article", "services")}
        texts = {name: str(value) for name, value in told.items() if value not in ("", None)}
        return {**texts, "services": " and ".join(self.services)}


REQUIRED = tuple(f.name for f in fields(Practice))[:11]
OPTIONAL = tuple(f.name for f in fields(Practice))[11:]


def load_practice(path: Path) -> Practice:
    """Reads and checks the file. Raises PracticeFileError with one sentence that names the key."""
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PracticeFileError(f"{path.name} is missing; restore it from the repository.") from None
    except UnicodeDecodeError:
        raise PracticeFileError(f"{path.name} is not UTF-8 text; save it as UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" near line {mark.line + 1}" if mark else ""
        raise PracticeFileError(f"{path.name} is not valid YAML{where}; check quotes and indentation there.") from None
    if not isinstance(given, dict):
        raise PracticeFileError(f"{path.name} must hold lines such as `name: ...`.")
    values: dict[str, Any] = {}
    for key in given:
        if key not in REQUIRED + OPTIONAL:
            close = difflib.get_close_matches(str(key), REQUIRED + OPTIONAL, 1)
            hint = f"; did you mean `{close[0]}`?" if close else "."
            raise PracticeFileError(f"{path.name}: `{key}` is not a fact the bot knows{hint}")
    for key in REQUIRED + OPTIONAL:
        if given.get(key) not in (None, "", []):
            values[key] = _checked(path.name, key, given[key])
        elif key in REQUIRED:
            raise PracticeFileError(f"{path.name}: `{key}` is needed and is empty.")
    return Practice(**values)


def _checked(file: str, key: str, value: Any) -> Any:
    def wrong(should: str) -> PracticeFileError:
        return PracticeFileError(f"{file}: `{key}` must be {should}.")

    if key in _WHOLE_NUMBERS:
        low, high = _WHOLE_NUMBERS[key]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise wrong(f"a whole number from {low} to {high}")
        return value
    if key == "services":
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise wrong("a list of words, such as [sex therapy, couples counseling]")
        return tuple(value)
    if key == "article":
        if not isinstance(value, dict) or set(value) != {"title", "url"}:
            raise wrong("a `title` and a `url`")
        if not all(isinstance(part, str) and part for part in value.values()) or not _is_link(value["url"]):
            raise wrong("a title, and a url that starts with https:// or /")
        return Article(value["title"], value["url"])
    if not isinstance(value, str):
        raise wrong("text; put it in quotes")
    value = value.strip()
    if key == "phone" and not re.fullmatch(r"[+()\d][\d ()./-]{6,24}", value):
        raise wrong('a phone number, such as "(650) 555-0100"')
    if key == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        raise wrong("an e-mail address")
    if key == "booking_url" and not _is_link(value):
        raise wrong("a link that starts with https:// or /")
    if key == "time_zone":
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise wrong("a time zone, such as America/Los_Angeles") from None
    return value


def _is_link(text: str) -> bool:
    return re.match(r"(https?://[^\s/]+|/(?!/))", text) is not None
