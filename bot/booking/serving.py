"""Joins booking's parts to a running server: its pages, and the workers that send mail and read the calendar."""

from __future__ import annotations

from sanic import Sanic

from bot.booking.mail import Composer, SmtpSender
from bot.booking.outbox import Post
from bot.booking.pages import Place, booking_pages
from bot.booking.service import Booking
from bot.practice import Practice
from bot.settings import Settings


def make_post(settings: Settings, practice: Practice, booking: Booking) -> Post:
    """The ways out that this installation has."""
    server = settings.mail
    if server is None:
        return Post()
    composer = Composer(server, booking.zone, booking.links(settings.public_url))
    return Post(SmtpSender(server), composer, server.practice_address or practice.email)


def serve_booking(app: Sanic, settings: Settings, practice: Practice, booking: Booking) -> None:
    """Adds the pages of appointments to the app and starts the outbox with it."""
    place = Place(practice.phone, practice.address)
    app.blueprint(booking_pages(booking, booking.links(settings.public_url), place))
    app.add_task(booking.outbox(make_post(settings, practice, booking)).run())
