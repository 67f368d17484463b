"""Sets of days, which the rules of phrases_dates.py and phrases_weeks.py are made of. Weeks begin on Monday."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Iterable

from bot.booking.phrases_words import Mark

AHEAD = 400  # days: further than any practice books


def first_and_last(mark: Mark, today: date) -> tuple[date, date]:
    """The dates a day mark begins and ends with; a weekday means the coming one, and what is over ("early this month",
    said late in it) ended yesterday."""
    found = mark.days or [coming(day, today) for day in mark.weekdays or ()] or [today - timedelta(1)]
    return min(found), max(found)


def span(first: date, last: date) -> Mark:
    """All days from first to last."""
    return Mark("day", days=frozenset(first + timedelta(n) for n in range(max(0, (last - first).days + 1))))


def days(given: Iterable[date]) -> Mark:
    """These days."""
    return Mark("day", days=frozenset(given))


def monday(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(day.weekday())


def coming(day: int, today: date) -> date:
    """The next such weekday after today."""
    return today + timedelta((day - today.weekday() - 1) % 7 + 1)


def week(start: date, part_of_it: str = "") -> Mark:
    """The week from this Monday on, or its early, mid or late part."""
    first, last = {"early": (0, 1), "mid": (1, 3), "late": (3, 4), "": (0, 6)}[part_of_it]
    return span(start + timedelta(first), start + timedelta(last))


def part(words: str | None) -> str:
    """early, mid, late or "" for words such as "the beginning of"."""
    for name, named in (
        ("early", ("early", "earlier", "begin", "start", "first")),
        ("mid", ("mid",)),
        ("late", ("la", "end", "second half", "tail", "back")),
    ):
        if words and words.startswith(named):
            return name
    return ""


PARTS = (
    r"(?:the |at the |towards? the |very )?(early|earlier|beginning|start|first half|first part|mid(?:dle)?|late|later"
    r"|end|tail end|back end|back half|second half|latter half|latter part|last few days)(?: on)?(?: part)?(?: of"
    r"| in)?[ -]?"
)
