"""practice.yml: every fact of the practice, read once and checked, so that a slip is named and not shown.

Another practice uses this bot by editing that one file, and the person who edits it is no engineer:
every complaint is one sentence that names the key and what it should hold.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from bot.errors import PracticeFileError

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

    def facts(self) -> dict[str, str]:
        """Placeholder name -> text, for every fact that is told."""
        told = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("article", "services")}
        texts = {name: str(value) for name, value in told.items() if value not in ("", None)}
        *first, last = self.services
        return {**texts, "services": f"{', '.join(first)} and {last}" if first else last}


REQUIRED = tuple(f.name for f in fields(Practice) if f.default is MISSING)
OPTIONAL = tuple(f.name for f in fields(Practice) if f.default is not MISSING)


def load_practice(path: Path) -> Practice:
    """Reads and checks the file. Raises PracticeFileError with one sentence that names the key."""
    try:
        return _practice(_parsed(_read(path)))
    except PracticeFileError as error:
        raise PracticeFileError(f"{path.name}: {error}") from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PracticeFileError("the file is missing; restore it from the repository.") from None
    except UnicodeDecodeError:
        raise PracticeFileError("the file is not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise PracticeFileError(f"the file cannot be read ({error.strerror}).") from None


def _parsed(text: str) -> dict[Any, Any]:
    try:
        _refuse_twice(yaml.compose(text, yaml.SafeLoader))
        given = yaml.safe_load(text)
    except yaml.YAMLError as error:
        where = _where(error, text)
        fault = f"{where} is not valid YAML; check quotes and spaces there or above."
        raise PracticeFileError(fault) from None
    except ValueError:  # an impossible date, such as 2026-13-45
        raise PracticeFileError("a date or number is not possible; put it in quotes.") from None
    if not isinstance(given, dict):
        raise PracticeFileError('the file must hold lines such as `city: "Palo Alto"`.')
    return given


def _where(error: yaml.YAMLError, text: str) -> str:
    # A quote that is never closed is noticed at the end of the file only; the context is where it opens.
    never_closed = "quoted scalar" in (getattr(error, "context", None) or "")
    mark = getattr(error, "context_mark" if never_closed else "problem_mark", None)
    if mark is not None:
        return f"line {mark.line + 1}"
    position = getattr(error, "position", None)  # a character YAML does not allow
    return f"line {text.count(chr(10), 0, position) + 1}" if isinstance(position, int) else "the file"


def _refuse_twice(node: yaml.Node | None) -> None:
    """YAML quietly keeps the last of two equal keys: an old empty line would hide the new one."""
    seen: set[Any] = set()
    keys = [key for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    for key in (key for key in keys if isinstance(key, yaml.ScalarNode)):
        if key.value in seen:
            line = key.start_mark.line + 1
            raise PracticeFileError(f"`{key.value}` stands twice, again in line {line}; keep one of them.")
        seen.add(key.value)


def _practice(given: dict[Any, Any]) -> Practice:
    _refuse_unknown(given, REQUIRED + OPTIONAL)
    told = {key: value for key, value in given.items() if not _is_empty(value)}
    for key in REQUIRED:
        if key not in told:
            raise PracticeFileError(f"`{key}` is needed and is empty; it must be {_should(key)}.")
    return Practice(**{key: _checked(key, value) for key, value in told.items()})


def _refuse_unknown(given: Iterable[Any], known: tuple[str, ...], inside: str = "") -> None:
    for key in given:
        if key not in known:
            close = difflib.get_close_matches(str(key), known, 1)
            hint = f"; did you mean `{inside}{close[0]}`?" if close else f"; known are {', '.join(known)}."
            raise PracticeFileError(f"`{inside}{key}` is not a fact the bot knows{hint}")


def _is_empty(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


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
    _refuse_unknown(value, ("title", "url"), "article.")
    parts = {}
    for part in ("title", "url"):
        key = f"article.{part}"
        if _is_empty(value.get(part)):
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
