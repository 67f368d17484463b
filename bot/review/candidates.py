"""Wordings that staff accepted for the next training: written here, taken over by the FAQ editor.

The agreement with the training part: it reads `waiting()`, and says `taken(id)` once a wording is in its files.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.database import Database
from bot.review.tables import candidates

_K = candidates.c


@dataclass(frozen=True)
class Candidate:
    """kind: "faq" (one more wording of `target`), "draft" (a new FAQ; those of one decision belong together) or
    "out_of_scope". `text` is the staff's own wording, never a visitor's."""

    id: int
    decision_id: int | None
    text: str
    target: str
    kind: str
    who: str
    at: datetime


class Candidates:
    """Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self) -> list[Candidate]:
        """What nobody has taken over yet, the oldest first."""
        columns = (_K.id, _K.decision_id, _K.text, _K.target, _K.kind, _K.who, _K.at)
        query = sa.select(*columns).where(_K.state == "waiting").order_by(_K.id)
        with self._database.reading() as connection:
            return [Candidate(*row) for row in connection.execute(query)]

    def taken(self, candidate_id: int) -> None:
        """It is in the FAQ files now; the decision behind it cannot be undone here any more."""
        with self._database.transaction() as connection:
            connection.execute(candidates.update().where(_K.id == candidate_id).values(state="taken"))
