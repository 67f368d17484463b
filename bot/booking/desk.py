"""Call-back requests and the practice's own blocked times, in the database."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict
from datetime import datetime
from typing import Any, Callable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.booking import outbox_rows
from bot.booking.records import (
    CONFIRMED,
    EXPIRED,
    HELD,
    PRACTICE,
    SYSTEM,
    VISITOR,
    AppointmentsThere,
    Block,
    CallBack,
    Cipher,
    Contact,
    NoSuchAppointment,
)
from bot.booking.tables import appointments, busy, call_backs, link_key
from bot.booking.transactions import Transactions, new_reference, note_event, reseal_column


class Desk:
    """`now` is passed in by the caller: aware UTC."""

    def __init__(self, transactions: Transactions, cipher: Cipher) -> None:
        self._do, self._cipher = transactions, cipher

    def call_back(self, key: str, contact: Contact, when: str, conversation_id: str, now: datetime) -> CallBack:
        """Keeps the wish to be called. key: 32 characters the caller makes once; again, the same answer."""
        sealed = self._cipher.encrypt(json.dumps({"contact": asdict(contact), "when": when}))

        def work(connection: Connection) -> CallBack:
            known = connection.execute(sa.select(call_backs).where(call_backs.c.id == key)).first()
            if known:
                return self._call_back(known)
            made = CallBack(key, new_reference(connection), now, contact, when, False)
            row = {"id": key, "reference": made.reference, "at": now, "done": False}
            connection.execute(call_backs.insert().values(**row, conversation_id=conversation_id, sealed=sealed))
            note_event(connection, key, "requested", VISITOR, now)
            outbox_rows.follow_call_back(connection, made, now)
            return made

        return self._do.write(work)

    def call_backs(self, done: bool = False) -> list[CallBack]:
        """The open requests, or those that were done; the oldest first."""
        query = sa.select(call_backs).where(call_backs.c.done == done).order_by(call_backs.c.at)
        return self._do.read(lambda connection: [self._call_back(row) for row in connection.execute(query)])

    def reference(self, call_back_id: str) -> str | None:
        """The reference of a request; None when it was erased."""
        query = sa.select(call_backs.c.reference).where(call_backs.c.id == call_back_id)
        row = self._do.read(lambda connection: connection.execute(query).first())
        return row.reference if row else None

    def call_back_done(self, reference: str, now: datetime) -> None:
        """Notes that the visitor was called. Raises NoSuchAppointment."""

        def work(connection: Connection) -> None:
            row = connection.execute(sa.select(call_backs).where(call_backs.c.reference == reference)).first()
            if row is None:
                raise NoSuchAppointment
            if not row.done:
                connection.execute(call_backs.update().where(call_backs.c.id == row.id).values(done=True))
                note_event(connection, row.id, "done", PRACTICE, now)

        self._do.write(work)

    def block(self, start: datetime, end: datetime, note: str, now: datetime) -> Block:
        """Keeps a time free of appointments; what was only held in it is let go.

        Raises AppointmentsThere when appointments stand in it.
        """
        made = Block(uuid.uuid4().hex, start, end, note)
        a = appointments.c
        there = [a.starts_at < end, a.ends_at > start]

        def work(connection: Connection) -> Block:
            found = sa.select(a.reference).where(a.state == CONFIRMED, *there).order_by(a.starts_at)
            references = [row.reference for row in connection.execute(found)]
            if references:
                raise AppointmentsThere(references)
            for row in connection.execute(sa.select(a.id).where(a.state == HELD, *there)).all():
                connection.execute(appointments.update().where(a.id == row.id).values(state=EXPIRED))
                note_event(connection, row.id, "expired", SYSTEM, now)
            row = {"id": made.id, "source": "practice", "starts_at": start, "ends_at": end}
            connection.execute(busy.insert().values(**row, sealed_note=self._cipher.encrypt(note) if note else None))
            return made

        return self._do.write(work)

    def unblock(self, block_id: str) -> None:
        """Frees a blocked time again. Raises NoSuchAppointment."""

        def work(connection: Connection) -> None:
            which = [busy.c.id == block_id, busy.c.source == "practice"]
            if not connection.execute(busy.delete().where(*which)).rowcount:
                raise NoSuchAppointment

        self._do.write(work)

    def blocks(self, since: datetime) -> list[Block]:
        """The blocked times that end after `since`, in order."""
        query = sa.select(busy).where(busy.c.source == "practice", busy.c.ends_at > since).order_by(busy.c.starts_at)
        return self._do.read(lambda connection: [self._block(row) for row in connection.execute(query)])

    def reseal(self, change: Callable[[str], str]) -> int:
        """Replaces every sealed text by `change(sealed)`; tells how many there were."""

        def work(connection: Connection) -> int:
            calls = reseal_column(connection, call_backs, "sealed", change)
            notes = reseal_column(connection, busy, "sealed_note", change)
            reseal_column(connection, link_key, "sealed", change)  # no contact detail: not counted
            return calls + notes

        return self._do.write(work)

    def _block(self, row: Any) -> Block:
        note = self._cipher.decrypt(row.sealed_note) if row.sealed_note else ""
        return Block(row.id, row.starts_at, row.ends_at, note)

    def _call_back(self, row: Any) -> CallBack:
        if row.sealed is None:
            return CallBack(row.id, row.reference, row.at, None, "", row.done)
        told = json.loads(self._cipher.decrypt(row.sealed))
        return CallBack(row.id, row.reference, row.at, Contact(**told["contact"]), told["when"], row.done)
