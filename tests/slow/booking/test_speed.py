"""How long a visitor waits for times: 60 days, 500 appointments, 50 recurring busy events."""

import random
import time
import uuid
from datetime import timedelta
from statistics import median

from bot.booking.model import DAY, Interval, free_times, merged
from bot.booking.tables import appointments
from tests.booking_helpers import NOW, RULES

LIMIT_MS = 20


def a_full_calendar():
    """Intervals of 500 appointments and of every occurrence of 50 weekly or daily events in 60 days."""
    choose = random.Random(7)  # noqa: S311
    slots = choose.sample(range(60 * 48), 500)
    booked = [Interval(NOW + slot * timedelta(minutes=30), NOW + (slot + 1) * timedelta(minutes=30)) for slot in slots]
    recurring = []
    for number in range(50):
        first = NOW + timedelta(minutes=choose.randrange(7 * 1440))
        every, length = (7 if number % 5 else 1), timedelta(minutes=choose.choice([15, 30, 60]))
        recurring += [Interval(first + n * DAY, first + n * DAY + length) for n in range(0, 60, every)]
    return booked, recurring


def milliseconds(call):
    def once():
        began = time.perf_counter()
        call()
        return 1000 * (time.perf_counter() - began)

    times = [once() for _ in range(40)]
    print(f"\nmedian {median(times):.1f} ms, slowest {max(times):.1f} ms")
    return min(times)  # what it costs here; whatever else the machine does only adds


def test_the_rules_alone_take_20_ms():
    booked, recurring = a_full_calendar()
    kind, taken = RULES.kinds[0], booked + recurring
    assert len(free_times(kind, RULES.hours, taken, NOW, NOW, NOW + 60 * DAY)) > 20
    took = milliseconds(lambda: free_times(kind, RULES.hours, taken, NOW, NOW, NOW + 60 * DAY))
    print(f"\nrules: {took:.1f} ms for 60 days, {len(booked)} appointments, {len(recurring)} busy occurrences")
    assert took <= LIMIT_MS


def test_with_the_database_they_take_little_more(booking, database, url):
    booked, recurring = a_full_calendar()
    whole = {"kind_id": "consultation", "title": "", "place": "phone", "sequence": 0, "state": "confirmed"}
    rows = [
        {"id": uuid.uuid4().hex, "reference": f"R{n:05}", "starts_at": one.start, "ends_at": one.end,
         "taken_from": one.start, "taken_until": one.end, **whole}
        for n, one in enumerate(booked)
    ]  # fmt: skip
    with database.transaction() as connection:
        connection.execute(appointments.insert(), rows)
    calendar = booking.calendar_rows()
    calendar.prepare(NOW)
    calendar.replace(merged(recurring), "tag", NOW, "")  # as a reading of the calendar leaves them
    took = milliseconds(lambda: booking.free_times("consultation"))
    print(f"\n{url.split(':')[0]}: {took:.1f} ms, reading included")
    assert took <= LIMIT_MS
