"""Appointments as calendar files (iCalendar). Neutral: no practice, no kind, no name, no reason.

One appointment keeps one UID for life; SEQUENCE counts its changes, so that calendars replace what they have.
"""

from __future__ import annotations

from datetime import datetime

from icalendar import Calendar, Event, vCalAddress

from bot.booking.records import CANCELLED, Appointment
from bot.booking.wording import WHERE

TITLE = "Appointment"
PUBLISH, REQUEST, CANCEL = "PUBLISH", "REQUEST", "CANCEL"


def uid(appointment_id: str) -> str:
    """The UID of an appointment's calendar events."""
    return f"{appointment_id}@appointment"


def appointment_id(event_uid: str) -> str | None:
    """The appointment a calendar event was made for; None for other events."""
    found, at, rest = event_uid.partition("@")
    return found if at and rest == "appointment" and len(found) == 32 else None


def calendar_file(
    appointment: Appointment,
    now: datetime,
    method: str = "",
    when: str = "",
    organizer: str = "",
    attendee: str = "",
) -> bytes:
    """The .ics. method: PUBLISH for a download, REQUEST or CANCEL in a mail (with organizer and attendee, which must be
    plain addresses), "" for a calendar server. when: the time in words, for the description."""
    calendar = Calendar()
    calendar.add("prodid", "-//Appointments//EN")
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    event = Event()
    event.add("uid", uid(appointment.id))
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", appointment.start)
    event.add("dtend", appointment.end)
    event.add("summary", TITLE)
    if when:
        event.add("description", when)
    event.add("location", WHERE.get(appointment.place, "").capitalize())
    event.add("status", "CANCELLED" if appointment.state == CANCELLED else "CONFIRMED")
    event.add("class", "PRIVATE")
    if organizer:
        event.add("organizer", vCalAddress(f"mailto:{organizer}"))
    if attendee:
        event.add("attendee", vCalAddress(f"mailto:{attendee}"))
    calendar.add_component(event)
    return bytes(calendar.to_ical())
