"""What a calendar's events mean for booking: when the therapist is busy, and where our own appointments stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, Iterable
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from bot.booking.invite import appointment_id
from bot.booking.model import Interval, merged


@dataclass(frozen=True)
class Understood:
    """busy: merged; own: where the events of our appointments stand; unreadable: objects that make no sense."""

    busy: list[Interval]
    own: dict[str, Interval]
    unreadable: int


def understand(texts: Iterable[str], start: datetime, end: datetime, zone: ZoneInfo, ours: set[str]) -> Understood:
    """texts: iCalendar objects; start, end: within which busy times matter; ours: the ids of appointments, whose events
    are not busy times. Recurring events count at every occurrence; what is marked as free or cancelled does not."""
    busy: list[Interval] = []
    own: dict[str, Interval] = {}
    unreadable = 0
    for text in texts:
        try:
            calendar = Calendar.from_ical(text)
            mine = _own(calendar, zone, ours)
            if mine is None:
                busy += _busy(calendar, start, end, zone)
            else:
                own.update(mine)
        except Exception:  # other programs' files: whatever they hold, the others still count
            unreadable += 1
    return Understood(merged(busy), own, unreadable)


def _own(calendar: Any, zone: ZoneInfo, ours: set[str]) -> dict[str, Interval] | None:
    """The appointment this object was made for; {} when its event is cancelled; None for foreign objects."""
    for event in calendar.walk("VEVENT"):
        found = appointment_id(str(event.get("uid", "")))
        if found in ours:
            return {} if _status(event) == "CANCELLED" else {str(found): _span(event, zone)}
    return None


def _busy(calendar: Any, start: datetime, end: datetime, zone: ZoneInfo) -> list[Interval]:
    occurrences = recurring_ical_events.of(calendar).between(start, end)
    return [
        _span(event, zone)
        for event in occurrences
        if _status(event) != "CANCELLED" and str(event.get("transp", "")).upper() != "TRANSPARENT"
    ]


def _span(event: Any, zone: ZoneInfo) -> Interval:
    begin = event.decoded("dtstart")
    if "dtend" in event:
        end = event.decoded("dtend")
    elif "duration" in event:
        end = begin + event.decoded("duration")
    else:  # RFC 5545: a day lasts a day, a moment no time
        end = begin if isinstance(begin, datetime) else begin + timedelta(days=1)
    return Interval(_utc(begin, zone), _utc(end, zone))


def _utc(moment: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(0))
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(timezone.utc)


def _status(event: Any) -> str:
    return str(event.get("status", "")).upper()
