"""The visitor's page of an appointment, behind its signed link: see, move, cancel, download. Works without scripts.

The link itself is the secret: nobody else can make a form that posts to it, so no further token is needed. Only a POST
changes anything: mail scanners that open every link do no harm.
"""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial, wraps
from pathlib import Path
from typing import Any, Awaitable, Callable
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, html, raw, redirect

from bot.booking import invite
from bot.booking.links import Links
from bot.booking.records import CANCELLED, Appointment, AppointmentOver, BookingError, NoSuchAppointment, TimeTaken
from bot.booking.service import Booking
from bot.booking.wording import WHERE, day_words, known_zone, time_words, when_words, your_time, zone_words
from bot.errors import StorageUnavailable

FOLDER = Path(__file__).parent
LINK_OUTLIVES = timedelta(days=1)  # the appointment
DAYS_SHOWN = 5  # days with free times on one page
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
DONE = {"moved": "Your appointment has been moved.", "cancelled": "Your appointment is cancelled."}
INVALID = "This link is not valid any more."
AWAY = "This cannot be shown just now; please try again in a minute."
Handler = Callable[..., Awaitable[HTTPResponse]]


@dataclass(frozen=True)
class Place:
    """What the page tells beyond the appointment. "": not told."""

    phone: str = ""
    address: str = ""


def booking_pages(booking: Booking, links: Links, place: Place) -> Blueprint:
    """The pages under /booking and their style sheet."""
    pages = Pages(booking, links, place)
    blueprint = Blueprint("booking_pages")
    for handler, path, method in (
        (pages.show, "/booking/<token:str>", "GET"),
        (pages.move_form, "/booking/<token:str>/move", "GET"),
        (pages.move, "/booking/<token:str>/move", "POST"),
        (pages.cancel_form, "/booking/<token:str>/cancel", "GET"),
        (pages.cancel, "/booking/<token:str>/cancel", "POST"),
        (pages.download, "/booking/<token:str>/appointment.ics", "GET"),
    ):
        blueprint.add_route(pages.kindly(handler), path, methods=[method], name=handler.__name__)
    blueprint.static("/booking.css", str(FOLDER / "booking.css"), name="booking_css")

    @blueprint.middleware("response")
    async def headers(request: Request, response: HTTPResponse) -> None:
        if request.path.startswith("/booking/"):
            response.headers.update(HEADERS)

    return blueprint


class Pages:
    """The handlers. Each gets the appointment of a good link."""

    def __init__(self, booking: Booking, links: Links, place: Place) -> None:
        self._booking, self._links, self._place = booking, links, place
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined
        )
        self._templates.filters["dial"] = lambda phone: "".join(c for c in phone if c.isdigit() or c == "+")

    def kindly(self, handler: Handler) -> Handler:
        """Looks the link's appointment up; every failure becomes a page a person can act on."""

        @wraps(handler)
        async def safe(request: Request, token: str) -> HTTPResponse:
            root = "../" * _depth(request)
            try:
                made = await asyncio.to_thread(self._appointment, token)
                return await handler(request, made, token)
            except NoSuchAppointment:
                return self._page("message.html", 404, root=root, notice=INVALID)
            except AppointmentOver as error:
                return self._page("message.html", 409, root=root, notice=str(error))
            except BookingError as error:
                return self._page("message.html", 400, root=root, notice=str(error))
            except StorageUnavailable:
                return self._page("message.html", 503, root=root, notice=AWAY)

        return safe

    async def show(self, request: Request, made: Appointment, token: str) -> HTTPResponse:
        stands = self._booking.can_change(made)
        facts: dict[str, Any] = {
            "stands": stands,
            "state": "Cancelled" if made.state == CANCELLED else "Over",
            "can_move": any(kind.id == made.kind_id for kind in self._booking.kinds()),
            "where": WHERE.get(made.place, made.place).capitalize(),
            "address": self._place.address if made.place == "in person" else "",
            "reference": made.reference,
            "notice": DONE.get(request.args.get("done", ""), ""),
        }
        return self._page("show.html", root="../", **self._facts(request, made, token), **facts)

    async def move_form(self, request: Request, made: Appointment, token: str) -> HTTPResponse:
        return await self._offer(request, made, token, _moment(request.args.get("from")), "", 200)

    async def move(self, request: Request, made: Appointment, token: str) -> HTTPResponse:
        start = _moment((request.form or {}).get("start"))
        if start is None:
            return await self._offer(request, made, token, None, "Please choose a time first.", 400)
        try:
            await asyncio.to_thread(self._booking.move, made.reference, start)
        except TimeTaken:
            taken = "That time has just been taken; please choose another."
            return await self._offer(request, made, token, None, taken, 409)
        return redirect(f"../{token}{_carried(request, done='moved')}", status=303)

    async def cancel_form(self, request: Request, made: Appointment, token: str) -> HTTPResponse:
        if not self._booking.can_change(made):
            raise AppointmentOver
        return self._page("cancel.html", root="../../", **self._facts(request, made, token))

    async def cancel(self, request: Request, made: Appointment, token: str) -> HTTPResponse:
        await asyncio.to_thread(self._booking.cancel, made.reference)
        return redirect(f"../{token}{_carried(request, done='cancelled')}", status=303)

    async def download(self, request: Request, made: Appointment, _token: str) -> HTTPResponse:
        when = when_words(made.start, self._booking.zone, _visitor_zone(request, made))
        file = invite.calendar_file(made, self._booking.now(), invite.PUBLISH, when)
        headers = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
        return raw(file, content_type="text/calendar; charset=utf-8", headers=headers)

    async def _offer(
        self,
        request: Request,
        made: Appointment,
        token: str,
        begin: datetime | None,
        notice: str,
        status: int,
    ) -> HTTPResponse:
        """The free times of a few days, with ways to earlier and later ones."""
        if not self._booking.can_change(made):
            raise AppointmentOver
        free = await asyncio.to_thread(partial(self._booking.free_times, made.kind_id, moving=made.id))
        zone, free = self._booking.zone, [time for time in free if time != made.start]
        days = [(day, list(times)) for day, times in itertools.groupby(free, lambda time: time.astimezone(zone).date())]
        visitor = _visitor_zone(request, made)

        def choice(time: datetime) -> tuple[int, str, str]:
            return _stamp(time), time_words(time, zone), your_time(time, zone, visitor)

        first = sum(times[-1] < begin for _, times in days) if begin else 0
        shown, rest = days[first : first + DAYS_SHOWN], days[first + DAYS_SHOWN :]
        earlier = days[max(0, first - DAYS_SHOWN)][1][0] if first else None
        facts: dict[str, Any] = {
            "days": [(day_words(times[0], zone), [choice(time) for time in times]) for _, times in shown],
            "earlier": earlier and _carried(request, **{"from": _stamp(earlier)}),
            "later": _carried(request, **{"from": _stamp(rest[0][1][0])}) if rest else None,
            "notice": notice,
        }
        return self._page("move.html", status, root="../../", **self._facts(request, made, token), **facts)

    def _appointment(self, token: str) -> Appointment:
        found = self._links.appointment_id(token)
        if found is None:
            raise NoSuchAppointment
        made = self._booking.find_by_id(found)
        if made.end + LINK_OUTLIVES < self._booking.now():
            raise NoSuchAppointment
        return made

    def _facts(self, request: Request, made: Appointment, token: str) -> dict[str, Any]:
        zone = self._booking.zone
        return {
            "yours": your_time(made.start, zone, _visitor_zone(request, made)),
            "carried": _carried(request),
            "token": token,
            "day": day_words(made.start, zone),
            "from_time": time_words(made.start, zone),
            "to_time": time_words(made.end, zone),
            "zone": zone_words(made.start, zone),
        }

    def _page(self, template: str, status: int = 200, **facts: Any) -> HTTPResponse:
        return html(self._templates.get_template(template).render(phone=self._place.phone, **facts), status)


def _visitor_zone(request: Request, made: Appointment) -> ZoneInfo | None:
    """What the link tells, else what was told when the appointment was booked."""
    return known_zone(request.args.get("zone")) or known_zone(made.visitor_zone)


def _carried(request: Request, **more: Any) -> str:
    """The query of a link to another page of the same appointment: the visitor's zone goes along."""
    zone = known_zone(request.args.get("zone"))
    query = {**({"zone": zone.key} if zone else {}), **more}
    return f"?{urlencode(query)}" if query else ""


def _depth(request: Request) -> int:
    """How many folders the page lies below the application's root: links on it are relative, so that a proxy may
    serve the application under a path of its own."""
    return str(request.path).rstrip("/").count("/") - 1


def _moment(stamp: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(stamp), timezone.utc)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _stamp(moment: datetime) -> int:
    return int(moment.timestamp())
