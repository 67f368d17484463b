"""What staff do with one conversation: its state, who looks after it, notes. Every change keeps before and after."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

from bot.database import Database
from bot.review.inbox import STATES
from bot.review.ports import NotFound, Refusal
from bot.review.tables import cases, history

_C, _H = cases.c, history.c


class Casework:
    """disclosures: whether the reader may see conversations with a safety flag; for others they do not exist."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, conversation_id: str, disclosures: bool) -> Any:
        """The case of a conversation. Raises NotFound."""
        query = sa.select(cases).where(_C.conversation_id == conversation_id)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None or (row.safety and not disclosures):
            raise NotFound("This conversation does not exist, or it was erased.")
        return row

    def history(self, case_id: int) -> list[Any]:
        """What was done, in order."""
        query = sa.select(history).where(_H.case_id == case_id).order_by(_H.id)
        with self._database.reading() as connection:
            rows: list[Any] = connection.execute(query).all()
            return rows

    def opened(self, case: Any, who: str) -> None:
        """A new conversation counts as read once somebody has opened it."""
        if case.state == "new":
            self.set_state(case, "read", who)

    def set_state(self, case: Any, state: str, who: str) -> None:
        """Raises Refusal for an unknown state."""
        if state not in STATES:
            raise Refusal("Choose one of the states that are offered.")
        self._change(case, who, "state", "state", state)

    def assign(self, case: Any, name: str, who: str) -> None:
        """name: "" for nobody."""
        self._change(case, who, "assigned", "assignee", name[:60])

    def add_note(self, case: Any, text: str, who: str) -> None:
        """A note of the staff; it goes when the conversation is erased."""
        with self._database.transaction() as connection:
            connection.execute(history.insert().values(_row(case.id, who, "note", "", text)))

    def _change(self, case: Any, who: str, what: str, column: str, after: str) -> None:
        before = getattr(case, column)
        if before == after:
            return
        with self._database.transaction() as connection:
            connection.execute(cases.update().where(_C.id == case.id).values({column: after}))
            connection.execute(history.insert().values(_row(case.id, who, what, before, after)))


def _row(case_id: int, who: str, what: str, before: str, after: str) -> dict[str, Any]:
    now = datetime.now(timezone.utc)
    return {"case_id": case_id, "at": now, "who": who, "what": what, "before": before, "after": after}
