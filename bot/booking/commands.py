"""`bot appointments` and `bot outbox`: what the practice does from a terminal. Times are the practice's wall clock."""

from __future__ import annotations

import argparse
import asyncio
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from bot.booking.arguments import WHEN
from bot.booking.outbox import Outbox
from bot.booking.records import PRACTICE, Appointment, BookingError, CallBack, Contact, NoSuchAppointment
from bot.booking.service import Booking
from bot.booking.wording import WHERE, when_words


class UnclearTime(BookingError):
    """A time on the command line cannot be read, or the clocks skip it."""

    def __init__(self) -> None:
        super().__init__(f"This is no time here; it must be {WHEN}.")


def run_appointments(options: argparse.Namespace, booking: Booking) -> str:
    """Carries out one action; returns what to print. Raises BookingError."""
    zone = booking.zone
    if options.action == "list":
        return _list(booking)
    if options.action == "show":
        return _show(booking, options.reference)
    if options.action == "cancel":
        return f"Cancelled: {_line(booking.cancel(options.reference, PRACTICE), zone)}"
    if options.action == "move":
        moved = booking.move(options.reference, _moment(options.to, zone), PRACTICE, options.minutes)
        return f"Moved: {_line(moved, zone)}"
    if options.action == "block":
        start, until = _moment(options.start, zone), _moment(options.until, zone)
        if until <= start:
            raise UnclearTime
        return f"Blocked, id {booking.block(start, until, options.note).id}"
    if options.action == "unblock":
        booking.unblock(options.id)
        return "Free again."
    booking.call_back_done(options.reference)
    return "Noted."


def send_outbox(outbox: Outbox) -> str:
    """Sends what is due; returns the state of the outbox, one line a state."""

    async def send() -> None:
        while await outbox.send_due():
            pass

    asyncio.run(send())
    return "\n".join(f"{state:15} {count}" for state, count in sorted(outbox.counts().items())) or "empty"


def _list(booking: Booking) -> str:
    zone, lines = booking.zone, []
    calendar = booking.calendar_rows().status()
    if calendar and (calendar.failing_since or calendar.fault):
        lines.append(f"CAUTION: the practice's calendar needs a look ({calendar.fault}); its last known times hold.")
    lines += [_line(made, zone) for made in booking.upcoming()]
    for block in booking.blocks():
        span = f"{when_words(block.start, zone)} until {when_words(block.end, zone)}"
        lines.append(f"blocked {block.id}  {span}  {block.note}".rstrip())
    for request in booking.call_backs():
        lines.append(f"{request.reference}  call-back asked for on {when_words(request.at, zone)}")
    return "\n".join(lines) or "Nothing lies ahead."


def _show(booking: Booking, reference: str) -> str:
    zone = booking.zone
    try:
        made = booking.find(reference)
    except NoSuchAppointment:
        return _show_request(booking, reference)
    lines = [_line(made, zone), f"state      {made.state}", *_contact(made.contact)]
    return "\n".join(lines + _history(booking, made.id))


def _show_request(booking: Booking, reference: str) -> str:
    for request in [*booking.call_backs(), *booking.call_backs(done=True)]:
        if request.reference == reference.strip().upper():
            return "\n".join([*_request(request), *_history(booking, request.id)])
    raise NoSuchAppointment


def _request(request: CallBack) -> list[str]:
    head = [f"{request.reference}  call-back request", f"state      {'answered' if request.done else 'open'}"]
    return [*head, *_contact(request.contact), f"when       {request.when}"]


def _contact(contact: Contact | None) -> list[str]:
    if contact is None:
        return ["contact    erased"]
    voicemail, write = ("yes" if ok else "NO" for ok in (contact.voicemail_ok, contact.write_ok))
    return [
        f"name       {contact.first_name}",
        f"phone      {contact.phone or '-'}  (leave a voicemail: {voicemail})",
        f"e-mail     {contact.email or '-'}  (write there: {write})",
    ]


def _history(booking: Booking, subject_id: str) -> list[str]:
    events = [(event.at.astimezone(booking.zone), event) for event in booking.events(subject_id)]
    return [f"{at:%Y-%m-%d %H:%M}  {event.name} by {event.actor}" for at, event in events]


def _line(made: Appointment, zone: ZoneInfo) -> str:
    return f"{made.reference}  {when_words(made.start, zone)}  {made.title}, {WHERE.get(made.place, made.place)}"


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        wall = datetime.strptime(text.strip(), "%Y-%m-%d %H:%M")
    except ValueError:
        raise UnclearTime from None
    moment = wall.replace(tzinfo=zone).astimezone(timezone.utc)
    if moment.astimezone(zone).replace(tzinfo=None) != wall:  # in the hour the clocks skip
        raise UnclearTime
    return moment
