"""How booking writes: one writer at a time, retried while the database is busy with others."""

from __future__ import annotations

import secrets
import threading
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, Callable, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.booking.tables import appointments, call_backs, events
from bot.database import Database
from bot.errors import StorageUnavailable

TRIES = 5
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O, 1 I L: read over the phone
_WRITER_LOCK = 7_326_014  # PostgreSQL advisory lock; any number, but always this one
Result = TypeVar("Result")


class Transactions:
    """Safe to use from several threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = threading.Lock()  # threads of one process queue here instead of polling SQLite's lock

    def migrate(self) -> None:
        """Brings booking's tables to this version."""
        self._database.migrate(Path(__file__).parent / "migrations", "booking_version")

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """Runs `work` in one transaction, alone among booking's writers.

        The constraint against overlaps holds without this; queueing spares PostgreSQL the deadlocks that
        two waiting inserts would make of it. What `work` raises rolls everything back and is raised.
        """
        with self._turn:
            for tries in count(1):
                begun = False
                try:
                    with self._database.transaction() as connection:
                        self._queue(connection)
                        begun = True
                        return work(connection)
                except StorageUnavailable:
                    if begun or tries == TRIES:  # begun: perhaps committed, so never twice
                        raise
        raise AssertionError("unreachable")

    def read(self, work: Callable[[Connection], Result]) -> Result:
        """Runs `work` on one consistent view."""
        with self._database.reading() as connection:
            return work(connection)

    def _queue(self, connection: Connection) -> None:
        if not self._database.is_sqlite:
            connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})"))


def note_event(connection: Connection, subject_id: str, name: str, actor: str, now: datetime) -> None:
    """One change, with time and actor."""
    connection.execute(events.insert().values(subject_id=subject_id, name=name, actor=actor, at=now))


def new_reference(connection: Connection) -> str:
    """Six characters no appointment or call-back has yet; the caller is the only writer."""
    while True:
        reference = "".join(secrets.choice(_ALPHABET) for _ in range(6))
        known = [sa.select(table.c.id).where(table.c.reference == reference) for table in (appointments, call_backs)]
        if not any(connection.execute(query).first() for query in known):
            return reference


def reseal_column(connection: Connection, table: Any, column: str, change: Callable[[str], str]) -> int:
    """Replaces every sealed text of a column by `change(sealed)`; tells how many there were."""
    sealed = sa.select(table.c.id, table.c[column]).where(table.c[column].isnot(None))
    rows = connection.execute(sealed).all()
    for row_id, text in rows:
        connection.execute(table.update().where(table.c.id == row_id).values({column: change(text)}))
    return len(rows)
