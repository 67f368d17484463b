"""How booking writes a time and a place for people."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

_US_ZONES = {"P": "Pacific", "M": "Mountain", "C": "Central", "E": "Eastern", "AK": "Alaska", "H": "Hawaii"}
WHERE = {"phone": "by phone", "online": "online", "in person": "in person"}


def day_words(moment: datetime, zone: ZoneInfo) -> str:
    """Thursday, December 3"""
    wall = moment.astimezone(zone)
    return f"{wall:%A, %B} {wall.day}"


def time_words(moment: datetime, zone: ZoneInfo) -> str:
    """4:00 PM"""
    wall = moment.astimezone(zone)
    return f"{wall.hour % 12 or 12}:{wall:%M} {'AM' if wall.hour < 12 else 'PM'}"


def zone_words(moment: datetime, zone: ZoneInfo) -> str:
    """Pacific Time; outside the United States the city: Berlin time"""
    short = moment.astimezone(zone).tzname() or ""
    if zone.key.startswith(("America/", "US/", "Pacific/Honolulu")) and short[-2:] in ("ST", "DT"):
        known = _US_ZONES.get(short[:-2])
        if known:
            return f"{known} Time"
    return f"{zone.key.rpartition('/')[2].replace('_', ' ')} time"


def when_words(moment: datetime, zone: ZoneInfo) -> str:
    """Thursday, December 3 at 4:00 PM (Pacific Time)"""
    return f"{day_words(moment, zone)} at {time_words(moment, zone)} ({zone_words(moment, zone)})"
