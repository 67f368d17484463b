"""Puts invented conversations into the log, marked as such (`kind` = demo). For demonstrations and tests only."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, Iterable

from bot.database import Database
from bot.log.tables import conversations, feedback, turns

_AT_ONCE = 500


def put(database: Database, invented: Iterable[Any], opening: list[dict[str, Any]]) -> int:
    """invented: each with id, started_at, turns and feedback as rows. Nobody holds their tokens. Tells how many."""
    waiting, count = list(invented), 0
    for start in range(0, len(waiting), _AT_ONCE):
        part = waiting[start : start + _AT_ONCE]
        with database.transaction() as connection:
            connection.execute(conversations.insert(), [_row(one, opening) for one in part])
            connection.execute(turns.insert(), [{**t, "conversation_id": one.id} for one in part for t in one.turns])
            judged = [{**row, "conversation_id": one.id} for one in part for row in one.feedback]
            if judged:
                connection.execute(feedback.insert(), judged)
        count += len(part)
    return count


def _row(one: Any, opening: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": one.id,
        "token_hash": hashlib.sha256(b"demo" + one.id.encode()).hexdigest(),
        "started_at": one.started_at,
        "expires_at": one.started_at + timedelta(hours=1),
        "locale": "en",
        "notice_version": "demo",
        "opening": opening,
        "kind": "demo",
    }
