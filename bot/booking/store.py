"""Appointments and holds in the database: every change is one transaction with its event and its follow-ups."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Callable

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.booking import outbox_rows
from bot.booking.model import Interval, Kind
from bot.booking.records import (
    CANCELLED,
    CONFIRMED,
    EXPIRED,
    HELD,
    SYSTEM,
    VISITOR,
    Appointment,
    AppointmentOver,
    Cipher,
    Contact,
    Event,
    Hold,
    NoSuchAppointment,
    TimeTaken,
)
from bot.booking.tables import appointments, busy, events
from bot.booking.transactions import Transactions, new_reference, note_event, reseal_column

HOLD = timedelta(minutes=10)
_A = appointments.c


class AppointmentStore:
    """`now` is passed in by the caller: aware UTC. TimeTaken comes without alternatives from here."""

    def __init__(self, transactions: Transactions, cipher: Cipher) -> None:
        self._do, self._cipher = transactions, cipher

    def hold(self, kind: Kind, start: datetime, conversation_id: str, now: datetime) -> Hold:
        """Keeps the time for this conversation, in place of what it held before. Raises TimeTaken."""
        made = Hold(uuid.uuid4().hex, kind.id, start, now + HOLD)
        row = {
            "id": made.id,
            "state": HELD,
            "kind_id": kind.id,
            "title": kind.title,
            "place": kind.place,
            **times(kind.minutes, start, kind.taken_by(start)),
            "held_until": made.expires_at,
            "conversation_id": conversation_id,
            "sequence": 0,
        }

        def work(connection: Connection) -> Hold:
            _expire(connection, now)
            _let_go(connection, [_A.conversation_id == conversation_id], "released", VISITOR, now)
            _refuse_busy(connection, row)
            _unless_taken(connection, appointments.insert().values(**row, reference=new_reference(connection)))
            note_event(connection, made.id, "held", VISITOR, now)
            return made

        return self._do.write(work)

    def release(self, hold_id: str, now: datetime) -> None:
        """Gives a held time back; does nothing when it is not held any more."""
        self._do.write(lambda connection: _let_go(connection, [_A.id == hold_id], "released", VISITOR, now))

    def confirm(self, hold_id: str, contact: Contact, now: datetime, visitor_zone: str = "") -> Appointment:
        """Makes the hold an appointment; again, the same answer. An expired hold counts while its time is free.

        visitor_zone: a known IANA name, or "". Raises TimeTaken, NoSuchAppointment.
        """
        sealed = self._seal(contact)

        def work(connection: Connection) -> Appointment:
            row = _known(connection, _A.id == hold_id)
            if row.state == CONFIRMED:
                return self._appointment(row)
            if row.state == CANCELLED:
                raise NoSuchAppointment
            if row.starts_at <= now:
                raise TimeTaken
            _expire(connection, now, but=hold_id)
            _refuse_busy(connection, row._mapping)
            change = appointments.update().where(_A.id == hold_id)
            told = {"sealed_contact": sealed, "visitor_zone": visitor_zone or None}
            _unless_taken(connection, change.values(state=CONFIRMED, held_until=None, **told))
            return self._follow(connection, hold_id, "confirmed", VISITOR, now)

        return self._do.write(work)

    def move(
        self, reference: str, times: dict[str, datetime], actor: str, now: datetime, seen: int | None = None
    ) -> Appointment:
        """Puts an appointment elsewhere; to where it is, nothing changes.

        times: as `times(...)` gives them. For other actors than the visitor buffers and busy times give way.
        seen: only while its sequence is still this. Raises TimeTaken, NoSuchAppointment, AppointmentOver.
        """

        def work(connection: Connection) -> Appointment:
            row = _known(connection, _A.reference == reference)
            _refuse_over(row, now)
            there = all(row._mapping[name] == times[name] for name in ("starts_at", "ends_at"))
            if there or seen not in (None, row.sequence):
                return self._appointment(row)
            _expire(connection, now)
            change = appointments.update().where(_A.id == row.id).values(sequence=row.sequence + 1)
            if actor == VISITOR:
                _refuse_busy(connection, times)
                _unless_taken(connection, change.values(**times))
            else:
                _squeeze_in(connection, row.id, change, times)
            return self._follow(connection, row.id, "moved", actor, now)

        return self._do.write(work)

    def cancel(self, reference: str, actor: str, now: datetime, seen: int | None = None) -> Appointment:
        """Cancels; again, the same answer. seen: as for `move`. Raises NoSuchAppointment, AppointmentOver."""

        def work(connection: Connection) -> Appointment:
            row = _known(connection, _A.reference == reference)
            if row.state == CANCELLED or seen not in (None, row.sequence):
                return self._appointment(row)
            _refuse_over(row, now)
            change = appointments.update().where(_A.id == row.id)
            connection.execute(change.values(state=CANCELLED, sequence=row.sequence + 1))
            return self._follow(connection, row.id, "cancelled", actor, now)

        return self._do.write(work)

    def find(self, reference: str) -> Appointment:
        """A confirmed or cancelled appointment. Raises NoSuchAppointment."""
        return self._one(_A.reference == reference)

    def find_by_id(self, appointment_id: str) -> Appointment:
        """The same by its id."""
        return self._one(_A.id == appointment_id)

    def made_in(self, conversation_id: str) -> Appointment | None:
        """The confirmed appointment of a conversation, of several the one furthest ahead."""
        mine = sa.select(appointments).where(_A.conversation_id == conversation_id, _A.state == CONFIRMED)
        row = self._do.read(lambda connection: connection.execute(mine.order_by(_A.starts_at.desc())).first())
        return self._appointment(row) if row else None

    def wanted(self, hold_id: str) -> tuple[str, datetime, str | None]:
        """Kind id, start and conversation of a hold, whatever became of it. Raises NoSuchAppointment."""
        row = self._do.read(lambda connection: _known(connection, _A.id == hold_id))
        return row.kind_id, row.starts_at, row.conversation_id

    def upcoming(self, since: datetime, until: datetime | None = None) -> list[Appointment]:
        """The confirmed appointments that end after `since` and begin before `until`, in order."""
        query = sa.select(appointments).where(_A.state == CONFIRMED, _A.ends_at > since).order_by(_A.starts_at)
        if until is not None:
            query = query.where(_A.starts_at < until)
        return self._do.read(lambda connection: [self._appointment(row) for row in connection.execute(query)])

    def taken(
        self, start: datetime, end: datetime, now: datetime, conversation_id: str | None, moving: str | None
    ) -> list[Interval]:
        """What is not free between two times: appointments and holds with buffers, blocks, calendar.

        What the conversation holds, and the appointment that is to be moved, do not count.
        """
        idle = sa.and_(_A.state == HELD, sa.or_(_A.held_until <= now, _A.conversation_id == conversation_id))
        counts = [_A.state.in_((HELD, CONFIRMED)), sa.not_(idle), _A.id != (moving or "")]
        counted = sa.select(_A.taken_from, _A.taken_until).where(*counts, _A.taken_from < end, _A.taken_until > start)
        other = sa.select(busy.c.starts_at, busy.c.ends_at).where(busy.c.starts_at < end, busy.c.ends_at > start)

        def work(connection: Connection) -> list[Interval]:
            return [Interval(*row) for query in (counted, other) for row in connection.execute(query).all()]

        return self._do.read(work)

    def events(self, subject_id: str) -> list[Event]:
        """What happened to an appointment or call-back, in order."""
        query = sa.select(events.c.name, events.c.at, events.c.actor).where(events.c.subject_id == subject_id)
        return self._do.read(lambda connection: [Event(*row) for row in connection.execute(query.order_by("id"))])

    def reseal(self, change: Callable[[str], str]) -> int:
        """Replaces every sealed contact by `change(sealed)`; tells how many there were."""
        return self._do.write(lambda connection: reseal_column(connection, appointments, "sealed_contact", change))

    def _one(self, which: Any) -> Appointment:
        query = sa.select(appointments).where(which, _A.state.in_((CONFIRMED, CANCELLED)))
        row = self._do.read(lambda connection: connection.execute(query).first())
        if row is None:
            raise NoSuchAppointment
        return self._appointment(row)

    def _follow(self, connection: Connection, row_id: str, change: str, actor: str, now: datetime) -> Appointment:
        """The event and the outbox rows of a change, in the change's own transaction."""
        changed = self._appointment(connection.execute(sa.select(appointments).where(_A.id == row_id)).one())
        note_event(connection, row_id, change, actor, now)
        outbox_rows.follow(connection, change, changed, actor, now)
        return changed

    def _seal(self, contact: Contact) -> str:
        return self._cipher.encrypt(json.dumps(asdict(contact)))

    def _appointment(self, row: Any) -> Appointment:
        sealed = row.sealed_contact
        contact = None if sealed is None else Contact(**json.loads(self._cipher.decrypt(sealed)))
        return Appointment(
            id=row.id,
            reference=row.reference,
            kind_id=row.kind_id,
            title=row.title,
            place=row.place,
            start=row.starts_at,
            end=row.ends_at,
            state=row.state,
            sequence=row.sequence,
            contact=contact,
            visitor_zone=row.visitor_zone or "",
        )


def times(minutes: int, start: datetime, taken: Interval) -> dict[str, datetime]:
    """The four columns of when. taken: with the buffers."""
    end = start + timedelta(minutes=minutes)
    return {"starts_at": start, "ends_at": end, "taken_from": taken.start, "taken_until": taken.end}


def _known(connection: Connection, which: Any) -> Any:
    row = connection.execute(sa.select(appointments).where(which)).first()
    if row is None:
        raise NoSuchAppointment
    return row


def _refuse_over(row: Any, now: datetime) -> None:
    if row.state not in (CONFIRMED, CANCELLED):
        raise NoSuchAppointment
    if row.state == CANCELLED or row.starts_at <= now:
        raise AppointmentOver


def _refuse_busy(connection: Connection, row: Any) -> None:
    overlaps = sa.select(busy.c.id).where(busy.c.starts_at < row["taken_until"], busy.c.ends_at > row["taken_from"])
    if connection.execute(overlaps.limit(1)).first():
        raise TimeTaken


def _unless_taken(connection: Connection, statement: Any) -> None:
    try:
        connection.execute(statement)
    except IntegrityError:  # the constraint against overlaps; references are chosen unused
        raise TimeTaken from None


def _squeeze_in(connection: Connection, row_id: str, change: Any, times: dict[str, datetime]) -> None:
    """With buffers if they fit; otherwise without, and the neighbours' buffers give way too."""
    try:
        with connection.begin_nested():
            _unless_taken(connection, change.values(**times))
    except TimeTaken:
        start, end = times["starts_at"], times["ends_at"]
        counts = appointments.update().where(_A.state.in_((HELD, CONFIRMED)), _A.id != row_id)
        connection.execute(counts.where(_A.ends_at <= start, _A.taken_until > start).values(taken_until=start))
        connection.execute(counts.where(_A.starts_at >= end, _A.taken_from < end).values(taken_from=end))
        _unless_taken(connection, change.values(**{**times, "taken_from": start, "taken_until": end}))


def _expire(connection: Connection, now: datetime, but: str = "") -> None:
    _let_go(connection, [_A.held_until <= now, _A.id != but], "expired", SYSTEM, now)


def _let_go(connection: Connection, which: list[Any], event: str, actor: str, now: datetime) -> None:
    ids = [row.id for row in connection.execute(sa.select(_A.id).where(_A.state == HELD, *which))]
    for row_id in ids:
        connection.execute(appointments.update().where(_A.id == row_id).values(state=EXPIRED))
        note_event(connection, row_id, event, actor, now)
