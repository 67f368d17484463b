"""Numbers people look at, over whole days of the practice. Conversations with a disclosure count only as such."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.database import Database
from bot.review.summary import ANSWERED, BOOKING, MISSED, OFFERED
from bot.review.tables import answers, cases

_C, _A = cases.c, answers.c
SHOWN = ("visitors", "answered", "offered", "missed", "safety", "booked")


@dataclass(frozen=True)
class Numbers:
    """days: one row a day. top: (outcome, how often). helpful: (outcome, thumbs up, thumbs down).
    funnel: (step, conversations). latency: milliseconds, median and 95th percentile; None without answers."""

    days: list[tuple[date, dict[str, int]]]
    total: dict[str, int]
    top: list[tuple[str, int]]
    helpful: list[tuple[str, int, int]]
    funnel: list[tuple[str, int]]
    latency: tuple[float, float] | None


class NumbersDesk:
    """kinds: whose conversations count."""

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._database, self._zone = database, zone

    def look(self, since: date, until: date) -> Numbers:
        """Both days included."""
        begin, end = self._midnight(since), self._midnight(until + timedelta(days=1))
        ours = _C.kind.in_(("visitor", "demo"))
        inside = [ours, _C.started_at >= begin, _C.started_at < end]
        said = sa.select(_A.at, _A.outcome, _A.kind, _A.latency_ms, _A.helpful, _A.case_id)
        said = said.join(cases, _C.id == _A.case_id).where(*inside, _C.safety.is_(False))
        with self._database.reading() as connection:
            started = connection.execute(sa.select(_C.started_at, _C.safety, _C.booked).where(*inside)).all()
            turns = connection.execute(said).all()
        return self._numbers(since, until, started, turns)

    def _numbers(self, since: date, until: date, started: Sequence[Any], turns: Sequence[Any]) -> Numbers:
        days = {since + timedelta(days=n): dict.fromkeys(SHOWN, 0) for n in range((until - since).days + 1)}
        for row in started:
            day = days[self._day(row.started_at)]
            day["visitors"] += 1
            day["safety"] += row.safety
            day["booked"] += row.booked and not row.safety
        for row in turns:
            day = days.get(self._day(row.at), {})
            if row.kind in day:
                day[row.kind] += 1
        asked = Counter(row.outcome for row in turns if row.kind == ANSWERED)
        judged: dict[str, list[int]] = {}
        for row in turns:
            if row.helpful is not None:
                judged.setdefault(row.outcome, [0, 0])[not row.helpful] += 1
        wait = sorted(row.latency_ms for row in turns)
        return Numbers(
            list(days.items()),
            {name: sum(day[name] for day in days.values()) for name in SHOWN},
            asked.most_common(12),
            sorted(((name, up, down) for name, (up, down) in judged.items()), key=lambda row: -row[2])[:20],
            _funnel(started, turns),
            (wait[len(wait) // 2], wait[min(len(wait) - 1, int(0.95 * len(wait)))]) if wait else None,
        )

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(0), self._zone).astimezone(timezone.utc)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()


def _funnel(started: Sequence[Any], turns: Sequence[Any]) -> list[tuple[str, int]]:
    """From a conversation to an appointment."""
    got = {kind: len({row.case_id for row in turns if row.kind == kind}) for kind in (ANSWERED, BOOKING)}
    return [
        ("came", sum(not row.safety for row in started)),
        ("got an answer", got[ANSWERED]),
        ("asked about an appointment or a call", got[BOOKING]),
        ("booked", sum(row.booked and not row.safety for row in started)),
    ]


KINDS = (ANSWERED, OFFERED, MISSED)
