"""The safety queue: hits of the screen that a clinician has to decide about, and hits the screen missed.

What was screened wrongly and what was missed go to the people who keep the screen, redacted; never into training.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

from bot.database import Database
from bot.review.ports import Refusal, Transcripts
from bot.review.tables import cases, flags, history, questions

DECISIONS = {
    "no action": "No action needed",
    "contact made": "Contact made",
    "reported": "Reported",
    "screened wrongly": "Screened wrongly",
}
MISSED = "missed"
AT_ONCE = 50
_F = flags.c


class SafetyQueue:
    """Reads and writes of flags. For clinicians: the console's table of routes sees to that."""

    def __init__(self, database: Database, transcripts: Transcripts) -> None:
        self._database, self._transcripts = database, transcripts

    def open(self) -> list[Any]:
        """Flags without a decision, visitors' first, the newest first; more follow once these are decided."""
        return self._flags(sa.select(flags, *_CASE).where(_F.decision.is_(None)), AT_ONCE)

    def decided(self, limit: int = 50) -> list[Any]:
        """Flags with a decision, the latest first."""
        query = sa.select(flags, *_CASE).where(_F.decision.isnot(None)).order_by(_F.decided_at.desc())
        return self._flags(query, limit)

    def count_open(self) -> int:
        """How many visitors' flags wait for a decision."""
        query = sa.select(sa.func.count()).select_from(flags.join(cases, cases.c.id == _F.case_id))
        with self._database.reading() as connection:
            return int(
                connection.execute(query.where(_F.decision.is_(None), cases.c.kind != "test")).scalar()
            )

    def of_case(self, case_id: int) -> list[Any]:
        """The flags of one conversation."""
        return self._flags(sa.select(flags, *_CASE).where(_F.case_id == case_id), 100)

    def decide(self, flag_id: int, decision: str, note: str, who: str) -> str:
        """Records the decision with its time; gives the conversation's id. Raises Refusal."""
        if decision not in DECISIONS:
            raise Refusal("Choose one of the decisions that are offered.")
        with self._database.transaction() as connection:
            found = connection.execute(
                sa.select(flags, cases.c.conversation_id).join(cases, cases.c.id == _F.case_id).where(_F.id == flag_id)
            ).first()
            if found is None:
                raise Refusal("This flag is gone: the conversation was erased.")
            now = datetime.now(timezone.utc)
            values = {"decision": decision, "decided_by": who, "decided_at": now, "note": note}
            connection.execute(flags.update().where(_F.id == flag_id).values(values))
            row = {"case_id": found.case_id, "at": now, "who": who, "what": "decision"}
            told = f"{decision}: {note}" if note else decision
            connection.execute(history.insert().values(**row, before=found.decision or "", after=told))
            return str(found.conversation_id)

    def missed(self, case: Any, message_id: str, who: str) -> None:
        """A clinician tells that the screen should have stopped at this message: the conversation is quarantined."""
        said = self._transcripts.read([case.conversation_id])
        turn = next((t for one in said for t in one.turns if t.message_id == message_id and t.text), None)
        if turn is None:
            raise Refusal("This message is not part of the conversation.")
        row = {
            "case_id": case.id,
            "message_id": message_id,
            "at": turn.at,
            "outcome": "safety",
            "reason": f"told by {who}",
            "source": MISSED,
        }
        with self._database.transaction() as connection:
            connection.execute(flags.delete().where(_F.case_id == case.id, _F.message_id == message_id))
            connection.execute(flags.insert().values(row))
            connection.execute(cases.update().where(cases.c.id == case.id).values(safety=True))
            connection.execute(questions.delete().where(questions.c.case_id == case.id))

    def feedback(self) -> list[dict[str, str]]:
        """For the people who keep the screen: {what, outcome, reason, text}, no ids and no times."""
        wrong = sa.or_(_F.decision == "screened wrongly", _F.source == MISSED)
        query = sa.select(flags, *_CASE).where(wrong, cases.c.kind != "demo").order_by(_F.id)
        rows = self._flags(query, 10_000)
        texts = {
            (one.id, turn.message_id): turn.text
            for one in self._transcripts.read(list({row.conversation_id for row in rows}))
            for turn in one.turns
        }
        return [
            {
                "what": "missed" if row.source == MISSED else "screened wrongly",
                "outcome": row.outcome,
                "reason": "" if row.source == MISSED else row.reason,
                "text": text,
            }
            for row in rows
            if (text := texts.get((row.conversation_id, row.message_id)))
        ]

    def _flags(self, query: Any, limit: int) -> list[Any]:
        joined = query.join(cases, cases.c.id == _F.case_id)
        joined = joined.order_by(cases.c.kind == "test", _F.at.desc()).limit(limit)
        with self._database.reading() as connection:
            rows: list[Any] = connection.execute(joined).all()
            return rows


_CASE = (cases.c.conversation_id, cases.c.kind, cases.c.state)
