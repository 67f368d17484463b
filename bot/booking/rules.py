"""The `booking` section of practice.yml: read, checked, and turned into the model's kinds and hours.

Each complaint is one sentence that names the key and what it should hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Mapping
from zoneinfo import ZoneInfo

from bot.booking.model import PLACES, Kind, Window, WorkingHours
from bot.errors import PracticeFileError
from bot.practice_file import is_empty, refuse_unknown

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST_CLOSURE = 366  # days in one line of days_off
_WINDOWS = 'a list of openings such as ["09:00-12:00", "13:00-17:00"]'
_HOURS = 'lines such as `monday: ["09:00-12:00", "13:00-17:00"]`'
_OPENING = re.compile(r"(\d\d?):(\d\d)\s*[-\u2013]\s*(\d\d?):(\d\d)")
_DAY = 'a day such as "2026-12-24"'
_NUMBERS = {
    "minutes": (5, 480),
    "buffer_before": (0, 240),
    "buffer_after": (0, 240),
    "notice_hours": (0, 720),
    "horizon_days": (1, 366),
    "step_minutes": (5, 240),
}
_KEYS = ("kinds", "hours", "days_off", "extra_openings", "notice_hours", "horizon_days", "step_minutes")
_KIND_KEYS = ("title", "minutes", "place", "buffer_before", "buffer_after", "notice_hours", "horizon_days")


@dataclass(frozen=True)
class Rules:
    """What the practice offers and when."""

    kinds: tuple[Kind, ...]
    hours: WorkingHours

    def kind(self, kind_id: str) -> Kind | None:
        """The kind of this id."""
        return next((kind for kind in self.kinds if kind.id == kind_id), None)


def booking_rules(given: Any, timezone: str) -> Rules:
    """Raises PracticeFileError. timezone: the practice's, a known name."""
    section = _mapping("booking", given, "lines such as `kinds:` and `hours:`")
    refuse_unknown(section, _KEYS, "booking.")
    general = {
        "notice_hours": _number("booking.", section, "notice_hours", 24),
        "horizon_days": _number("booking.", section, "horizon_days", 60),
    }
    hours = WorkingHours(
        zone=ZoneInfo(timezone),
        weekly=_weekly(_needed("booking.hours", section.get("hours"), _HOURS)),
        days_off=_days_off(section.get("days_off")),
        extra=_extra(section.get("extra_openings")),
        step=_number("booking.", section, "step_minutes", 30),
    )
    if not any(hours.weekly.values()) and not hours.extra:
        raise _wrong("booking.hours", "open on one day at least; to switch booking off, leave `booking` empty")
    return Rules(_kinds(section.get("kinds"), general), hours)


def _kinds(given: Any, general: dict[str, int]) -> tuple[Kind, ...]:
    should = "lines such as `consultation:` with `title`, `minutes` and `place` below"
    kinds = _mapping("booking.kinds", _needed("booking.kinds", given, should), should)
    return tuple(_kind(kind_id, kind, general) for kind_id, kind in kinds.items())


def _kind(kind_id: Any, given: Any, general: dict[str, int]) -> Kind:
    if not isinstance(kind_id, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", kind_id):
        raise _wrong("booking.kinds", "named in small letters, digits and _, such as `couples_session:`")
    inside = f"booking.kinds.{kind_id}."
    kind = _mapping(inside[:-1], given, "lines such as `title:`, `minutes:` and `place:`")
    refuse_unknown(kind, _KIND_KEYS, inside)
    title, place = kind.get("title"), kind.get("place")
    if not isinstance(title, str) or not title.strip():
        raise _wrong(f"{inside}title", "text in quotes, as visitors read it")
    if place not in PLACES:
        raise _wrong(f"{inside}place", " or ".join(f'"{name}"' for name in PLACES))
    return Kind(
        id=kind_id,
        title=title.strip(),
        minutes=_number(inside, kind, "minutes", None),
        place=place,
        buffer_before=_number(inside, kind, "buffer_before", 0),
        buffer_after=_number(inside, kind, "buffer_after", 0),
        min_notice=timedelta(hours=_number(inside, kind, "notice_hours", general["notice_hours"])),
        horizon_days=_number(inside, kind, "horizon_days", general["horizon_days"]),
    )


def _weekly(given: Any) -> Mapping[int, tuple[Window, ...]]:
    days = _mapping("booking.hours", given, _HOURS)
    refuse_unknown(days, WEEKDAYS, "booking.hours.")
    return {WEEKDAYS.index(day): _windows(f"booking.hours.{day}", windows) for day, windows in days.items()}


def _extra(given: Any) -> Mapping[date, tuple[Window, ...]]:
    if is_empty(given) or given == {}:
        return {}
    key = "booking.extra_openings"
    days = _mapping(key, given, 'lines such as `"2026-12-05": ["10:00-14:00"]`')
    return {_day(key, day): _windows(f"{key}.{day}", windows) for day, windows in days.items()}


def _windows(key: str, given: Any) -> tuple[Window, ...]:
    if is_empty(given):
        return ()
    if not isinstance(given, list):
        raise _wrong(key, _WINDOWS)
    windows = tuple(_window(key, text) for text in given)
    for earlier, later in zip(sorted(windows), sorted(windows)[1:], strict=False):
        if later.opens < earlier.closes:
            raise _wrong(key, "openings that do not overlap")
    return windows


def _window(key: str, text: Any) -> Window:
    found = _OPENING.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise _wrong(key, _WINDOWS)
    hour, minute, until_hour, until_minute = map(int, found.groups())
    opens, closes = hour * 60 + minute, until_hour * 60 + until_minute
    if minute > 59 or until_minute > 59 or not opens < closes <= 1440:
        raise _wrong(key, f"{_WINDOWS}, each ending later than it begins and by 24:00")
    return Window(opens, closes)


def _days_off(given: Any) -> frozenset[date]:
    key = "booking.days_off"
    should = 'a list of days such as ["2026-12-24", "2026-12-28 to 2027-01-02"]'
    if is_empty(given):
        return frozenset()
    if not isinstance(given, list):
        raise _wrong(key, should)
    days: set[date] = set()
    for line in given:
        first, _, last = line.partition(" to ") if isinstance(line, str) else (line, "", "")
        begin = _day(key, first, should)
        length = (_day(key, last, should) - begin).days if last else 0
        if not 0 <= length <= LONGEST_CLOSURE:
            raise _wrong(key, f"{should}, each span ending after it begins and within a year")
        days.update(begin + timedelta(days=number) for number in range(length + 1))
    return frozenset(days)


def _day(key: str, given: Any, should: str = _DAY) -> date:
    if isinstance(given, date):  # YAML reads an unquoted day as one
        return given
    try:
        return date.fromisoformat(given.strip())
    except (ValueError, AttributeError):
        raise _wrong(key, should) from None


def _number(inside: str, given: Mapping[Any, Any], name: str, default: int | None) -> int:
    value, (low, high) = given.get(name), _NUMBERS[name]
    if is_empty(value) and default is not None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise _wrong(f"{inside}{name}", f"a whole number from {low} to {high}, without quotes")
    return value


def _mapping(key: str, given: Any, should: str) -> Mapping[Any, Any]:
    if not isinstance(given, dict) or not given:
        raise _wrong(key, should)
    return given


def _needed(key: str, given: Any, should: str) -> Any:
    if is_empty(given):
        raise PracticeFileError(f"`{key}` is needed and is empty; it must be {should}.")
    return given


def _wrong(key: str, should: str) -> PracticeFileError:
    return PracticeFileError(f"`{key}` must be {should}.")
