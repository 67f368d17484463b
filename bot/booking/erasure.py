"""What goes when a conversation is erased, and what goes by age. Needs no key: nothing is opened to be erased.

An appointment stands when its conversation is erased: the visitor made it on purpose and has its link to cancel it.
It only no longer tells where it came from, and its contact goes when it is old.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.booking.outbox_rows import DROPPED, FAILED, SENT
from bot.booking.records import CANCELLED, CONFIRMED
from bot.booking.tables import appointments, busy, call_backs, events, outbox
from bot.booking.transactions import Transactions
from bot.database import Database

_A, _C = appointments.c, call_backs.c


class BookingErasure:
    """retention: how long after an appointment or a request its contact is kept."""

    def __init__(self, database: Database, retention: timedelta) -> None:
        self._database, self._do, self._retention = database, Transactions(database), retention
        self._migrated = False

    def erase(self, conversation_ids: Sequence[str]) -> Mapping[str, int]:
        """Held times and call-back requests go; appointments no longer tell where they came from."""

        def work(connection: Connection) -> dict[str, int]:
            mine = _A.conversation_id.in_(conversation_ids)
            stands = _A.state.in_((CONFIRMED, CANCELLED))
            held = _remove(connection, appointments, sa.and_(mine, sa.not_(stands)))
            connection.execute(appointments.update().where(mine).values(conversation_id=None))
            asked = _remove(connection, call_backs, _C.conversation_id.in_(conversation_ids))
            return {"held times": held, "call-back requests": asked}

        return self._run(work)

    def expire(self, now: datetime) -> Mapping[str, int]:
        """What is older than retention: contacts, requests, lapsed holds, blocked times, what the outbox sent."""
        before = now - self._retention

        def work(connection: Connection) -> dict[str, int]:
            old = appointments.update().where(_A.ends_at < before, _A.sealed_contact.is_not(None))
            gone = {"sealed_contact": None, "visitor_zone": None, "conversation_id": None}
            contacts = connection.execute(old.values(**gone)).rowcount
            asked = _remove(connection, call_backs, _C.at < before)
            _remove(connection, appointments, sa.and_(_A.state.not_in((CONFIRMED, CANCELLED)), _A.held_until < before))
            finished = outbox.c.state.in_((SENT, FAILED, DROPPED))
            connection.execute(outbox.delete().where(finished, outbox.c.not_before < before))
            connection.execute(busy.delete().where(busy.c.source == "practice", busy.c.ends_at < before))
            return {"contacts of appointments": contacts, "call-back requests": asked}

        return self._run(work)

    def _run(self, work: Any) -> dict[str, int]:
        if not self._migrated:  # erasing may be the first thing an installation does
            self._do.migrate()
            self._migrated = True
        counts: dict[str, int] = self._do.write(work)
        if any(counts.values()):
            self._database.forget_erased()
        return counts


def _remove(connection: Connection, table: Any, which: Any) -> int:
    """Rows with their events and outbox rows."""
    ids = [row.id for row in connection.execute(sa.select(table.c.id).where(which))]
    for begin in range(0, len(ids), 500):  # databases limit the values of one statement
        some = ids[begin : begin + 500]
        connection.execute(events.delete().where(events.c.subject_id.in_(some)))
        connection.execute(outbox.delete().where(outbox.c.subject_id.in_(some)))
        connection.execute(table.delete().where(table.c.id.in_(some)))
    return len(ids)
