"""Working hours as a form: read with patience, refused with a sentence beside the field, and compared before they
are saved. No I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Mapping
from zoneinfo import ZoneInfo

from bot.review.ports import OpeningHours

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHOWN_DAYS = 14
MOST_CHANGED = 14
LONGEST = 366  # days off in one line
_CLOCK = r"(\d{1,2})(?:[:.](\d\d))?\s*([ap]m)?"
_OPENING = re.compile(rf"{_CLOCK}\s*(?:-|\u2013|to|until)\s*{_CLOCK}")
_SHAPE = "write openings as 09:00-12:00, 13:00-17:00, or leave it empty for closed."
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Read:
    """What a form says. errors: field -> sentence; hours count only without any."""

    hours: OpeningHours
    errors: dict[str, str]


@dataclass(frozen=True)
class PreviewDay:
    """One day's starts: (UTC, "same", "new" or "gone")."""

    day: date
    times: list[tuple[datetime, str]]

    @property
    def is_changed(self) -> bool:
        """Whether anything is new or gone."""
        return any(state != "same" for _, state in self.times)


def read_form(texts: Texts) -> Read:
    """texts: a field for each weekday; off_from_0, off_until_0, extra_day_0, extra_openings_0 and so on."""
    errors: dict[str, str] = {}
    weekly = {day: _openings(texts.get(day, ""), day, errors) for day in WEEKDAYS}
    days_off = [line for number in range(_rows(texts)) if (line := _day_off(texts, number, errors))]
    extra: dict[str, list[str]] = {}
    for number in range(_rows(texts)):
        day = texts.get(f"extra_day_{number}", "")
        field = f"extra_openings_{number}"
        found = _openings(texts.get(field, ""), field, errors)
        if found and not _is_day(day):
            errors[field] = "Choose the day of these openings."
        elif day and not found and field not in errors:
            errors[field] = "Write when it is open that day, such as 10:00-14:00; or take the day away."
        elif day in extra:
            errors[field] = "This day stands here twice; put its openings together."
        elif found:
            extra[day] = found
    if not errors and not any(weekly.values()) and not extra:
        errors["monday"] = "Open on one day at least; to take no appointments for a while, add days off."
    return Read(OpeningHours(weekly, sorted(days_off), dict(sorted(extra.items()))), errors)


def as_texts(hours: OpeningHours, today: date) -> dict[str, str]:
    """The fields of the form, with days that are over left out."""
    texts = {day: ", ".join(hours.weekly.get(day, ())) for day in WEEKDAYS}
    ahead = [line for line in hours.days_off if line.rpartition(" to ")[2] >= str(today)]
    for number, line in enumerate(ahead):
        first, _, last = line.partition(" to ")
        texts |= {f"off_from_{number}": first, f"off_until_{number}": last}
    extra = [(day, openings) for day, openings in sorted(hours.extra.items()) if day >= str(today)]
    for number, (day, openings) in enumerate(extra):
        texts |= {f"extra_day_{number}": day, f"extra_openings_{number}": ", ".join(openings)}
    return texts


def filled(texts: Texts, first: str) -> list[int]:
    """The numbers of the rows to show: those with something in them, and one to fill in."""
    used = [n for n in range(_rows(texts)) if any(texts.get(f"{name}_{n}") for name in _ROW[first])]
    return [*used, max(used, default=-1) + 1]


def compare(old: Any, new: Any, kind_id: str, today: date, zone: ZoneInfo) -> list[PreviewDay]:
    """Free starts by the booking rules, before and after: the next two weeks, and later days that change."""
    before, after = set(old.free_times(kind_id)), set(new.free_times(kind_id))
    by_day: dict[date, list[tuple[datetime, str]]] = {today + timedelta(days=n): [] for n in range(SHOWN_DAYS)}
    for at in sorted(before | after):
        state = "same" if at in before and at in after else "new" if at in after else "gone"
        by_day.setdefault(at.astimezone(zone).date(), []).append((at, state))
    days = [PreviewDay(day, times) for day, times in sorted(by_day.items())]
    later = [one for one in days[SHOWN_DAYS:] if one.is_changed]
    return days[:SHOWN_DAYS] + later[:MOST_CHANGED]


_ROW = {"off_from": ("off_from", "off_until"), "extra_day": ("extra_day", "extra_openings")}


def _rows(texts: Texts) -> int:
    numbers = [int(name.rpartition("_")[2]) for name in texts if re.fullmatch(r"(off|extra)_[a-z]+_\d{1,3}", name)]
    return max(numbers, default=-1) + 1


def _openings(text: str, field: str, errors: dict[str, str]) -> list[str]:
    found: list[tuple[int, int]] = []
    for part in re.split(r"[,;\n]| and ", text.lower()):
        if part.strip() in ("", "closed"):
            continue
        read = _OPENING.fullmatch(part.strip())
        if read is None:
            errors[field] = f"\u201c{part.strip()[:40]}\u201d is not understood: {_SHAPE}"
            return []
        opens, closes = _minutes(*read.groups()[:3]), _minutes(*read.groups()[3:])
        if opens is None or closes is None:
            errors[field] = f"\u201c{part.strip()[:40]}\u201d is no time of day: {_SHAPE}"
            return []
        if closes <= opens:
            errors[field] = f"\u201c{part.strip()[:40]}\u201d ends before it begins; the afternoon is 13:00 to 24:00."
            return []
        found.append((opens, closes))
    found.sort()
    if any(later[0] < earlier[1] for earlier, later in zip(found, found[1:], strict=False)):
        errors[field] = "These openings overlap; write them as one."
    return [f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}" for opens, closes in found]


def _minutes(hour: str, minute: str | None, half: str | None) -> int | None:
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "pm" else 0)
    total = hours * 60 + minutes
    return total if minutes < 60 and total <= 1440 else None


def _day_off(texts: Texts, number: int, errors: dict[str, str]) -> str:
    first, last = texts.get(f"off_from_{number}", ""), texts.get(f"off_until_{number}", "")
    if not first and not last:
        return ""
    field = f"off_from_{number}"
    if not _is_day(first) or (last and not _is_day(last)):
        errors[field] = "Choose the first day off, and the last one if there are several."
        return ""
    if last and not 0 <= (date.fromisoformat(last) - date.fromisoformat(first)).days <= LONGEST:
        errors[field] = "The last day off must not come before the first, nor more than a year after it."
        return ""
    return first if last in ("", first) else f"{first} to {last}"


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False
