"""What needs a human now, in counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

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
        seen = [_C.kind.in_(("visitor", "demo")), *([] if disclosures else [_C.safety.is_(False)])]
        shown = [_C.kind.in_(("visitor", "demo")), _C.safety.is_(False)]
        with self._database.reading() as connection:

            def count(*conditions: Any) -> int:
                query = sa.select(sa.func.count()).select_from(cases).where(*conditions)
                return int(connection.execute(query).scalar())

            kinds = sa.select(_A.kind, sa.func.count()).join(cases, _C.id == _A.case_id)
            week = connection.execute(kinds.where(_A.at > since, *shown).group_by(_A.kind)).all()
            return Counts(
                new=count(*seen, _C.state == "new"),
                work=count(*seen, _C.state == "work"),
                unhelpful=count(*shown, _C.started_at > since, _C.unhelpful.is_(True)),
                visitors=count(_C.kind.in_(("visitor", "demo")), _C.started_at > since),
                week={kind: number for kind, number in week},
            )
