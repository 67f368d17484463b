"""What the booking tests share: a made-up practice, a visitor, a cipher and a clock the test holds."""

import asyncio
from datetime import datetime, timezone
from pathlib import Path

from bot.booking.mail import Composer, SmtpSender
from bot.booking.outbox import Post
from bot.booking.records import Contact
from bot.booking.service import Booking
from bot.database import Database
from bot.outside import MailServer
from bot.practice import load_practice

NOW = datetime(2026, 11, 24, 18, tzinfo=timezone.utc)  # a Tuesday, 10:00 in California
ANNA = Contact("Anna", phone="+16505550101", email="anna@example.org", voicemail_ok=True, write_ok=True, reminder=True)
OFFICE = "office@practice.example"
RULES = load_practice(Path(__file__).parent / "data" / "practice_booking.yml").booking


class Reversed:
    """A cipher one can see through: sealed texts are the values backwards."""

    def encrypt(self, value):
        return value[::-1]

    decrypt = encrypt


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


def open_booking(url, clock=None):
    return Booking(Database(url), Reversed(), RULES, RULES.hours.zone, *([clock] if clock else []))


def book(booking, start=None, conversation="c1", contact=ANNA, kind="consultation", zone=""):
    start = start or booking.free_times(kind)[0]
    return booking.confirm(booking.hold(kind, start, conversation).id, contact, zone)


def outbox_by(mailbox, booking, **ways):
    """A worker as a start of the bot would make it, with mail through a server on this machine. ways: more of Post."""
    server = MailServer("127.0.0.1", mailbox.port, False, "appointments@practice.example")
    composer = Composer(server, booking.zone, booking.links("https://chat.example.org"))
    return booking.outbox(Post(SmtpSender(server), composer, OFFICE, **ways))


def send_all(outbox):
    """Sends until nothing is due."""

    async def work():
        while await outbox.send_due():
            pass

    asyncio.run(work())
