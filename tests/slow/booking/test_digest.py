"""The weekly summary, over a real mail server: once a week, also after the bot was down, and only counts."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.booking.outbox import WeeklySummary
from tests.booking_helpers import outbox_by, send_all

OWNER, ZONE = "owner@practice.example", ZoneInfo("America/Los_Angeles")
NAMES = (
    "visitors answered offered missed unhelpful safety call_backs failed questions work new appointments console"
).split()
COUNTS = {name: str(number) for number, name in enumerate(NAMES, 70)}


@pytest.fixture
def worker(booking, mailbox):
    """Gives a worker as a start of the bot would, with the weekly summary."""

    def start(counts=lambda: COUNTS):
        return outbox_by(mailbox, booking, summary=WeeklySummary(OWNER, ZONE, counts))

    return start


def monday(clock, weeks, hour):
    """`weeks` Mondays ahead, at this hour of the practice."""
    day = clock().astimezone(ZONE).date()
    day += timedelta(days=7 * weeks - day.weekday())
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)


def test_it_comes_once_a_week_on_monday_morning(worker, mailbox, clock):
    outbox, came = worker(), []
    clock.now = monday(clock, 1, 0)
    for _ in range(15 * 24):
        send_all(outbox)
        came += [clock().astimezone(ZONE)] * (len(mailbox.to(OWNER)) - len(came))
        clock.now += timedelta(hours=1)
    assert [(at.weekday(), at.hour) for at in came] == [(0, 7)] * 3
    (first, *_) = mailbox.to(OWNER)
    assert first["Subject"] == "Weekly summary"
    assert all(number in first.get_content() for number in COUNTS.values())


def test_after_a_time_without_the_bot_it_comes_once_and_for_this_week_only(worker, mailbox, clock):
    clock.now = monday(clock, 1, 8)
    send_all(worker())
    clock.now = monday(clock, 3, 7) + timedelta(days=2)
    for _ in range(3):
        send_all(worker())
    assert len(mailbox.to(OWNER)) == 2


def test_two_workers_send_it_once(worker, mailbox, clock):
    clock.now = monday(clock, 1, 8)
    first, second = worker(), worker()
    send_all(first)
    send_all(second)
    assert len(mailbox.to(OWNER)) == 1


def test_a_mail_server_that_is_away_delays_it(worker, mailbox, clock):
    clock.now = monday(clock, 1, 8)
    mailbox.refuse = "450 later"
    send_all(worker())
    mailbox.refuse = None
    clock.now += timedelta(hours=3)
    send_all(worker())
    assert len(mailbox.to(OWNER)) == 1


def test_what_could_not_be_sent_for_a_week_gives_way_to_the_next(worker, mailbox, clock):
    clock.now = monday(clock, 1, 8)
    mailbox.refuse = "450 later"
    send_all(worker())
    mailbox.refuse = None
    clock.now = monday(clock, 1, 8)
    send_all(worker())
    assert len(mailbox.to(OWNER)) == 1


def test_without_an_address_for_it_nothing_is_written(booking, outbox, mailbox):
    send_all(outbox)
    assert booking.unsent() == [] and mailbox.taken == []


def test_counts_that_cannot_be_counted_now_are_counted_later(booking, worker, mailbox, clock):
    clock.now = monday(clock, 1, 8)

    def away():
        raise OSError

    send_all(worker(away))
    assert [one.fault for one in booking.unsent()] == ["OSError"]
    clock.now += timedelta(minutes=5)
    send_all(worker())
    assert len(mailbox.to(OWNER)) == 1
