"""practice.yml: every fact of the practice, read once and checked, so that a slip is named and not shown.

Another practice uses this bot by editing that one file, and the person who edits it is no engineer:
every complaint is one sentence that names the key and what it should hold.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.booking.rules import Rules, booking_rules
from bot.errors import PracticeFileError
from bot.practice_file import is_empty, parse_yaml, read_yaml, refuse_unknown

_NUMBERS = {
    "free_minutes": (1, 240),
    "retention_days": (1, 3650),
    "session_minutes": (1, 480),
    "minimum_age": (0, 99),
}
_SHOULD = {
    "services": 'a list of texts, one on each line after a dash, such as - "sex therapy"',
    "phone": 'a phone number in quotes, such as "(650) 555-0100"',
    "timezone": 'the name of a time zone, such as "America/Los_Angeles"',
    "article": "a `title` and a `url`",
    "article.url": "a link that starts with https://, http:// or /",
    "booking_url": "a link that starts with https://, http:// or /",
    "email": "an e-mail address",
    **{key: f"a whole number from {low} to {high}, without quotes" for key, (low, high) in _NUMBERS.items()},
}


_NOT_TEXT = ("article", "services", "booking")


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
    timezone: str
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
    booking: Rules | None = None  # None: appointments are not made in the chat

    def facts(self) -> dict[str, str]:
        """Placeholder name -> text, for every fact that is told."""
        told = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in _NOT_TEXT}
        texts = {name: str(value) for name, value in told.items() if value not in ("", None)}
        *first, last = self.services
        return {**texts, "services": f"{', '.join(first)} and {last}" if first else last}


REQUIRED = tuple(f.name for f in fields(Practice) if f.default is MISSING)
OPTIONAL = tuple(f.name for f in fields(Practice) if f.default is not MISSING)


def load_practice(path: Path) -> Practice:
    """Reads and checks the file. Raises PracticeFileError with one sentence that names the key."""
    try:
        return _practice(read_yaml(path))
    except PracticeFileError as error:
        raise PracticeFileError(f"{path.name}: {error}") from None


def practice_of(text: str) -> Practice:
    """The same of a text that is not in the file yet. Raises PracticeFileError."""
    return _practice(parse_yaml(text))


def _practice(given: dict[Any, Any]) -> Practice:
    refuse_unknown(given, REQUIRED + OPTIONAL)
    told = {key: value for key, value in given.items() if not is_empty(value)}
    for key in REQUIRED:
        if key not in told:
            raise PracticeFileError(f"`{key}` is needed and is empty; it must be {_should(key)}.")
    booking = told.pop("booking", None)
    checked = {key: _checked(key, value) for key, value in told.items()}
    rules = None if booking is None else booking_rules(booking, checked["timezone"])
    return Practice(**checked, booking=rules)


def _should(key: str) -> str:
    return _SHOULD.get(key, "text in quotes")


def _checked(key: str, value: Any) -> Any:
    """The value as the bot keeps it."""
    if key in _NUMBERS:
        return _whole_number(key, value)
    if key == "services":
        return _services(value)
    if key == "article":
        return _article(value)
    return _text(key, value)


def _whole_number(key: str, value: Any) -> int:
    low, high = _NUMBERS[key]
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise _wrong(key)
    return value


def _services(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise _wrong("services")
    return tuple(item.strip() for item in value)


def _article(value: Any) -> Article:
    if not isinstance(value, dict):
        raise _wrong("article")
    refuse_unknown(value, ("title", "url"), "article.")
    parts = {}
    for part in ("title", "url"):
        key = f"article.{part}"
        if is_empty(value.get(part)):
            raise PracticeFileError(f"`{key}` is needed and is empty; it must be {_should(key)}.")
        parts[part] = _text(key, value[part])
    return Article(**parts)


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str) or not _FITS.get(key, _any)(value.strip()):
        raise _wrong(key)
    return value.strip()


def _wrong(key: str) -> PracticeFileError:
    return PracticeFileError(f"`{key}` must be {_should(key)}.")


def _any(_text: str) -> bool:
    return True


def _is_phone(text: str) -> bool:
    digits = sum(c.isdigit() for c in text)
    return re.fullmatch(r"[+(0-9][0-9 ()./-]+", text) is not None and 7 <= digits <= 15


def _is_email(text: str) -> bool:
    return re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", text) is not None


def _is_link(text: str) -> bool:
    return re.fullmatch(r"(https?://[^\s/]\S*|/(?!/)\S*)", text) is not None


def _is_time_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of zones
        return False
    return True


_FITS = {
    "phone": _is_phone,
    "email": _is_email,
    "booking_url": _is_link,
    "article.url": _is_link,
    "timezone": _is_time_zone,
}
