"""Sums over the conversations of one day, kept in a table, so that a page of numbers reads days and not conversations.

A day's sums are worked out when somebody first asks for them. Triggers (migrations/0003) drop them as soon as one of
the day's conversations is told of, changes or is erased, whoever does it: what is kept is right, what is not kept is
worked out anew. A conversation belongs to the day on which it began, with all that was said in it.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.database import Database
from bot.review.summary import ANSWERED
from bot.review.tables import answers, cases, days

_C, _A, _D = cases.c, answers.c, days.c
Sums = dict[str, Any]


class Days:
    """zone: the practice's; its midnights part the days."""

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._database, self._zone = database, zone

    def sums(self, since: date, until: date) -> dict[date, Sums]:
        """Of each day, both included.

        {visitors, safety, booked, kinds: {kind: answers}, got: {kind: conversations with one}, asked: {outcome:
        answers}, judged: {outcome: [thumbs up, thumbs down]}, waits: {milliseconds: answers}}; conversations with a
        disclosure count in visitors and safety only.
        """
        wanted = [since + timedelta(days=number) for number in range((until - since).days + 1)]
        with self._database.reading() as connection:
            kept = self._kept(connection, since, until)
        return {day: kept[day] if day in kept else self._keep(day) for day in wanted}

    def _keep(self, day: date) -> Sums:
        """One day a transaction: nothing may change between the look and what is kept, and nobody shall wait long."""
        with self._database.transaction() as connection:
            if not self._database.is_sqlite:
                connection.execute(sa.text("LOCK TABLE review_cases IN SHARE ROW EXCLUSIVE MODE"))
            if found := self._kept(connection, day, day):
                return found[day]
            sums = self._look(connection, day)
            connection.execute(days.insert().values(**self._bounds(day), sums=sums))
            return sums

    def _kept(self, connection: Connection, since: date, until: date) -> dict[date, Sums]:
        query = sa.select(_D.day, _D.sums).where(_D.zone == self._zone.key, _D.day.between(str(since), str(until)))
        return {date.fromisoformat(row.day): row.sums for row in connection.execute(query)}

    def _look(self, connection: Connection, day: date) -> Sums:
        bounds = self._bounds(day)
        inside = [_C.kind != "test", _C.started_at >= bounds["begins"], _C.started_at < bounds["ends"]]
        came = connection.execute(sa.select(_C.safety, _C.booked).where(*inside)).all()
        said = sa.select(_A.case_id, _A.outcome, _A.kind, _A.latency_ms, _A.helpful)
        turns = connection.execute(said.join(cases, _C.id == _A.case_id).where(*inside, _C.safety.is_(False))).all()
        judged: dict[str, list[int]] = {}
        for turn in turns:
            if turn.helpful is not None:
                judged.setdefault(turn.outcome, [0, 0])[not turn.helpful] += 1
        return {
            "visitors": len(came),
            "safety": sum(row.safety for row in came),
            "booked": sum(row.booked and not row.safety for row in came),
            "kinds": Counter(turn.kind for turn in turns),
            "got": Counter(kind for _, kind in {(turn.case_id, turn.kind) for turn in turns}),
            "asked": Counter(turn.outcome for turn in turns if turn.kind == ANSWERED),
            "judged": judged,
            "waits": Counter(f"{turn.latency_ms:.2g}" for turn in turns),  # two digits are enough of a wait
        }

    def _bounds(self, day: date) -> dict[str, Any]:
        begins, ends = self._midnight(day), self._midnight(day + timedelta(days=1))
        return {"zone": self._zone.key, "day": str(day), "begins": begins, "ends": ends}

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(0), self._zone).astimezone(timezone.utc)
