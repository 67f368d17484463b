"""The server with booking in it: pages, outbox and calendar work while it runs, without anybody asking."""

import time
from pathlib import Path

import pytest

from bot.booking.service import Booking
from bot.booking.serving import serve_booking
from bot.channel.app import create_app
from bot.log.store import ConversationLog
from bot.outside import CalendarServer, MailServer
from bot.practice import load_practice
from bot.settings import Settings
from tests.booking_fixtures import *  # noqa: F403
from tests.booking_helpers import ANNA, RULES, Reversed, book
from tests.channel_ports import ports
from tests.databases import migrated
from tests.web.conftest import FakeDialogue, Server


class BookingServer(Server):
    """The visitor API's app with all of booking joined to it."""

    def __init__(self, database, booking, settings):
        self.database = database
        self.app = create_app(settings, ports(ConversationLog(database), FakeDialogue()), "<title>page</title>")
        serve_booking(self.app, settings, load_practice(Path("tests/data/practice_booking.yml")), booking)
        self.listen()

    async def _serve(self):
        await super()._serve()
        await self._server.after_start()

    async def _close(self):
        await self._server.before_stop()
        await super()._close()


def wait_for(what):
    deadline = time.time() + 30
    while not what() and time.time() < deadline:
        time.sleep(0.05)
    assert what()


@pytest.fixture
def url(tmp_path):
    return migrated(tmp_path / "booking.db", "booking")


def test_mails_and_calendar_follow_a_booking_by_themselves(database, mailbox, practice_calendar, monkeypatch):
    monkeypatch.setattr("bot.booking.outbox.LOOK_EVERY", 0.1)
    mail = MailServer("127.0.0.1", mailbox.port, False, "appointments@practice.example")
    settings = Settings(
        mail=mail, calendar=CalendarServer(practice_calendar.url), public_url="https://chat.practice.example"
    )
    booking = Booking(database, Reversed(), RULES, RULES.hours.zone)
    server = BookingServer(database, booking, settings)
    try:
        wait_for(lambda: booking.free_times("consultation"))  # once the calendar was read
        made = book(booking)
        wait_for(lambda: len(mailbox.taken) == 2)
        wait_for(lambda: practice_calendar.calendar.events())
        (mail_to_visitor,) = mailbox.to(ANNA.email)
        link = mail_to_visitor.get_body().get_content().split("https://chat.practice.example")[1].strip()
        assert made.reference in server.call("GET", link).text
        assert {made.came_to[0] for made in mailbox.taken} == {ANNA.email, "office@practice.example"}
    finally:
        server.stop()
