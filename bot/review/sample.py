"""The graded sample: 20 random answers a week, judged by a person: the true accuracy, with its interval."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from math import sqrt
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.database import Database
from bot.review.ports import Refusal
from bot.review.summary import ANSWERED
from bot.review.tables import answers, cases, samples

SIZE = 20
VERDICTS = {"right": "Right", "wrong": "Wrong", "other": "Should have been another answer"}
Z = 1.96  # 95 %
_S, _A, _C = samples.c, answers.c, cases.c


@dataclass(frozen=True)
class Accuracy:
    """share and interval are parts of one; `graded` answers were judged."""

    graded: int
    share: float
    low: float
    high: float


def wilson(right: int, graded: int) -> Accuracy | None:
    """Wilson's interval: honest for few judgements too. None without any."""
    if not graded:
        return None
    share, square = right / graded, Z * Z
    middle = (share + square / (2 * graded)) / (1 + square / graded)
    half = Z * sqrt(share * (1 - share) / graded + square / (4 * graded * graded)) / (1 + square / graded)
    return Accuracy(graded, share, max(0.0, middle - half), min(1.0, middle + half))


class Sample:
    """Draws once a week, out of the answers of the seven days before it, disclosures and tests left out."""

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._database, self._zone = database, zone

    def of_week(self, today: date) -> list[Any]:
        """This week's answers, drawn at the first look; with conversation ids."""
        week = _name(today)
        query = sa.select(samples, _A.outcome, _C.conversation_id).join(cases, _C.id == _S.case_id)
        query = query.join(answers, sa.and_(_A.case_id == _S.case_id, _A.message_id == _S.message_id))
        query = query.where(_S.week == week, _C.safety.is_(False)).order_by(_S.message_id)
        for _ in range(2):
            with self._database.reading() as connection:
                rows: list[Any] = connection.execute(query).all()
            if rows:
                return rows
            self._draw(week, today)
        return []

    def judge(self, today: date, message_id: str, verdict: str, should_be: str, who: str) -> None:
        """Raises Refusal for an unknown verdict."""
        if verdict not in VERDICTS:
            raise Refusal("Choose one of the judgements that are offered.")
        values = {
            "verdict": verdict,
            "should_be": should_be if verdict == "other" else None,
            "who": who,
            "at": datetime.now(timezone.utc),
        }
        with self._database.transaction() as connection:
            mine = [_S.week == _name(today), _S.message_id == message_id]
            connection.execute(samples.update().where(*mine).values(values))

    def accuracy(self, weeks: int = 12) -> Accuracy | None:
        """Of the latest weeks."""
        query = sa.select(_S.week, _S.verdict).where(_S.verdict.isnot(None)).order_by(_S.week.desc())
        with self._database.reading() as connection:
            rows = connection.execute(query.limit(weeks * SIZE)).all()
        return wilson(sum(row.verdict == "right" for row in rows), len(rows))

    def _draw(self, week: str, today: date) -> None:
        monday = datetime.combine(today - timedelta(days=today.weekday()), time(0), self._zone)
        query = sa.select(_A.case_id, _A.message_id).join(cases, _C.id == _A.case_id)
        query = query.where(_C.kind.in_(("visitor", "demo")), _C.safety.is_(False), _A.kind == ANSWERED)
        query = query.where(_A.at >= monday - timedelta(days=7), _A.at < monday)
        with self._database.transaction() as connection:
            if connection.execute(sa.select(_S.week).where(_S.week == week)).first():
                return
            found = connection.execute(query.order_by(_A.message_id)).all()
            drawn = random.SystemRandom().sample(found, min(SIZE, len(found)))
            if drawn:
                rows = [{"week": week, "case_id": r.case_id, "message_id": r.message_id} for r in drawn]
                connection.execute(samples.insert(), rows)


def _name(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
