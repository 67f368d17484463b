"""The weekly summary of a real log: right counts, and not a word of anybody's."""

import asyncio
from pathlib import Path

import pytest

from bot.booking.records import Contact
from bot.booking.serving import make_outbox
from bot.outside import mail_server
from bot.practice import load_practice
from bot.settings import Settings
from bot.wiring_console import weekly_counts
from bot.wiring_parts import make_booking
from tests.servers import Mailbox
from tests.web.console_help import World


@pytest.fixture
def mailbox():
    mailbox = Mailbox()
    yield mailbox
    mailbox.stop()


def settings_of(tmp_path, mailbox, **env):
    given = {"BOT_SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}", "BOT_MAIL_FROM": "bot@practice.example"}
    mail = mail_server({**given, "BOT_PUBLIC_URL": "https://chat.practice.example", **env})
    url = f"sqlite:///{tmp_path}/chat.db"
    return Settings(database_url=url, keys_file=tmp_path / "keys", mail=mail, public_url="https://chat.practice.example")


def send(settings, world):
    practice = load_practice(Path("tests/data/practice_booking.yml"))
    booking = make_booking(settings, practice, world.database)
    booking.call_back("k" * 32, Contact("Canaryname", "+16505550101"), "after five canary", "c9")
    outbox = make_outbox(settings, practice, booking, weekly_counts(settings, practice, booking))

    async def work():
        while await outbox.send_due():
            pass

    asyncio.run(work())


def test_the_week_is_told_in_counts(tmp_path, mailbox):
    settings = settings_of(tmp_path, mailbox, BOT_DIGEST_TO="owner@practice.example")
    world = World(settings.database_url)
    for text in ("canaryquestion", "canaryquestion two"):
        world.say(text)
    world.say("canarylost", outcome="fallback")
    world.say("canarydanger", outcome="safety/self_harm", safety_reason="canaryreason")
    world.say("canarytest", kind="test")
    send(settings, world)
    (message,) = mailbox.to("owner@practice.example")
    told = message.get_content()
    assert "4 visitors: 2 questions answered, 0 offered topics, 1 without an answer" in " ".join(told.split())
    assert "1 questions that were not answered well" in told
    assert "1 messages that got crisis help" in told and "1 wishes to be called back" in told
    assert "https://chat.practice.example/console" in told and "canary" not in str(message).lower()
    world.stop()


def test_without_an_address_for_it_none_is_sent(tmp_path, mailbox):
    settings = settings_of(tmp_path, mailbox)
    world = World(settings.database_url)
    send(settings, world)
    assert [message["Subject"].split()[0] for message in mailbox.taken] == ["Call-back"]
    world.stop()
