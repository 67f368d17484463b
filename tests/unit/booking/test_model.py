"""Free times: within the hours, away from what is taken, right when the clocks change."""

from datetime import date, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.booking.model import Interval, Kind, Window, WorkingHours, free_times, is_offered, merged

PACIFIC = ZoneInfo("America/Los_Angeles")
EVES = [(3, 7), (3, 28), (4, 4), (10, 3), (10, 24), (10, 31)]  # the clocks change somewhere on the next day
ZONES = ["America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns", "UTC"]
MINUTE = timedelta(minutes=1)
LONG_AGO = datetime(2026, 1, 1, tzinfo=timezone.utc)
TALK = Kind("talk", "Talk", 30, "phone", horizon_days=366)


def hours(*windows, zone=PACIFIC, step=30, **more):
    return WorkingHours(zone, {day: [Window(*window) for window in windows] for day in range(7)}, step=step, **more)


def local(day, opening_hours, kind=TALK, busy=()):
    """The free wall-clock times of a day."""
    zone = opening_hours.zone
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(timezone.utc)
    begin, end = midnight - timedelta(hours=3), midnight + timedelta(hours=30)
    times = free_times(kind, opening_hours, busy, LONG_AGO, begin, end)
    walls = [time.astimezone(zone) for time in times]
    return [wall.strftime("%H:%M") for wall in walls if wall.date() == day]


def test_no_time_in_the_hour_that_the_clocks_skip():
    assert local(date(2026, 3, 8), hours((60, 240))) == ["01:00", "01:30", "03:00", "03:30"]


def test_no_time_twice_in_the_hour_that_comes_twice():
    assert local(date(2026, 11, 1), hours((0, 180))) == ["00:00", "00:30", "01:00", "01:30", "02:00", "02:30"]


def test_a_long_appointment_over_the_change_still_ends_by_closing():
    long = Kind("long", "Long", 90, "phone", horizon_days=366)
    assert local(date(2026, 3, 8), hours((60, 180)), long) == []  # one hour long, whatever the wall says


@pytest.mark.parametrize(
    ("day", "windows", "expected"),
    [
        (date(2026, 6, 1), [(540, 600)], ["09:00", "09:30"]),
        (date(2026, 6, 1), [(540, 599)], ["09:00"]),
        (date(2026, 6, 1), [(540, 570), (600, 630)], ["09:00", "10:00"]),
        (date(2026, 6, 1), [(540, 570), (570, 630)], ["09:00", "09:30", "10:00"]),
        (date(2026, 6, 1), [(1410, 1440)], ["23:30"]),
        (date(2026, 6, 1), [], []),
    ],
)
def test_openings_of_a_day(day, windows, expected):
    assert local(day, hours(*windows)) == expected


def test_a_day_off_is_closed_but_for_a_one_off_opening():
    day = date(2026, 6, 1)
    assert local(day, hours((540, 600), days_off=frozenset([day]))) == []
    assert local(day, hours((540, 600), days_off=frozenset([day]), extra={day: [Window(600, 630)]})) == ["10:00"]


def test_one_may_begin_when_the_other_ends():
    nine = datetime(2026, 6, 1, 16, tzinfo=timezone.utc)
    assert local(date(2026, 6, 1), hours((540, 630)), busy=[Interval(nine, nine + timedelta(minutes=30))]) == [
        "09:30",
        "10:00",
    ]


def test_notice_and_horizon():
    kind = Kind("k", "K", 30, "phone", min_notice=timedelta(hours=2), horizon_days=1)
    now = datetime(2026, 6, 1, 15, 1, tzinfo=timezone.utc)  # 08:01
    found = free_times(kind, hours((540, 720)), [], now, now, now + timedelta(days=9))
    walls = [time.astimezone(PACIFIC).strftime("%d %H:%M") for time in found]
    assert (walls[0], walls[-1]) == ("01 10:30", "01 11:30")
    assert is_offered(kind, hours((540, 720)), now, found[0])
    assert not is_offered(kind, hours((540, 720)), now, found[0] - timedelta(minutes=30))
    assert not is_offered(kind, hours((540, 720)), now, found[0] + timedelta(minutes=1))


minutes = st.integers(0, 4 * 24 * 60)
intervals = st.builds(
    lambda start, length: Interval(LONG_AGO + start * MINUTE, LONG_AGO + (start + length) * MINUTE),
    minutes,
    st.integers(0, 600),
)
windows = st.tuples(st.integers(0, 1440), st.integers(0, 1440)).filter(lambda w: w[0] < w[1]).map(lambda w: Window(*w))
weeks = st.dictionaries(st.integers(0, 6), st.lists(windows, max_size=3), max_size=7)


@given(st.lists(intervals, max_size=30))
def test_merging_keeps_the_same_minutes(given_):
    def minutes_of(list_):
        whole = [((start - LONG_AGO) // MINUTE, (end - LONG_AGO) // MINUTE) for start, end in list_]
        return {number for start, end in whole for number in range(start, end)}

    found = merged(given_)
    assert minutes_of(found) == minutes_of(given_)
    assert all(one.end < other.start for one, other in zip(found, found[1:], strict=False))


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from(ZONES),
    weeks,
    st.lists(intervals, max_size=20),
    st.integers(5, 120),
    st.integers(0, 60),
    st.integers(0, 60),
    st.sampled_from([5, 15, 30, 45]),
    st.sampled_from([LONG_AGO, *(datetime(2026, *day, tzinfo=timezone.utc) for day in EVES)]),
)
def test_every_free_time_fits_and_no_fitting_time_is_missing(zone, weekly, busy, length, before, after, step, begin):
    """Against the slow and plain rule: try every minute."""
    zone = ZoneInfo(zone)
    busy = [Interval(start - LONG_AGO + begin, end - LONG_AGO + begin) for start, end in busy]
    kind = Kind("k", "K", length, "phone", before, after, horizon_days=7)
    opening_hours = WorkingHours(zone, weekly, step=step)
    found = free_times(kind, opening_hours, busy, begin, begin, begin + timedelta(days=3))

    openings = cache(opening_hours.windows)
    expected, walls = [], set()
    for number in range(3 * 24 * 60):
        start = begin + timedelta(minutes=number)
        wall = start.astimezone(zone)
        minute = wall.hour * 60 + wall.minute
        if wall.replace(tzinfo=None) in walls or wall.fold:
            continue
        for opens, closes in openings(wall.date()):
            if not (opens <= minute < closes and (minute - opens) % step == 0):
                continue
            end = start + timedelta(minutes=length)
            last = datetime(wall.year, wall.month, wall.day, tzinfo=zone) + timedelta(minutes=closes)
            wanted = (start - timedelta(minutes=before), start + timedelta(minutes=length + after))
            free = all(until <= wanted[0] or since >= wanted[1] for since, until in busy if since < until)
            if end <= last.astimezone(timezone.utc) and free:
                expected.append(start)
                walls.add(wall.replace(tzinfo=None))
    assert found == expected
