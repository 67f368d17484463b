"""Numbers people look at, over whole days of the practice. Conversations with a disclosure count only as such."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Iterable
from zoneinfo import ZoneInfo

from bot.database import Database
from bot.review.days import Days, Sums
from bot.review.summary import ANSWERED, BOOKING, MISSED, OFFERED

LONGEST_LOOK = timedelta(days=91)
KINDS = (ANSWERED, OFFERED, MISSED)
SHOWN = ("visitors", *KINDS, "safety", "booked")


@dataclass(frozen=True)
class Numbers:
    """days: one row a day, with its `waits` like `latency`. top: (outcome, how often).

    helpful: (outcome, thumbs up, thumbs down). funnel: (step, conversations). latency: milliseconds to two digits,
    median and 95th percentile; None without answers.
    """

    days: list[tuple[date, dict[str, Any]]]
    total: dict[str, int]
    top: list[tuple[str, int]]
    helpful: list[tuple[str, int, int]]
    funnel: list[tuple[str, int]]
    latency: tuple[float, float] | None


class NumbersDesk:
    """Adds up the days."""

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._days = Days(database, zone)

    def look(self, since: date, until: date) -> Numbers:
        """Both days included."""
        sums = self._days.sums(since, until)
        rows = [(day, _row(one)) for day, one in sums.items()]
        total = {name: sum(row[name] for _, row in rows) for name in SHOWN}
        asked, got, waits = (_added(one[name] for one in sums.values()) for name in ("asked", "got", "waits"))
        return Numbers(
            rows, total, asked.most_common(12), _helpful(sums.values()), _funnel(total, got), _latency(waits)
        )


def _number(sums: Sums, name: str) -> int:
    return int(sums["kinds"].get(name, 0) if name in KINDS else sums[name])


def _row(sums: Sums) -> dict[str, Any]:
    return {**{name: _number(sums, name) for name in SHOWN}, "waits": _latency(Counter(sums["waits"]))}


def _added(counts: Iterable[dict[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return total


def _helpful(days: Iterable[Sums]) -> list[tuple[str, int, int]]:
    found: dict[str, list[int]] = {}
    for one in days:
        for outcome, (up, down) in one["judged"].items():
            found.setdefault(outcome, [0, 0])
            found[outcome][0] += up
            found[outcome][1] += down
    return sorted(((name, up, down) for name, (up, down) in found.items()), key=lambda row: -row[2])[:20]


def _funnel(total: dict[str, int], got: Counter[str]) -> list[tuple[str, int]]:
    """From a conversation to an appointment."""
    return [
        ("came", total["visitors"] - total["safety"]),
        ("got an answer", got[ANSWERED]),
        ("asked about an appointment or a call", got[BOOKING]),
        ("booked", total["booked"]),
    ]


def _latency(waits: Counter[str]) -> tuple[float, float] | None:
    number = sum(waits.values())
    return (_part(waits, number // 2), _part(waits, int(0.95 * number))) if number else None


def _part(waits: Counter[str], place: int) -> float:
    """The wait at this place of all of them in order."""
    for wait, count in sorted((float(wait), count) for wait, count in waits.items()):
        if place < count:
            return wait
        place -= count
    raise ValueError("there are fewer waits")
