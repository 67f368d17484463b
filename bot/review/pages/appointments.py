"""Appointments and call-backs, through the booking service. How to reach somebody is shown one at a time, and each
look is noted in the audit."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from bot.review.inbox import day_of
from bot.review.ports import NotFound, Refusal
from bot.review.web import Answer, Go, Page, Visit

PRACTICE = "practice"
TRIED = {
    ("visitor", "confirmed"): "Confirmation to the visitor",
    ("visitor", "moved"): "Change to the visitor",
    ("visitor", "cancelled"): "Cancellation to the visitor",
    ("visitor", "reminder"): "Reminder to the visitor",
    ("practice", "confirmed"): "New appointment, to the practice",
    ("practice", "moved"): "Moved appointment, to the practice",
    ("practice", "cancelled"): "Cancelled appointment, to the practice",
    ("practice", "call_back"): "Call-back request, to the practice",
    ("calendar", "confirmed"): "New appointment, into the calendar",
    ("calendar", "moved"): "Moved appointment, into the calendar",
    ("calendar", "cancelled"): "Cancelled appointment, out of the calendar",
    ("calendar", "restored"): "Appointment, back into the calendar",
}
FAULTS = {
    "Undeliverable": "the address is refused",
    "SMTPAuthenticationError": "the mail server refuses the password",
    "SMTPConnectError": "the mail server cannot be reached",
    "ConnectionRefusedError": "the server cannot be reached",
    "TimeoutError": "the server does not answer",
}


def week(visit: Visit) -> Answer:
    """Seven days from a day on: what stands, what is blocked, who wants to be called."""
    booking, zone = _booking(visit), _zone(visit)
    first = day_of(visit.asked("from")) or datetime.now(zone).date()
    length = 1 if visit.asked("view") == "day" else 7
    begin, end = (_at(first + timedelta(days=n), time(0), zone) for n in (0, length))
    standing, blocks = booking.upcoming(begin, end), booking.blocks()
    days = []
    for number in range(length):
        day = first + timedelta(days=number)
        days.append(
            {
                "at": _at(day, time(12), zone),
                "appointments": [one for one in standing if one.start.astimezone(zone).date() == day],
                "blocks": [one for one in blocks if one.start.astimezone(zone).date() <= day <= _last(one, zone)],
                "free": _free(booking, day, zone),
            }
        )
    steps = {"before": str(first - timedelta(days=length)), "after": str(first + timedelta(days=length))}
    values = {"days": days, "first": str(first), **steps, "view": "day" if length == 1 else "week"}
    hours = visit.console.services.hours is not None and booking.is_on
    more = {"call_backs": booking.call_backs(), "is_on": booking.is_on, "can_edit_hours": hours}
    sending = {"outbox": booking.unsent(), "tried": TRIED, "faults": FAULTS}
    return Page("appointments.html", {**values, **more, **sending})


def show(visit: Visit) -> Answer:
    """One appointment, with how to reach the visitor."""
    booking, zone = _booking(visit), _zone(visit)
    made = booking.find(visit.ids["reference"])
    free = booking.free_times(made.kind_id, limit=8) if booking.is_on else []
    values = {"made": made, "events": booking.events(made.id), "can_change": booking.can_change(made), "free": free}
    return Page("appointment.html", {**values, "local": made.start.astimezone(zone).strftime("%Y-%m-%dT%H:%M")})


def show_call_back(visit: Visit) -> Answer:
    """One call-back request, with how to reach the visitor."""
    asked = [*_booking(visit).call_backs(), *_booking(visit).call_backs(done=True)]
    found = next((one for one in asked if one.reference == visit.ids["reference"]), None)
    if found is None:
        raise NotFound("This request is gone.")
    return Page("call_back.html", {"asked": found})


def move(visit: Visit) -> Answer:
    """To another time; the visitor is told by mail if they may be written to."""
    start = _moment(visit.field("start", "Please choose a day and a time."), _zone(visit))
    _booking(visit).move(visit.ids["reference"], start, PRACTICE)
    return Go(f"/appointments/{visit.ids['reference']}", "It is moved.")


def cancel(visit: Visit) -> Answer:
    """Cancels."""
    _booking(visit).cancel(visit.ids["reference"], PRACTICE)
    return Go("/appointments", "It is cancelled.")


def called(visit: Visit) -> Answer:
    """The visitor was called."""
    _booking(visit).call_back_done(visit.ids["reference"])
    return Go("/appointments", "Noted: called.")


def block(visit: Visit) -> Answer:
    """Keeps a time free."""
    zone = _zone(visit)
    start = _moment(visit.field("start", "Please say from when."), zone)
    until = _moment(visit.field("until", "Please say until when."), zone)
    if not start < until:
        raise Refusal("The end must be later than the beginning.")
    _booking(visit).block(start, until, visit.field("note")[:200])
    return Go("/appointments", "The time is blocked.")


def unblock(visit: Visit) -> Answer:
    """Frees it again."""
    _booking(visit).unblock(visit.ids["block"])
    return Go("/appointments", "The time is free again.")


def send_again(visit: Visit) -> Answer:
    """Tries a mail or a calendar write now."""
    if not _booking(visit).send_again(visit.number("task")):
        return Go("/appointments#outbox", "It is out already, or being sent just now.")
    return Go("/appointments#outbox", "It is tried within seconds; open this page again to see what became of it.")


def _booking(visit: Visit) -> Any:
    if visit.console.services.booking is None:
        raise NotFound("Appointments cannot be reached; see the log of the server.")
    return visit.console.services.booking


def _zone(visit: Visit) -> ZoneInfo:
    return ZoneInfo(visit.console.services.zone)


def _free(booking: Any, day: date, zone: ZoneInfo) -> list[datetime]:
    """The free starts of the first kind, as visitors are offered them."""
    kinds = booking.kinds()
    if not kinds:
        return []
    begin, end = _at(day, time(0), zone), _at(day + timedelta(days=1), time(0), zone)
    found: list[datetime] = booking.free_times(kinds[0].id, begin, end)
    return found


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(timezone.utc)


def _last(block: Any, zone: ZoneInfo) -> date:
    end: datetime = block.end
    return (end - timedelta(seconds=1)).astimezone(zone).date()


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        wall = datetime.strptime(text, "%Y-%m-%dT%H:%M")
    except ValueError:
        raise Refusal("Please write the time as 2026-12-03T16:00.") from None
    moment = wall.replace(tzinfo=zone).astimezone(timezone.utc)
    if moment.astimezone(zone).replace(tzinfo=None) != wall:
        raise Refusal("The clocks skip this time that day; please choose another one.")
    return moment
