"""Booking's one interface: what the dialogue, the pages, the console and the command line call.

Every method is blocking and safe to use from several threads and processes. Times are aware UTC.
"""

from __future__ import annotations

from copy import copy
from datetime import datetime, timedelta, timezone
from typing import Callable, NoReturn
from zoneinfo import ZoneInfo

from bot.booking import model
from bot.booking.calendar_rows import CalendarRows
from bot.booking.desk import Desk
from bot.booking.links import Links, signing_key
from bot.booking.model import Interval, Kind
from bot.booking.outbox import Outbox, Post
from bot.booking.outbox_rows import OutboxRows, Outgoing
from bot.booking.records import (
    VISITOR,
    Appointment,
    Block,
    CallBack,
    Cipher,
    Contact,
    Event,
    Hold,
    TimeTaken,
    UnknownKind,
)
from bot.booking.rules import Rules
from bot.booking.store import AppointmentStore, times
from bot.booking.transactions import Transactions
from bot.booking.wording import known_zone
from bot.database import Database

ALTERNATIVES = 3
LOOK_AROUND = timedelta(days=14)  # how far from a taken time the alternatives may be


def utc_now() -> datetime:
    """The present, aware UTC."""
    return datetime.now(timezone.utc)


class Booking:
    """rules: None switches appointments off; call-back requests work all the same. A function gives what holds at
    the moment, so that an edit of the working hours counts at once."""

    def __init__(
        self,
        database: Database,
        cipher: Cipher,
        rules: Rules | None | Callable[[], Rules | None],
        zone: ZoneInfo,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._rules_now, self._cipher = rules if callable(rules) else lambda: rules, cipher
        self.zone, self.now = zone, clock
        self._transactions = Transactions(database)
        self._appointments = AppointmentStore(self._transactions, cipher)
        self._desk = Desk(self._transactions, cipher)

    def migrate(self) -> None:
        """Brings booking's tables to this version."""
        self._transactions.migrate()

    def links(self, base_url: str = "") -> Links:
        """Signed links to appointments' pages; base_url: where visitors reach the bot."""
        return Links(lambda: signing_key(self._transactions, self._cipher), base_url)

    def calendar_rows(self) -> CalendarRows:
        """What is known of the practice's calendar."""
        return CalendarRows(self._transactions)

    def outbox(self, post: Post) -> Outbox:
        """The worker that sends what booking wrote."""
        return Outbox(OutboxRows(self._transactions), self._appointments, self._desk, post, self.now)

    @property
    def _rules(self) -> Rules | None:
        return self._rules_now()

    def under(self, rules: Rules) -> Booking:
        """The same appointments under other rules: what visitors would be offered."""
        other = copy(self)
        other._rules_now = lambda: rules
        return other

    def outside_hours(self) -> list[Appointment]:
        """The appointments that stand outside the working hours, in order."""
        hours = self._rules.hours if self._rules else None
        return [one for one in self.upcoming() if hours and not hours.covers(Interval(one.start, one.end))]

    @property
    def is_on(self) -> bool:
        """Whether appointments can be made here; otherwise offer the phone and a call-back."""
        return self._rules is not None

    def horizon_days(self) -> int:
        """How far ahead anything can be booked."""
        return max((kind.horizon_days for kind in self.kinds()), default=0)

    def kinds(self) -> tuple[Kind, ...]:
        """What can be booked, in the order of practice.yml; empty when booking is off."""
        return self._rules.kinds if self._rules else ()

    def free_times(
        self,
        kind_id: str,
        start: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        conversation_id: str | None = None,
        moving: str | None = None,
    ) -> list[datetime]:
        """Free starts in order, from `start` (now) until before `until` (the kind's horizon).

        conversation_id: what this conversation holds itself counts as free; moving: so does what the appointment of
        this id takes. Raises UnknownKind.
        """
        kind, now = self._kind(kind_id), self.now()
        start = max(start or now, now)
        until = min(until or now + timedelta(days=kind.horizon_days), now + timedelta(days=kind.horizon_days))
        if self._rules is None or start >= until:
            return []
        span = Interval(kind.taken_by(start).start, kind.taken_by(until).end)
        busy = self._appointments.taken(*span, now, conversation_id, moving)
        return model.free_times(kind, self._rules.hours, busy, now, start, until, limit)

    def hold(self, kind_id: str, start: datetime, conversation_id: str) -> Hold:
        """Keeps a time for 10 minutes, in place of what this conversation held before.

        Raises UnknownKind, TimeTaken with alternatives (also for a time the rules do not offer).
        """
        kind, now = self._kind(kind_id), self.now()
        if self._rules is None or not model.is_offered(kind, self._rules.hours, now, start):
            self._taken(kind, start, conversation_id)
        try:
            return self._appointments.hold(kind, start, conversation_id, now)
        except TimeTaken:
            self._taken(kind, start, conversation_id)

    def release(self, hold_id: str) -> None:
        """Gives a held time back; does nothing when it is not held any more."""
        self._appointments.release(hold_id, self.now())

    def confirm(self, hold_id: str, contact: Contact, visitor_zone: str = "") -> Appointment:
        """Makes a hold an appointment; called again, it gives the same appointment and sends nothing twice.

        A hold whose 10 minutes are over counts while its time is still free. visitor_zone: what their browser told;
        kept when it is a known IANA name. Raises TimeTaken with alternatives, NoSuchAppointment.
        """
        zone = known_zone(visitor_zone)
        try:
            return self._appointments.confirm(hold_id, contact, self.now(), zone.key if zone else "")
        except TimeTaken:
            kind_id, start, conversation_id = self._appointments.wanted(hold_id)
            self._taken(self._kind(kind_id), start, conversation_id)

    def find(self, reference: str) -> Appointment:
        """The appointment of a reference, in any case of letters. Raises NoSuchAppointment."""
        return self._appointments.find(reference.strip().upper())

    def find_by_id(self, appointment_id: str) -> Appointment:
        """The appointment of an id (its hold's id). Raises NoSuchAppointment."""
        return self._appointments.find_by_id(appointment_id)

    def made_in(self, conversation_id: str) -> Appointment | None:
        """The appointment that stands and was made in this conversation; of several the one furthest ahead."""
        return self._appointments.made_in(conversation_id)

    def move(
        self,
        reference: str,
        start: datetime,
        actor: str = VISITOR,
        minutes: int | None = None,
        seen: int | None = None,
    ) -> Appointment:
        """Puts an appointment at another time.

        A visitor may only choose what `free_times` offers; for other actors hours, notice, buffers and busy times are
        theirs to judge, and only another appointment is in the way. seen: only while its sequence is still this.
        Raises TimeTaken with alternatives, NoSuchAppointment, AppointmentOver.
        """
        now, found = self.now(), self.find(reference)
        length = minutes or int((found.end - found.start) / timedelta(minutes=1))
        kind = self._rules.kind(found.kind_id) if self._rules else None
        if actor == VISITOR and (kind is None or self._rules is None):
            raise UnknownKind
        if kind and actor == VISITOR and start != found.start and not self._offered(kind, start, now):
            self._taken(kind, start)
        taken = _padded(kind, start, length) if kind else Interval(start, start + timedelta(minutes=length))
        try:
            return self._appointments.move(found.reference, times(length, start, taken), actor, now, seen)
        except TimeTaken:
            self._taken(kind, start)

    def cancel(self, reference: str, actor: str = VISITOR, seen: int | None = None) -> Appointment:
        """Cancels; called again, it gives the same answer. seen: as for `move`.

        Raises NoSuchAppointment, AppointmentOver.
        """
        return self._appointments.cancel(reference.strip().upper(), actor, self.now(), seen)

    def can_change(self, appointment: Appointment) -> bool:
        """Whether it still lies ahead and stands."""
        return appointment.state == "confirmed" and appointment.start > self.now()

    def upcoming(self, since: datetime | None = None, until: datetime | None = None) -> list[Appointment]:
        """The appointments that stand and are not over, in order."""
        return self._appointments.upcoming(since or self.now(), until)

    def events(self, subject_id: str) -> list[Event]:
        """What happened to an appointment or call-back request, in order."""
        return self._appointments.events(subject_id)

    def block(self, start: datetime, until: datetime, note: str = "") -> Block:
        """Keeps a time free of appointments. Raises AppointmentsThere when some stand in it."""
        return self._desk.block(start, until, note, self.now())

    def unblock(self, block_id: str) -> None:
        """Frees a blocked time again. Raises NoSuchAppointment."""
        self._desk.unblock(block_id)

    def blocks(self) -> list[Block]:
        """The blocked times that are not over, in order."""
        return self._desk.blocks(self.now())

    def call_back(self, key: str, contact: Contact, when: str, conversation_id: str) -> CallBack:
        """Keeps a wish to be called. key: 32 characters made once for the form: sending it again changes nothing."""
        return self._desk.call_back(key, contact, when, conversation_id, self.now())

    def call_backs(self, done: bool = False) -> list[CallBack]:
        """The open requests (or the done ones), the oldest first."""
        return self._desk.call_backs(done)

    def call_back_done(self, reference: str) -> None:
        """Notes that the visitor was called. Raises NoSuchAppointment."""
        self._desk.call_back_done(reference.strip().upper(), self.now())

    def unsent(self) -> list[Outgoing]:
        """Mails and calendar writes that are not out yet: what failed, then what waits."""
        return OutboxRows(self._transactions).unsent()

    def send_again(self, row_id: int) -> bool:
        """Tries one of them now. False when it is out meanwhile, or being sent."""
        return OutboxRows(self._transactions).again(row_id, self.now())

    def reseal(self, change: Callable[[str], str]) -> int:
        """Replaces every sealed text by `change(sealed)`, for a new key; tells how many there were."""
        return self._appointments.reseal(change) + self._desk.reseal(change)

    def _kind(self, kind_id: str) -> Kind:
        kind = self._rules.kind(kind_id) if self._rules else None
        if kind is None:
            raise UnknownKind
        return kind

    def _offered(self, kind: Kind, start: datetime, now: datetime) -> bool:
        return self._rules is not None and model.is_offered(kind, self._rules.hours, now, start)

    def _taken(self, kind: Kind | None, start: datetime, conversation_id: str | None = None) -> NoReturn:
        """Raises TimeTaken with the free times nearest to the wanted one."""
        if kind is None:
            raise TimeTaken from None
        near = self.free_times(kind.id, start - LOOK_AROUND, start + LOOK_AROUND, None, conversation_id)
        near = near or self.free_times(kind.id, limit=ALTERNATIVES)
        raise TimeTaken(sorted(near, key=lambda time: abs(time - start))[:ALTERNATIVES]) from None


def _padded(kind: Kind, start: datetime, minutes: int) -> Interval:
    taken = kind.taken_by(start)
    return Interval(taken.start, taken.end + timedelta(minutes=minutes - kind.minutes))
