"""What needs a human now, in counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import sqlalchemy as sa

from bot.database import Database
from bot.review.tables import answers, cases

WEEK = timedelta(days=7)
_C, _A = cases.c, answers.c


@dataclass(frozen=True)
class Counts:
    """`week`: kind of answer -> how many in the last seven days, conversations with a disclosure left out."""

    new: int
    work: int
    unhelpful: int
    visitors: int
    week: dict[str, int]


class Today:
    """Counts over visitors' conversations (and invented ones), never the practice's own tests."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self, disclosures: bool) -> Counts:
        """disclosures: whether flagged conversations count among the new ones."""
        since = datetime.now(timezone.utc) - WEEK
        ours = _C.kind != "test"
        seen = sa.true() if disclosures else _C.safety.is_(False)
        calm, lately = _C.safety.is_(False), _C.started_at > since
        columns = [
            sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0))
            for conditions in (
                (seen, _C.state == "new"),
                (seen, _C.state == "work"),
                (calm, lately, _C.unhelpful.is_(True)),
                (lately, sa.true()),
            )
        ]  # one walk over the index of cases counts all four
        kinds = sa.select(_A.kind, sa.func.count()).join(cases, _C.id == _A.case_id)
        with self._database.reading() as connection:
            new, work, unhelpful, visitors = connection.execute(sa.select(*columns).where(ours)).one()
            week = connection.execute(kinds.where(_A.at > since, ours, calm).group_by(_A.kind)).all()
        return Counts(new or 0, work or 0, unhelpful or 0, visitors or 0, {kind: number for kind, number in week})
