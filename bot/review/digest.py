"""The week in counts, for the weekly summary: no word anybody wrote leaves the console this way."""

from __future__ import annotations

import sqlalchemy as sa

from bot.database import Database
from bot.review.index import Index
from bot.review.ports import Transcripts
from bot.review.safety_queue import SafetyQueue
from bot.review.summary import ANSWERED, MISSED, OFFERED
from bot.review.tables import cases, questions
from bot.review.today import Today

_UNDECIDED = (
    sa.select(sa.func.count())
    .select_from(questions.join(cases, cases.c.id == questions.c.case_id))
    .where(questions.c.decision_id.is_(None), cases.c.kind != "test")
)


class Digest:
    """Over the console's tables, which must be there."""

    def __init__(self, database: Database, transcripts: Transcripts) -> None:
        self._database, self._index = database, Index(database, transcripts)
        self._today, self._safety = Today(database), SafetyQueue(database, transcripts)

    def counts(self) -> dict[str, int]:
        """Of the last seven days, and of what waits now. Raises StorageUnavailable."""
        self._index.catch_up(now=True)
        now = self._today.counts(disclosures=True)
        with self._database.reading() as connection:
            asked = connection.execute(_UNDECIDED).scalar()
        return {
            "visitors": now.visitors,
            **{kind: now.week.get(kind, 0) for kind in (ANSWERED, OFFERED, MISSED)},
            "unhelpful": now.unhelpful,
            "safety": self._safety.count_open(),
            "questions": int(asked or 0),
            "work": now.work,
            "new": now.new,
        }
