"""The vault's rows: sealed values by token, beside the conversations they belong to."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Callable

import sqlalchemy as sa

from bot.conversation import VaultEntry
from bot.database import Database
from bot.log.tables import vault


class SqlVaultStore:
    """The VaultStore port, and Resealable, over the one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def insert(self, entry: VaultEntry) -> None:
        """Keeps one entry. Raises Clash, StorageUnavailable."""
        with self._database.transaction() as connection:
            connection.execute(
                vault.insert().values(
                    token=entry.token,
                    conversation_id=entry.conversation_id,
                    sealed=entry.sealed,
                    created_at=datetime.now(timezone.utc),
                    expires_at=entry.expires_at,
                )
            )

    def find(self, token: str) -> VaultEntry | None:
        """The entry of a token."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(vault).where(vault.c.token == token)).first()
        return VaultEntry(row.token, row.conversation_id, row.sealed, _utc(row.expires_at)) if row else None

    def set_expiry(self, token: str, expires_at: datetime | None) -> None:
        """Changes how long an entry lives; does nothing when it is gone."""
        with self._database.transaction() as connection:
            connection.execute(vault.update().where(vault.c.token == token).values(expires_at=expires_at))

    def reseal(self, change: Callable[[str], str]) -> int:
        """Replaces each sealed text by `change(text)`, all in one transaction; tells how many there were."""
        with self._database.transaction() as connection:
            rows: list[Any] = connection.execute(sa.select(vault.c.token, vault.c.sealed)).all()
            for row in rows:
                connection.execute(
                    vault.update().where(vault.c.token == row.token).values(sealed=change(row.sealed))
                )
        return len(rows)


def _utc(value: datetime | None) -> datetime | None:
    return value.replace(tzinfo=timezone.utc) if value and not value.tzinfo else value  # SQLite keeps no zone
