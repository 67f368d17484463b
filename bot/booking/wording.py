"""How booking writes a time and a place for people."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

_US_ZONES = {"P": "Pacific", "M": "Mountain", "C": "Central", "E": "Eastern", "AK": "Alaska", "H": "Hawaii"}
WHERE = {"phone": "by phone", "online": "online", "in person": "in person"}


def known_zone(name: Any) -> ZoneInfo | None:
    """The zone of an IANA name that a browser told, such as America/New_York; None for anything else.

    UTC and Etc/... are None too: browsers that hide where their user is tell them.
    """
    return ZoneInfo(name) if isinstance(name, str) and name in _names() else None


@lru_cache(1)
def _names() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))


def your_time(moment: datetime, practice: tzinfo, visitor: tzinfo | None) -> str:
    """7:00 PM your time; with the weekday when it is another day there; "" when both clocks show the same."""
    here = moment.astimezone(practice)
    there = moment.astimezone(visitor) if visitor else here
    if here.utcoffset() == there.utcoffset():
        return ""
    day = f"{there:%a} " if there.date() != here.date() else ""
    return f"{day}{clock_words(there)} your time"


def clock_words(wall: datetime) -> str:
    """4:00 PM"""
    return f"{wall.hour % 12 or 12}:{wall:%M} {'AM' if wall.hour < 12 else 'PM'}"


def day_words(moment: datetime, zone: ZoneInfo) -> str:
    """Thursday, December 3"""
    wall = moment.astimezone(zone)
    return f"{wall:%A, %B} {wall.day}"


def time_words(moment: datetime, zone: ZoneInfo) -> str:
    """4:00 PM"""
    return clock_words(moment.astimezone(zone))


def zone_words(moment: datetime, zone: ZoneInfo) -> str:
    """Pacific Time; outside the United States the city: Berlin time"""
    short = moment.astimezone(zone).tzname() or ""
    if zone.key.startswith(("America/", "US/", "Pacific/Honolulu")) and short[-2:] in ("ST", "DT"):
        known = _US_ZONES.get(short[:-2])
        if known:
            return f"{known} Time"
    return _city_words(zone)


def when_words(moment: datetime, zone: ZoneInfo, visitor: ZoneInfo | None = None) -> str:
    """Thursday, December 3 at 4:00 PM (Pacific Time); for a visitor whose clock shows another time both are told:
    (Pacific Time; 7:00 PM Eastern Time), (Pacific Time; Friday, December 4 at 1:00 AM Berlin time)"""
    zones = [zone_words(moment, zone)]
    if visitor and your_time(moment, zone, visitor):
        here, there = day_words(moment, zone), day_words(moment, visitor)
        name = zone_words(moment, visitor)
        clock = f"{time_words(moment, visitor)} {_city_words(visitor) if name in zones else name}"
        zones.append(clock if here == there else f"{there} at {clock}")
    return f"{day_words(moment, zone)} at {time_words(moment, zone)} ({'; '.join(zones)})"


def _city_words(zone: ZoneInfo) -> str:
    return f"{zone.key.rpartition('/')[2].replace('_', ' ')} time"
