"""The audit: who did what and when. Each entry carries the hash of the one before, so that nothing can be changed,
left out or slipped in without breaking the chain; the database refuses changes by itself as well.

An entry is written before the deed: what cannot be recorded is not done. It holds ids, never words.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Iterator

import sqlalchemy as sa

from bot.database import Database
from bot.errors import BotError
from bot.review.tables import audit

START = "0" * 64
_LOCK = 7_326_060  # PostgreSQL advisory lock: entries are chained one after another
_A = audit.c


class ChainBroken(BotError):
    """An entry was changed, removed or slipped in behind the program's back."""


@dataclass(frozen=True)
class Entry:
    """One deed. `subject`: the id of what it was done to."""

    id: int
    at: str
    who: str
    what: str
    subject: str


class Audit:
    """Appends and reads entries. Safe to use from several threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, who: str, what: str, subject: str = "") -> None:
        """Appends an entry. Raises StorageUnavailable when it cannot be kept: then do not do it."""
        with self._database.transaction() as connection:
            if not self._database.is_sqlite:
                connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            last = connection.execute(sa.select(_A.id, _A.hash).order_by(_A.id.desc()).limit(1)).first()
            row = {
                "id": last.id + 1 if last else 1,
                "at": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
                "who": who[:60],
                "what": what[:60],
                "subject": subject[:120],
                "previous": last.hash if last else START,
            }
            connection.execute(audit.insert().values(**row, hash=_hash(row)))

    def latest(self, limit: int = 100, before: int | None = None) -> list[Entry]:
        """The newest entries first; `before`: only those with a smaller id."""
        query = sa.select(_A.id, _A.at, _A.who, _A.what, _A.subject).order_by(_A.id.desc()).limit(limit)
        if before is not None:
            query = query.where(_A.id < before)
        with self._database.reading() as connection:
            return [Entry(*row) for row in connection.execute(query)]

    def verify(self) -> tuple[int, str]:
        """(entries, hash of the last). Raises ChainBroken with the number of the first entry that does not fit."""
        count, previous = 0, START
        for row in self._rows():
            count += 1
            given = {name: row[name] for name in ("id", "at", "who", "what", "subject", "previous")}
            if row["id"] != count or row["previous"] != previous or row["hash"] != _hash(given):
                raise ChainBroken(
                    f"The audit does not hold at entry {count}: it was changed, removed or slipped in. "
                    "Keep a copy of the database and restore the last backup that verifies."
                )
            previous = row["hash"]
        return count, previous

    def _rows(self) -> Iterator[Any]:
        after = 0
        while True:
            query = sa.select(audit).where(_A.id > after).order_by(_A.id).limit(1000)
            with self._database.reading() as connection:
                rows = connection.execute(query).mappings().all()
            if not rows:
                return
            yield from rows
            after = rows[-1]["id"]


def _hash(row: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(row, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
