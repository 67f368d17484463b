"""Erasing conversations from the log's tables, to the byte, and the receipts that remain."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Mapping, Sequence

import sqlalchemy as sa

from bot.database import Database
from bot.log.tables import conversations, erasures, feedback, turns, vault

_WRONG_CLOCK = timedelta(days=1)  # a date further ahead than this was written by a clock that was wrong


class LogErasure:
    """Conversations with their turns and feedback; finds them by erasure code and by age."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def erase(self, conversation_ids: Sequence[str]) -> Mapping[str, int]:
        """Removes conversations, turns (the dialogue's events are in them) and feedback."""
        tables = (("feedback", feedback, feedback.c.conversation_id), ("turns", turns, turns.c.conversation_id),
                  ("conversations", conversations, conversations.c.id))  # fmt: skip
        with self._database.transaction() as connection:
            counts = {
                name: connection.execute(table.delete().where(column.in_(conversation_ids))).rowcount
                for name, table, column in tables
            }
        self._database.forget_erased()
        return counts

    def by_code(self, erasure_hash: str) -> str | None:
        """The conversation of an erasure code's hash."""
        with self._database.reading() as connection:
            query = sa.select(conversations.c.id).where(conversations.c.erasure_hash == erasure_hash)
            found: str | None = connection.execute(query).scalar()
        return found

    def started_before(self, moment: datetime, at_most: int) -> Sequence[str]:
        """Ids of conversations that started at that moment or before."""
        query = sa.select(conversations.c.id).where(conversations.c.started_at <= moment).limit(at_most)
        with self._database.reading() as connection:
            return [row.id for row in connection.execute(query)]

    def date_back(self, now: datetime) -> None:
        """Conversations dated in the future (a clock was wrong) count from now on, and their sessions end."""
        late = conversations.c.started_at > now + _WRONG_CLOCK
        with self._database.reading() as connection:
            if connection.execute(sa.select(conversations.c.id).where(late).limit(1)).first() is None:
                return
        with self._database.transaction() as connection:
            connection.execute(conversations.update().where(late).values(started_at=now, expires_at=now))

    def write_receipt(self, reason: str, counts: Mapping[str, int]) -> None:
        """Keeps a row without content: when, why, how many of what."""
        with self._database.transaction() as connection:
            at = datetime.now(timezone.utc)
            connection.execute(erasures.insert().values(at=at, reason=reason, counts=dict(counts)))


class VaultErasure:
    """The vault's rows: gone with their conversation, or when their time is over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def erase(self, conversation_ids: Sequence[str]) -> Mapping[str, int]:
        """Removes the contact details of these conversations, those kept for a booking too."""
        return self._delete(vault.c.conversation_id.in_(conversation_ids))

    def expire(self, now: datetime) -> Mapping[str, int]:
        """Removes what is over, and what a wrong clock dated in the future unless a booking keeps it."""
        misdated = sa.and_(vault.c.created_at > now + _WRONG_CLOCK, vault.c.expires_at.is_not(None))
        return self._delete(sa.or_(vault.c.expires_at <= now, misdated))

    def _delete(self, which: Any) -> Mapping[str, int]:
        with self._database.transaction() as connection:
            count: int = connection.execute(vault.delete().where(which)).rowcount
        if count:
            self._database.forget_erased()
        return {"contact details": count}
