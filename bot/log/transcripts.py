"""Whole conversations for reading: what the console, exports and reports look at. The channel never comes here."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Sequence

import sqlalchemy as sa

from bot.conversation import Turn
from bot.database import Database
from bot.log.store import turn_of, utc
from bot.log.tables import conversations, feedback, turns

_AT_ONCE = 400  # SQLite takes 999 values in a statement


@dataclass(frozen=True)
class Judgement:
    """What a visitor thought of one bot message. `at` is UTC."""

    bot_message_id: str
    helpful: bool
    note: str | None
    at: datetime
    safety_outcome: str | None
    safety_reason: str | None


@dataclass(frozen=True)
class Transcript:
    """One conversation. kind: visitor, test or demo. `started_at` is UTC."""

    id: str
    kind: str
    started_at: datetime
    opening: list[dict[str, Any]]
    turns: list[Turn]
    feedback: list[Judgement]


class SqlTranscripts:
    """Reads over the log's tables. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def changed_since(self, at: datetime | None) -> list[str]:
        """Ids of the conversations in which something was said or judged since (ever, without), the oldest first."""
        said = sa.select(turns.c.conversation_id, turns.c.at)
        judged = sa.select(feedback.c.conversation_id, feedback.c.at)
        if at is not None:
            said, judged = said.where(turns.c.at >= at), judged.where(feedback.c.at >= at)
        both = said.union_all(judged).subquery()
        query = sa.select(both.c.conversation_id).group_by(both.c.conversation_id).order_by(sa.func.min(both.c.at))
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def read(self, ids: Sequence[str], events: bool = True) -> list[Transcript]:
        """The conversations of these ids that are there, in this order.

        events: whether the turns come with Rasa's events, which take five times as long to read as all the rest.
        """
        found: dict[str, Transcript] = {}
        for start in range(0, len(ids), _AT_ONCE):
            part = list(ids[start : start + _AT_ONCE])
            with self._database.reading() as connection:
                found.update(_read(connection, part, events))
        return [found[one] for one in ids if one in found]


def _read(connection: Any, ids: list[str], events: bool) -> dict[str, Transcript]:
    columns = [column for column in turns.c if events or column.name != "events"]
    said: dict[str, list[Turn]] = defaultdict(list)
    judged: dict[str, list[Judgement]] = defaultdict(list)
    for row in connection.execute(
        sa.select(*columns).where(turns.c.conversation_id.in_(ids)).order_by(turns.c.conversation_id, turns.c.number)
    ):
        said[row.conversation_id].append(turn_of(row))
    for row in connection.execute(sa.select(feedback).where(feedback.c.conversation_id.in_(ids))):
        judged[row.conversation_id].append(
            Judgement(row.bot_message_id, row.helpful, row.note, utc(row.at), row.safety_outcome, row.safety_reason)
        )
    rows = connection.execute(sa.select(conversations).where(conversations.c.id.in_(ids)))
    return {
        row.id: Transcript(row.id, row.kind, utc(row.started_at), row.opening, said[row.id], judged[row.id])
        for row in rows
    }
