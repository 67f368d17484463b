"""When somebody would like to come: words such as "next tuesday after 4" into a Wish.

A Wish is a set of acceptable days and times of day, in the practice's zone; it never decides alone: what is
booked is always a free time that was read back with its full date. phrases_days.py and phrases_hours.py
know the words, phrases_scan.py finds them in a sentence, phrases_offers.py reads answers to offered times.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Sequence

from bot.booking.phrases_scan import marks_of
from bot.booking.phrases_spans import coming
from bot.booking.phrases_wish import Option, Wish
from bot.booking.phrases_words import Mark

MOST = 3
_NOON, _EVENING = 12 * 60, 17 * 60


_CORRECTED = re.compile(  # "friday, no wait, monday"
    r"[\s.,!?-]*\b(?:no,? wait|wait,? no|sorry,? (?:i mean\w*|no|make (?:it|that))|i mean\w*|scratch that|or rather"
    r"|correction|actually,? (?:no|make (?:it|that)))\b[\s,.:!-]*|(?<=[?.,!]) ?no[,.!] ",
    re.IGNORECASE,
)


def understand(text: str, now: datetime, zone: tzinfo | None = None) -> Wish | None:
    """The wish in a visitor's words, or None when there is no word of time in it.

    now: aware. zone: the practice's; dates and times of day are read there (default: the zone of now).
    """
    local = now.astimezone(zone) if zone else now
    wish: Wish | None = None
    for part in _CORRECTED.split(text):
        newer = _combined(marks_of(part, local), local.date())
        wish = wish.amended(newer) if wish and newer else newer or wish
    return wish


def good_times(wish: Wish, free: Sequence[datetime], most: int = MOST) -> list[datetime]:
    """At most `most` of the free times that suit, in order: the earliest, then others on other days and at
    another part of the day, so that there is something to choose. free: local times in order."""
    fitting = [start for start in free if wish.fits(start)]
    if wish.soonest:
        return fitting[:most]
    picked = fitting[:1]
    while picked and len(picked) < min(most, len(fitting)):
        days, parts = {t.date() for t in picked}, {_part(t) for t in picked}
        rest = [t for t in fitting if t not in picked]
        picked.append(min(rest, key=lambda t: ((t.date() in days) + (_part(t) in parts), t.date() in days, t)))
    return sorted(picked)


def nearest_times(wish: Wish, free: Sequence[datetime], most: int = MOST) -> list[datetime]:
    """The free times closest to what was wished, for when nothing suits."""
    return sorted(sorted(free, key=lambda start: (wish.distance(start), start))[:most])


@dataclass
class _Clause:
    """The days and hours said together, while the marks are read one after another."""

    weekdays: frozenset[int] | None = None
    every: bool = False  # "tuesdays": all of them, not the coming one
    refused: bool = False
    span: frozenset[date] | None = None
    wider: frozenset[date] = frozenset()
    minutes: frozenset[int] | None = None
    otherwise: frozenset[int] = frozenset()

    def names(self, mark: Mark) -> bool:
        """Whether something of the mark's kind was said in this clause."""
        return {"weekday": self.weekdays, "span": self.span, "hour": self.minutes}[_kind(mark)] is not None

    def add(self, mark: Mark) -> None:
        if mark.weekdays is not None:
            self.weekdays = mark.weekdays | (self.weekdays or frozenset())
            self.every = self.every or mark.every
        if mark.days is not None:
            self.span = _met(self.span, mark.days, mark.joined == "or")
            self.wider |= mark.otherwise
        if mark.minutes is not None:
            self.minutes, self.otherwise = self._hours(mark), mark.otherwise

    def take_days(self, other: _Clause) -> None:
        """The days of another clause count here too."""
        self.weekdays, self.span, self.every = other.weekdays, other.span, other.every

    def as_dates(self, mark: Mark, today: date) -> Mark:
        """Its weekdays and those of the mark become dates, so that both can stand in one list."""
        if self.weekdays is not None:
            self.span = frozenset(coming(day, today) for day in self.weekdays)
            self.weekdays = None
        days = mark.days or frozenset(coming(day, today) for day in mark.weekdays or ())
        return replace(mark, weekdays=None, days=days, joined="or")

    def _hours(self, mark: Mark) -> frozenset[int]:
        """The minutes both mean; "8" beside "evening" turns to the half of the day in which they meet."""
        new = mark.minutes or frozenset()
        if self.minutes is None or mark.joined == "or":
            return new | (self.minutes or frozenset())
        return self.minutes & new or self.minutes & mark.otherwise or self.otherwise & new or self.minutes | new

    def option(self, today: date) -> Option:
        if self.weekdays is None:
            return Option(self.span, self.minutes)
        near = self.span if self.span is not None else {today + timedelta(n) for n in range(not self.refused, 366)}
        days = frozenset(day for day in near if day.weekday() in self.weekdays)
        if not days:  # "in 3 weeks on a monday"; "monday the 3rd" when that is a thursday: the date counts
            days = frozenset(day for day in self.wider if day.weekday() in self.weekdays) or frozenset(near)
        if self.span is None and not self.every:
            days = frozenset(min(d for d in days if d.weekday() == w) for w in self.weekdays)
        return Option(days, self.minutes)


def _combined(marks: list[Mark], today: date) -> Wish | None:
    """Neighbouring words of one kind join ("tuesday or thursday"); one that comes after a whole clause
    starts the next ("monday morning or friday afternoon")."""
    clauses: list[_Clause] = []
    excluded: list[_Clause] = []
    last: Mark | None = None
    said = [mark for mark in marks if mark.about not in ("any", "soon")]
    for place, mark in enumerate(said):
        side = excluded if mark.negated else clauses
        if not side or last is None or last.negated != mark.negated:
            side.append(_Clause())
            if last and last.negated and mark.joined == "new" and mark.minutes is not None:
                side[-1].take_days(excluded[-1])  # "monday morning is bad but the afternoon is free"
        elif _is_one_list(mark, last, side[-1], said[place + 1 : place + 2]):
            mark = side[-1].as_dates(mark, today)
        elif _starts_anew(mark, last, side[-1]):
            side.append(_Clause())
        side[-1].add(mark)
        last = mark
    if not marks:
        return None
    soonest = any(mark.about == "soon" for mark in marks)
    for clause in excluded:  # "not mondays" and "not monday" both mean that no monday offered now will do
        clause.every = clause.refused = True
    options = tuple(clause.option(today) for clause in clauses) or (Option(),)
    return Wish(options, tuple(clause.option(today) for clause in excluded), soonest)


def _is_one_list(mark: Mark, last: Mark, clause: _Clause, following: list[Mark]) -> bool:
    """ "tomorrow or thursday at noon": a weekday beside a date, both named alone."""
    if mark.joined != "or" or mark.about != "day" or last.about != "day" or mark.every or clause.every:
        return False
    if any(after.days is not None and not after.joined for after in following):
        return False  # "tomorrow or friday the 4th"
    single = clause.span if mark.weekdays else mark.days
    mixed = _kind(mark) != _kind(last) and not (clause.weekdays and clause.span)
    return mixed and single is not None and len(single) <= 2


def _starts_anew(mark: Mark, last: Mark, clause: _Clause) -> bool:
    """Whether a mark begins another clause rather than adding to this one."""
    if mark.joined == "new":
        return not mark.about == last.about == "hour"  # "after 10 but before 3"
    if mark.joined == "or":  # "early next week or thursday", "weekends or after 6"; but not "monday or tuesday"
        return _kind(mark) != _kind(last) or (clause.names(mark) and last.about != mark.about)
    return clause.names(mark) and last.about != mark.about and (bool(mark.joined) or _kind(mark) == "weekday")


def _kind(mark: Mark) -> str:
    return "weekday" if mark.weekdays is not None else "span" if mark.days is not None else "hour"


def _met(old: frozenset[Any] | None, new: frozenset[Any], united: bool) -> frozenset[Any]:
    if old is None:
        return new
    return old | new if united else old & new or old | new


def _minute(start: datetime) -> int:
    return start.hour * 60 + start.minute


def _part(start: datetime) -> int:
    return (_minute(start) >= _NOON) + (_minute(start) >= _EVENING)
