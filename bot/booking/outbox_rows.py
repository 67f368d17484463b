"""What must follow a change, as rows written in the change's own transaction; the worker sends them later."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.booking.records import CALENDAR, Appointment, CallBack
from bot.booking.tables import appointments, call_backs, outbox
from bot.booking.transactions import Transactions
from bot.database import Clash

MAIL_TO_VISITOR, MAIL_TO_PRACTICE, CALENDAR_WRITE = "visitor", "practice", "calendar"  # channels
WAITING, NOT_CONFIGURED, SENT, FAILED, DROPPED = "waiting", "not configured", "sent", "failed", "dropped"  # states
DIGEST = "digest"  # a topic
LEASE = timedelta(minutes=2)  # longer than sending all that one claim takes
REMIND_BEFORE = timedelta(hours=24)


def follow(connection: Connection, change: str, appointment: Appointment, actor: str, now: datetime) -> None:
    """change: confirmed, moved or cancelled. Mails to the practice, to a visitor who may be written to, the calendar
    write, and the reminder, anew when the time changed. What came from the calendar is not told there again."""
    contact = appointment.contact
    _drop_reminder(connection, appointment.id)
    channels = [] if actor == CALENDAR else [MAIL_TO_PRACTICE, CALENDAR_WRITE]
    rows = [_row(appointment, channel, change, now) for channel in channels]
    if contact and contact.email and contact.write_ok:
        rows.append(_row(appointment, MAIL_TO_VISITOR, change, now))
        remind_at = appointment.start - REMIND_BEFORE
        if contact.reminder and change != "cancelled" and remind_at > now:
            rows.append(_row(appointment, MAIL_TO_VISITOR, "reminder", remind_at))
    if rows:
        connection.execute(outbox.insert(), rows)


def rewrite_in_calendar(connection: Connection, appointment_id: str, sequence: int, now: datetime) -> None:
    """Puts an appointment's event there again."""
    row = _common(appointment_id, CALENDAR_WRITE, "restored", now)
    connection.execute(outbox.insert().values(**row, sequence=sequence))


def follow_call_back(connection: Connection, call_back: CallBack, now: datetime) -> None:
    """A mail to the practice that somebody asked to be called."""
    connection.execute(outbox.insert().values(**_common(call_back.id, MAIL_TO_PRACTICE, "call_back", now), sequence=0))


def follow_week(connection: Connection, week: str, not_before: datetime) -> None:
    """The summary of a week, such as 2026-W48, once: its Message-ID is made of the week, and the database keeps each
    one time only."""
    message_id = f"digest-{week.lower()}"
    if not connection.execute(sa.select(outbox.c.id).where(outbox.c.message_id == message_id)).first():
        row = {**_common(week, MAIL_TO_PRACTICE, DIGEST, not_before), "message_id": message_id}
        connection.execute(outbox.insert().values(**row, sequence=0))


def _row(appointment: Appointment, channel: str, topic: str, not_before: datetime) -> dict[str, Any]:
    times = {"sequence": appointment.sequence, "starts_at": appointment.start, "ends_at": appointment.end}
    return {**_common(appointment.id, channel, topic, not_before), **times}


def _common(subject_id: str, channel: str, topic: str, not_before: datetime) -> dict[str, Any]:
    return {
        "subject_id": subject_id,
        "channel": channel,
        "topic": topic,
        "message_id": secrets.token_hex(16),
        "state": WAITING,
        "not_before": not_before,
        "attempts": 0,
    }


def _drop_reminder(connection: Connection, subject_id: str) -> None:
    stale = [outbox.c.subject_id == subject_id, outbox.c.topic == "reminder"]
    waiting = outbox.c.state.in_((WAITING, NOT_CONFIGURED))
    connection.execute(outbox.update().where(*stale, waiting).values(state=DROPPED))


@dataclass(frozen=True)
class Task:
    """One claimed row. `lease` proves the claim; start and end are the appointment's when the row was written."""

    id: int
    subject_id: str
    channel: str
    topic: str
    sequence: int
    start: datetime | None
    end: datetime | None
    message_id: str
    attempts: int
    lease: str


@dataclass(frozen=True)
class Outgoing:
    """A row that is not out yet, for people. `due`: when it is tried next; fault: the last error's type, "" if none;
    reference: of the appointment or call-back, "" once that is erased."""

    id: int
    channel: str
    topic: str
    state: str
    due: datetime
    attempts: int
    fault: str
    reference: str


class OutboxRows:
    """The worker's side of the table. `now` is passed in by the caller: aware UTC."""

    def __init__(self, transactions: Transactions) -> None:
        self._do = transactions

    def plan_week(self, week: str, not_before: datetime) -> None:
        """Writes the week's summary unless it is there."""
        with suppress(Clash):  # another process was quicker
            self._do.write(lambda connection: follow_week(connection, week, not_before))

    def claim(self, channels: Sequence[str], now: datetime, limit: int = 3) -> list[Task]:
        """Due rows of these channels, leased to the caller; the rest of what is due becomes "not configured".

        Rows of one appointment and channel go in order, each after the one before is out. Mails about what is
        over are dropped.
        """
        o, lease = outbox.c, secrets.token_hex(16)
        due = [o.state.in_((WAITING, NOT_CONFIGURED)), o.not_before <= now]

        def work(connection: Connection) -> list[Task]:
            over = sa.and_(o.starts_at <= now, o.channel != CALENDAR_WRITE)
            connection.execute(outbox.update().where(*due, over).values(state=DROPPED))
            no_way = [o.state == WAITING, o.channel.notin_(channels)]
            connection.execute(outbox.update().where(*due, *no_way).values(state=NOT_CONFIGURED))
            free = sa.or_(o.leased_until.is_(None), o.leased_until <= now)
            query = sa.select(outbox).where(*due, o.channel.in_(channels), free, sa.not_(_one_before()))
            rows = connection.execute(query.order_by(o.id).limit(limit)).all()
            ids = [row.id for row in rows]
            taken = {"lease": lease, "leased_until": now + LEASE, "attempts": o.attempts + 1, "state": WAITING}
            connection.execute(outbox.update().where(o.id.in_(ids)).values(**taken))
            return [_task(row, lease) for row in rows]

        return self._do.write(work)

    def sent(self, task: Task, now: datetime) -> None:
        """It is out."""
        self._finish(task, state=SENT, sent_at=now, fault=None)

    def postpone(self, task: Task, until: datetime, fault: str) -> None:
        """It is tried again then. fault: the error's type, no more."""
        self._finish(task, not_before=until, fault=fault[:80])

    def give_up(self, task: Task, state: str, fault: str | None = None) -> None:
        """FAILED, or DROPPED when there is nothing to tell any more."""
        self._finish(task, state=state, fault=fault)

    def counts(self) -> dict[str, int]:
        """How many rows there are by state."""
        query = sa.select(outbox.c.state, sa.func.count()).group_by(outbox.c.state)
        return self._do.read(lambda connection: {state: count for state, count in connection.execute(query)})

    def unsent(self, limit: int = 100) -> list[Outgoing]:
        """What failed, then what waits, the next due first."""
        o, subject = outbox.c, outbox.c.subject_id
        reference = sa.func.coalesce(appointments.c.reference, call_backs.c.reference, "")
        joined = outbox.outerjoin(appointments, appointments.c.id == subject)
        joined = joined.outerjoin(call_backs, call_backs.c.id == subject)
        query = sa.select(outbox, reference.label("reference")).select_from(joined)
        query = query.where(o.state.in_((FAILED, WAITING, NOT_CONFIGURED)))
        query = query.order_by(o.state != FAILED, o.not_before, o.id).limit(limit)
        names = ("id", "channel", "topic", "state", "attempts", "reference")

        def work(connection: Connection) -> list[Outgoing]:
            return [
                Outgoing(**{name: row[name] for name in names}, due=row["not_before"], fault=row["fault"] or "")
                for row in connection.execute(query).mappings()
            ]

        return self._do.read(work)

    def again(self, row_id: int, now: datetime) -> bool:
        """Makes a row that is not out yet due now, with its tries counted anew. False when it is out or being sent."""
        o = outbox.c
        free = sa.or_(o.leased_until.is_(None), o.leased_until <= now)
        mine = [o.id == row_id, o.state.in_((FAILED, WAITING, NOT_CONFIGURED)), free]
        change = outbox.update().where(*mine).values(state=WAITING, not_before=now, attempts=0)
        return bool(self._do.write(lambda connection: connection.execute(change).rowcount))

    def _finish(self, task: Task, **values: Any) -> None:
        mine = [outbox.c.id == task.id, outbox.c.lease == task.lease]  # another worker may have taken over
        change = outbox.update().where(*mine).values(lease=None, leased_until=None, **values)
        self._do.write(lambda connection: connection.execute(change))


def _one_before() -> Any:
    """An earlier row of the same appointment and channel is not out yet; reminders wait their own time."""
    before = outbox.alias("before")
    return sa.exists().where(
        before.c.subject_id == outbox.c.subject_id,
        before.c.channel == outbox.c.channel,
        before.c.id < outbox.c.id,
        before.c.state.in_((WAITING, NOT_CONFIGURED)),
        before.c.topic != "reminder",
    )


def _task(row: Any, lease: str) -> Task:
    return Task(
        id=row.id,
        subject_id=row.subject_id,
        channel=row.channel,
        topic=row.topic,
        sequence=row.sequence,
        start=row.starts_at,
        end=row.ends_at,
        message_id=row.message_id,
        attempts=row.attempts + 1,
        lease=lease,
    )
