"""The practice's calendar over CalDAV: only the requests booking needs. Blocking; a new connection each time."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import caldav
from icalendar import Calendar

from bot.booking.invite import calendar_file, uid
from bot.booking.records import CANCELLED, Appointment
from bot.outside import CalendarServer

TIMEOUT = 20  # seconds, for each request
_TAGS = (
    '<?xml version="1.0"?><propfind xmlns="DAV:" xmlns:s="http://calendarserver.org/ns/">'
    "<prop><s:getctag/><sync-token/></prop></propfind>"
)


class CalendarRefused(Exception):
    """The calendar server answered with an error."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")


class PracticeCalendar(Protocol):
    """What booking needs of a calendar. Every call raises some Exception when the server is away or refuses."""

    def tag(self) -> str | None:
        """Changes whenever anything in the calendar changes; None when the server has no such thing."""

    def events(self, start: datetime, end: datetime) -> list[str]:
        """The iCalendar text of each object with an event in this time; recurring ones whole."""

    def load(self, appointment_id: str) -> str | None:
        """The iCalendar text of an appointment's event; None when it is not there."""

    def put(self, appointment: Appointment, now: datetime) -> None:
        """Makes or changes an appointment's event, or removes that of a cancelled one."""


class DavCalendar(PracticeCalendar):
    """See PracticeCalendar."""

    def __init__(self, server: CalendarServer) -> None:
        self._server = server
        self._url = server.url.rstrip("/") + "/"

    def tag(self) -> str | None:
        """The ctag, or the sync token."""
        answer = self._client().propfind(self._url, _TAGS, depth=0)
        if answer.status >= 400 or answer.tree is None:
            raise CalendarRefused(answer.status)
        for name in ("{http://calendarserver.org/ns/}getctag", "{DAV:}sync-token"):
            found = answer.tree.find(f".//{name}")
            if found is not None and found.text:
                return str(found.text)
        return None

    def events(self, start: datetime, end: datetime) -> list[str]:
        """One REPORT with a time range."""
        calendar = caldav.Calendar(client=self._client(), url=self._url)
        found: list[caldav.Event] = calendar.search(event=True, start=start, end=end)
        return [str(event.data) for event in found]

    def load(self, appointment_id: str) -> str | None:
        """By its address, which is ours to choose."""
        return self._get(appointment_id)[0]

    def put(self, appointment: Appointment, now: datetime) -> None:
        """Never over a change that came in between: the server refuses and the outbox tries again."""
        text, etag = self._get(appointment.id)
        if appointment.state == CANCELLED:
            if text is not None:
                self._request("DELETE", appointment.id, "", {"If-Match": etag} if etag else {})
            return
        body = calendar_file(appointment, now) if text is None else changed(text, appointment, now)
        condition = {"If-None-Match": "*"} if text is None else {"If-Match": etag} if etag else {}
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        self._request("PUT", appointment.id, body.decode(), headers)

    def _get(self, appointment_id: str) -> tuple[str | None, str]:
        answer = self._client().request(self._address(appointment_id), "GET")
        if answer.status in (404, 410):
            return None, ""
        if answer.status >= 400:
            raise CalendarRefused(answer.status)
        return str(answer.raw), str(answer.headers.get("ETag", ""))

    def _request(self, method: str, appointment_id: str, body: str, headers: dict[str, str]) -> None:
        answer = self._client().request(self._address(appointment_id), method, body, headers)
        if answer.status >= 400 and not (method == "DELETE" and answer.status in (404, 410)):
            raise CalendarRefused(answer.status)

    def _address(self, appointment_id: str) -> str:
        return f"{self._url}{appointment_id}.ics"

    def _client(self) -> caldav.DAVClient:
        server = self._server
        return caldav.DAVClient(
            server.url, username=server.user or None, password=server.password or None, timeout=TIMEOUT
        )


def changed(text: str, appointment: Appointment, now: datetime) -> bytes:
    """The event with the appointment's time; what the therapist added to it (notes, alarms) stays."""
    calendar = Calendar.from_ical(text)
    for event in calendar.walk("VEVENT"):
        if str(event.get("uid", "")) == uid(appointment.id):
            for name in ("dtstart", "dtend", "duration", "sequence", "dtstamp", "status"):
                event.pop(name, None)
            event.add("dtstart", appointment.start)
            event.add("dtend", appointment.end)
            event.add("sequence", appointment.sequence)
            event.add("dtstamp", now)
            event.add("status", "CONFIRMED")
    return bytes(calendar.to_ical())
