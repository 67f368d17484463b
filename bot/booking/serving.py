"""Joins booking's parts to a running server: its pages, and the workers that send mail and read the calendar."""

from __future__ import annotations

import asyncio
from typing import Any, Callable, Coroutine, Mapping, Sequence

from sanic import Sanic

from bot.booking.calendar import CalendarMirror
from bot.booking.dav import DavCalendar
from bot.booking.mail import Composer, SmtpSender
from bot.booking.outbox import Outbox, Post, WeeklySummary
from bot.booking.pages import Place, booking_pages
from bot.booking.service import Booking
from bot.errors import BotError
from bot.practice import Practice
from bot.settings import Settings

Counts = Callable[[], Mapping[str, str]]


class BookingTrouble(BotError):
    """Appointments work, but something outside needs a person."""


def make_mirror(settings: Settings, booking: Booking) -> CalendarMirror | None:
    """The practice's calendar, if one is set up; if none is any more, its busy times are forgotten."""
    if settings.calendar is None:
        booking.calendar_rows().forget()
        return None
    mirror = CalendarMirror(DavCalendar(settings.calendar), booking.calendar_rows(), booking)
    mirror.prepare()
    return mirror


def make_post(
    settings: Settings,
    practice: Practice,
    booking: Booking,
    mirror: CalendarMirror | None,
    counts: Counts | None = None,
) -> Post:
    """The ways out that this installation has. counts: what the weekly summary tells, if there is to be one."""
    server = settings.mail
    if server is None:
        return Post(calendar=mirror)
    composer = Composer(server, booking.zone, booking.links(settings.public_url))
    summary = WeeklySummary(server.digest_address, booking.zone, counts) if counts and server.digest_address else None
    return Post(SmtpSender(server), composer, server.practice_address or practice.email, mirror, summary)


def make_outbox(settings: Settings, practice: Practice, booking: Booking, counts: Counts | None = None) -> Outbox:
    """The worker over the ways out that this installation has."""
    return booking.outbox(make_post(settings, practice, booking, make_mirror(settings, booking), counts))


def serve_booking(
    app: Sanic, settings: Settings, practice: Practice, booking: Booking, counts: Counts | None = None
) -> None:
    """Adds the pages of appointments to the app; outbox and calendar work while it runs."""
    place = Place(practice.phone, practice.address)
    app.blueprint(booking_pages(booking, booking.links(settings.public_url), place))
    mirror = make_mirror(settings, booking)
    workers = [booking.outbox(make_post(settings, practice, booking, mirror, counts)).run]
    if mirror:
        workers.append(mirror.run)
    _run_with(app, workers)


def _run_with(app: Sanic, workers: Sequence[Callable[[], Coroutine[Any, Any, None]]]) -> None:
    """Starts the workers with the server and stops them with it; what they were sending is taken up again later."""
    running: list[asyncio.Task[None]] = []

    @app.listener("after_server_start")
    async def start(_app: Sanic, _loop: Any) -> None:
        running.extend(asyncio.create_task(worker()) for worker in workers)

    @app.listener("before_server_stop")
    async def stop(_app: Sanic, _loop: Any) -> None:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def booking_report(booking: Booking, outbox: Outbox) -> str:
    """For `bot doctor`: what works. Raises BookingTrouble when somebody should look."""
    counts, calendar = outbox.counts(), booking.calendar_rows().status()
    if calendar and calendar.failing_since:
        raise BookingTrouble(f"the practice's calendar cannot be read ({calendar.fault}); see BOT_CALDAV_URL")
    if calendar and calendar.fault:
        raise BookingTrouble(f"look into the practice's calendar: {calendar.fault}")
    if counts.get("failed"):
        raise BookingTrouble(f"{counts['failed']} mails were refused for good; see `bot outbox send`")
    made = "are made in the chat" if booking.is_on else "are off; call-back requests are taken"
    return f"{made}; outbox: {', '.join(f'{count} {state}' for state, count in sorted(counts.items())) or 'empty'}"
