"""The vocabulary of time: the names of days and months, and what a found word of time says (Mark)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_SHORT_DAYS = {
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip
_SHORT_MONTHS = {
    "jan": 0, "feb": 1, "mar": 2, "apr": 3, "jun": 5, "jul": 6, "aug": 7, "sep": 8, "sept": 8, "oct": 9, "nov": 10,
    "dec": 11,
}  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """One word of time found in a text, and what it allows.

    about: "day", "hour", "any" or "soon". Days are a set of weekdays or a set of dates. otherwise: what it may also
    mean, minutes ("8" is the morning or the evening) or dates ("in two weeks" is a week when a weekday is named too).
    joined: the word before it ("or", "and", "").
    """

    about: str
    weekdays: frozenset[int] | None = None
    days: frozenset[date] | None = None
    minutes: frozenset[int] | None = None
    otherwise: frozenset[Any] = frozenset()
    every: bool = False
    negated: bool = False
    joined: str = ""


DAY = "|".join((*(f"{name}s?" for name in WEEKDAYS), *sorted(_SHORT_DAYS, key=len, reverse=True)))
MONTH = "|".join((*MONTHS, *sorted(_SHORT_MONTHS, key=len, reverse=True)))


def weekday(word: str) -> int:
    """0 for Monday; the word matched DAY."""
    short = _SHORT_DAYS.get(word)
    return short if short is not None else WEEKDAYS.index(word.removesuffix("s"))


def month(word: str) -> int:
    """1 for January; the word matched MONTH."""
    short = _SHORT_MONTHS.get(word)
    return (short if short is not None else MONTHS.index(word)) + 1
