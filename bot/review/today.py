"""What needs a human now, in counts."""

from __future__ import annotations

from collections import Counter
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
        calm, lately = _C.safety.is_(False), _C.started_at > since
        states = sa.select(_C.state, sa.func.count()).group_by(_C.kind, _C.state)  # in the order of an index
        states = states.where(_C.kind.in_(("visitor", "demo")), _C.state.in_(("new", "work")))
        if not disclosures:
            states = states.where(calm)
        bad = sa.case((sa.and_(calm, _C.unhelpful.is_(True)), 1), else_=0)
        came = sa.select(sa.func.count(), sa.func.sum(bad)).where(ours, lately)
        kinds = sa.select(_A.kind, sa.func.count()).join(cases, _C.id == _A.case_id)
        with self._database.reading() as connection:
            by_state = Counter[str]()
            for state, count in connection.execute(states):
                by_state[state] += count
            visitors, unhelpful = connection.execute(came).one()
            week = connection.execute(kinds.where(_A.at > since, ours, calm).group_by(_A.kind)).all()
        return Counts(by_state["new"], by_state["work"], unhelpful or 0, visitors, dict(week))
