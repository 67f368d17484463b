"""The rules of booking, without I/O: which times are free.

Times are aware UTC. Opening hours are wall-clock minutes in the practice's zone and are turned into UTC one by
one, so that a time that does not exist (clocks go forward) is never offered and a repeated one only once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from itertools import islice
from operator import itemgetter
from typing import Iterable, Iterator, Mapping, NamedTuple, Sequence
from zoneinfo import ZoneInfo

PLACES = ("phone", "online", "in person")
DAY = timedelta(days=1)


class Window(NamedTuple):
    """Open from `opens` until `closes`: minutes since midnight, at most 1440."""

    opens: int
    closes: int


class Interval(NamedTuple):
    """From `start` until before `end`, aware UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Kind:
    """What can be booked. Lengths in minutes; `min_notice` is the least time between now and the start."""

    id: str
    title: str
    minutes: int
    place: str
    buffer_before: int = 0
    buffer_after: int = 0
    min_notice: timedelta = timedelta(0)
    horizon_days: int = 60

    def taken_by(self, start: datetime) -> Interval:
        """What an appointment at `start` keeps free for itself, buffers included."""
        before, after = timedelta(minutes=self.buffer_before), timedelta(minutes=self.minutes + self.buffer_after)
        return Interval(start - before, start + after)


@dataclass(frozen=True)
class WorkingHours:
    """When the practice takes appointments.

    weekly: weekday (Monday 0) -> windows; days_off: wholly closed; extra: one-off openings, also on a day off;
    step: minutes between two possible starts, counted from a window's opening.
    """

    zone: ZoneInfo
    weekly: Mapping[int, Sequence[Window]]
    days_off: frozenset[date] = frozenset()
    extra: Mapping[date, Sequence[Window]] = field(default_factory=dict)
    step: int = 30

    def windows(self, day: date) -> list[Window]:
        """The day's openings in order, those that touch or overlap joined."""
        usual = () if day in self.days_off else self.weekly.get(day.weekday(), ())
        joined: list[Window] = []
        for window in sorted([*usual, *self.extra.get(day, ())]):
            if joined and window.opens <= joined[-1].closes:
                joined[-1] = Window(joined[-1].opens, max(joined[-1].closes, window.closes))
            else:
                joined.append(window)
        return joined

    def starts(self, day: date, minutes: int) -> Iterator[datetime]:
        """Every start at which an appointment of so many minutes lies within one opening of the day."""
        midnight, length = self._utc(day, 0), timedelta(minutes=minutes)
        even = self._utc(day, 1440) - midnight == DAY  # no clock change today: one addition a time is enough
        for opens, closes in self.windows(day):
            end = self._utc(day, closes)
            for minute in range(opens, closes, self.step):
                start = midnight + timedelta(minutes=minute) if even else self._utc(day, minute)
                if start + length > end:
                    break
                if even or self._exists(day, minute, start):
                    yield start

    def covers(self, interval: Interval) -> bool:
        """Whether it lies within one opening."""
        day = interval.start.astimezone(self.zone).date()
        openings = (Interval(self._utc(day, opens), self._utc(day, closes)) for opens, closes in self.windows(day))
        return any(opening.start <= interval.start and interval.end <= opening.end for opening in openings)

    def _utc(self, day: date, minute: int) -> datetime:
        wall = datetime.combine(day, time(0), self.zone) + timedelta(minutes=minute)  # wall-clock arithmetic
        return wall.astimezone(timezone.utc)

    def _exists(self, day: date, minute: int, start: datetime) -> bool:
        wall = start.astimezone(self.zone)
        return wall.hour * 60 + wall.minute == minute and wall.date() == day


def free_times(
    kind: Kind,
    hours: WorkingHours,
    busy: Iterable[Interval],
    now: datetime,
    start: datetime,
    end: datetime,
    limit: int | None = None,
) -> list[datetime]:
    """The free starts of `kind` from `start` until before `end`, in order.

    busy: what is taken, in any order and overlapping as it likes; appointments with their own buffers.
    """
    found = _possible(kind, hours, now, start, end)
    taken = merged(busy)
    begins, ends = [begin for begin, _ in taken], [until for _, until in taken]

    before, after = (moment - now for moment in kind.taken_by(now))

    def is_free(candidate: datetime) -> bool:
        return bisect_right(ends, candidate + before) >= bisect_left(begins, candidate + after)

    return list(islice(filter(is_free, found), limit))


def is_offered(kind: Kind, hours: WorkingHours, now: datetime, start: datetime) -> bool:
    """Whether the rules allow this start at all, taken or not."""
    return start in _possible(kind, hours, now, start, start + timedelta(seconds=1))


def merged(busy: Iterable[Interval]) -> list[Interval]:
    """The same time in the fewest intervals, in order; empty ones left out."""
    result: list[Interval] = []
    for one in sorted(busy, key=itemgetter(0)):
        if one.end <= one.start:
            continue
        if result and one.start <= result[-1].end:
            if one.end > result[-1].end:
                result[-1] = Interval(result[-1].start, one.end)
        else:
            result.append(one)
    return result


def _possible(
    kind: Kind, hours: WorkingHours, now: datetime, start: datetime, end: datetime
) -> Iterator[datetime]:
    earliest = max(start, now + kind.min_notice)
    latest = min(end, now + kind.horizon_days * DAY)
    if earliest >= latest:
        return
    day, last = earliest.astimezone(hours.zone).date(), latest.astimezone(hours.zone).date()
    while day <= last:
        yield from (found for found in hours.starts(day, kind.minutes) if earliest <= found < latest)
        day += DAY
