"""Kept sums of days are what counting anew would give, whatever happened to the conversations."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.log.erasure import LogErasure
from bot.review.days import Days
from bot.review.inbox import Wish
from bot.review.numbers import NumbersDesk
from tests.web.console_help import World

ZONE = ZoneInfo("America/Los_Angeles")


@pytest.fixture
def world(tmp_path):
    world = World(f"sqlite:///{tmp_path}/chat.db")
    yield world
    world.stop()


def today():
    return datetime.now(ZONE).date()


def sums(world, zone=ZONE):
    world.look()
    return Days(world.database, zone).sums(today() - timedelta(days=3), today())


def kept(world):
    with world.database.reading() as connection:
        return connection.execute(sa.text("SELECT count(*) FROM review_days")).scalar()


def anew(world):
    with world.database.transaction() as connection:
        connection.execute(sa.text("DELETE FROM review_days"))
    return sums(world)


def say_more(world, conversation, ids):
    world.say("and insurance?", conversation=conversation, number=2, outcome="faq/alone")


def erase_the_log(world, conversation, ids):
    LogErasure(world.database).erase([conversation])


def erase(world, conversation, ids):
    world.erase(conversation)


def miss(world, conversation, ids):
    world.console.parts.safety.missed(world.console.parts.casework.find(conversation, True), ids[0], "cleo")


def come(world, conversation, ids):
    world.say("somebody else", outcome="fallback")


@pytest.mark.parametrize("change", [say_more, erase_the_log, erase, miss, come])
def test_a_change_is_counted_at_the_next_look(world, change):
    conversation, ids = world.say("what does it cost?")
    world.say("our own try", kind="test")
    before = sums(world)
    assert before[today()]["visitors"] == 1 and before[today()]["asked"] == {"faq/cost": 1}
    change(world, conversation, ids)
    after = sums(world)
    assert after != before and after == anew(world)


def test_other_days_stay_kept_when_one_changes(world):
    world.say("today")
    sums(world)
    assert kept(world) == 4
    world.say("earlier", at=datetime.now(timezone.utc) - timedelta(days=2))
    world.look()
    assert kept(world) == 3


def test_what_the_staff_notes_of_a_conversation_leaves_the_sums_kept(world):
    conversation, _ = world.say("what does it cost?")
    sums(world)
    world.console.parts.casework.set_state(world.console.parts.casework.find(conversation, True), "done", "ann")
    assert kept(world) == 4


def test_another_zone_parts_the_days_elsewhere(world):
    world.say("what does it cost?")
    sums(world)
    assert sum(day["visitors"] for day in sums(world, ZoneInfo("Asia/Tokyo")).values()) <= 1
    assert sums(world)[today()]["visitors"] == 1


def test_numbers_add_the_days_up_and_leave_disclosures_out(world):
    world.say("what does it cost?", "alone?", latency_ms=40.0)
    world.say("early", at=datetime.now(timezone.utc) - timedelta(days=1), latency_ms=80.0)
    world.say("danger", outcome="safety/self_harm", safety_reason="said so")
    world.look()
    found = NumbersDesk(world.database, ZONE).look(today() - timedelta(days=3), today())
    assert found.total == {"visitors": 3, "answered": 3, "offered": 0, "missed": 0, "safety": 1, "booked": 0}
    assert found.top == [("faq/cost", 3)] and found.latency == (40.0, 80.0)
    assert [row["waits"] for _, row in found.days][-3:] == [None, (80.0, 80.0), (40.0, 40.0)]
    assert found.funnel[:2] == [("came", 2), ("got an answer", 2)]


def test_the_console_looks_ahead_so_that_nobody_waits_for_what_came_meanwhile(world):
    world.say("what does it cost?")
    world.console.look_ahead()
    assert kept(world) == 92
    assert len(world.console.parts.inbox.find(Wish(), True).rows) == 1


def test_looking_ahead_without_a_database_troubles_nobody(world, monkeypatch):
    monkeypatch.setattr(world.console.parts.index, "catch_up", lambda **_: 1 / 0)
    world.console.look_ahead()
