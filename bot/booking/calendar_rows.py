"""What booking knows of the practice's calendar, in the database: the last busy times read, and how fresh they are."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.booking.model import Interval
from bot.booking.outbox_rows import CALENDAR_WRITE, NOT_CONFIGURED, WAITING, rewrite_in_calendar
from bot.booking.records import CONFIRMED
from bot.booking.tables import appointments, busy, calendar_state, outbox
from bot.booking.transactions import Transactions

FOR_EVER = datetime(2200, 1, 1, tzinfo=timezone.utc)
_A, _S = appointments.c, calendar_state.c


@dataclass(frozen=True)
class CalendarStatus:
    """How fresh the busy times are. read_at: last known right; failing_since, fault: of the trouble now, if any."""

    read_at: datetime | None
    failing_since: datetime | None
    fault: str


@dataclass(frozen=True)
class Seen:
    """An appointment that stands in the calendar with nothing of ours on its way there."""

    id: str
    reference: str
    sequence: int
    start: datetime
    end: datetime


class CalendarRows:
    """`now` is passed in by the caller: aware UTC."""

    def __init__(self, transactions: Transactions) -> None:
        self._do = transactions

    def prepare(self, now: datetime) -> None:
        """Before the first reading every time counts as busy: nobody knows better yet."""

        def work(connection: Connection) -> None:
            if connection.execute(sa.select(_S.id)).first() is None:
                connection.execute(calendar_state.insert().values(id=1))
                _replace(connection, [Interval(now, FOR_EVER)])

        self._do.write(work)

    def forget(self) -> None:
        """No calendar is set up any more: its busy times go."""

        def work(connection: Connection) -> None:
            if connection.execute(calendar_state.delete()).rowcount:
                _replace(connection, [])

        self._do.write(work)

    def needs_reading(self, tag: str | None, now: datetime, whole_every: timedelta) -> bool:
        """Whether something may have changed there, or the window must move on."""
        query = sa.select(_S.tag, _S.whole_at)
        row = self._do.read(lambda connection: connection.execute(query).first())
        return not (row and tag and row.tag == tag and row.whole_at and now - row.whole_at < whole_every)

    def still_right(self, now: datetime) -> None:
        """Nothing changed there since the last reading."""
        self._set(read_at=now, failing_since=None)

    def replace(self, known: list[Interval], tag: str | None, now: datetime, fault: str) -> None:
        """The busy times as just read."""

        def work(connection: Connection) -> None:
            _replace(connection, known)
            fresh = {"tag": tag, "read_at": now, "whole_at": now, "failing_since": None, "fault": fault[:80]}
            connection.execute(calendar_state.update().values(**fresh))

        self._do.write(work)

    def failed(self, fault: str, now: datetime) -> None:
        """The calendar could not be read; the last busy times stay, and the next reading is a whole one."""
        since = sa.func.coalesce(_S.failing_since, sa.bindparam("since", now, type_=_S.failing_since.type))
        self._set(tag=None, failing_since=since, fault=fault[:80])

    def status(self) -> CalendarStatus | None:
        """None when no calendar is set up."""
        row = self._do.read(lambda connection: connection.execute(sa.select(calendar_state)).first())
        return CalendarStatus(row.read_at, row.failing_since, row.fault or "") if row else None

    def settled(self, now: datetime) -> list[Seen]:
        """The appointments ahead that are in the calendar as far as we know."""
        on_its_way = sa.exists().where(
            outbox.c.subject_id == _A.id,
            outbox.c.channel == CALENDAR_WRITE,
            outbox.c.state.in_((WAITING, NOT_CONFIGURED)),
        )
        columns = [_A.id, _A.reference, _A.sequence, _A.starts_at, _A.ends_at]
        query = sa.select(*columns).where(_A.state == CONFIRMED, _A.in_calendar, _A.starts_at > now, ~on_its_way)
        return self._do.read(lambda connection: [Seen(*row) for row in connection.execute(query)])

    def known_ids(self, now: datetime) -> set[str]:
        """The appointments whose events may be in the calendar."""
        query = sa.select(_A.id).where(_A.ends_at > now - timedelta(days=2))
        return self._do.read(lambda connection: {row.id for row in connection.execute(query)})

    def written(self, appointment_id: str, is_in: bool) -> None:
        """Whether an appointment's event is in the calendar now.

        The tag is forgotten: some servers make it from the contents, and a deletion of what we just wrote would
        bring the old one back.
        """

        def work(connection: Connection) -> None:
            connection.execute(appointments.update().where(_A.id == appointment_id).values(in_calendar=is_in))
            connection.execute(calendar_state.update().values(tag=None))

        self._do.write(work)

    def write_again(self, seen: Seen, now: datetime) -> None:
        """Puts the event back to where the appointment stands."""
        self._do.write(lambda connection: rewrite_in_calendar(connection, seen.id, seen.sequence, now))

    def _set(self, **values: object) -> None:
        self._do.write(lambda connection: connection.execute(calendar_state.update().values(**values)))


def _replace(connection: Connection, known: list[Interval]) -> None:
    connection.execute(busy.delete().where(busy.c.source == "calendar"))
    rows = [{"id": uuid.uuid4().hex, "source": "calendar", "starts_at": one.start, "ends_at": one.end} for one in known]
    if rows:
        connection.execute(busy.insert(), rows)
