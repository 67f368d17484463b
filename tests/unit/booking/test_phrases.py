"""Wishes for a time: what the words allow, how wishes join, and what is no wish. The many phrases are in a table."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.booking.phrases import MOST, Wish, good_times, nearest_times, understand
from bot.booking.phrases_offers import Moved, Picked, answer_to_offer

ZONE = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=ZONE)  # a Tuesday
FREE = [NOW.replace(hour=9, minute=0) + timedelta(days=d, minutes=30 * n) for d in range(1, 60) for n in range(20)]
OFFERED = [datetime(2026, 12, 3, hour, tzinfo=ZONE) for hour in (10, 12, 16)]


def at(day, hour, minute=0):
    return datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    "text",
    ["hello", "is it private?", "i have two kids and we fight a lot", "how long is a session", "", "?", "yes",
     "we have been married for 10 years", "my husband may be right", "i am 34", "2 people", "we argued last night"],
)  # fmt: skip
def test_words_without_a_time_are_no_wish(text):
    assert understand(text, NOW) is None


def test_times_are_read_in_the_practices_zone():
    late_in_new_york = datetime(2026, 11, 25, 1, 0, tzinfo=ZoneInfo("America/New_York"))  # still Tuesday in California
    assert understand("tomorrow at 4", late_in_new_york, ZONE).fits(at("2026-11-25", 16))


def test_an_exact_wish_is_one_moment():
    wish = understand("thursday dec 3 at 4pm", NOW)
    assert wish.exact and wish.fits(at("2026-12-03", 16)) and not wish.fits(at("2026-12-03", 16, 30))
    assert not understand("thursday after 4", NOW).exact and not understand("4pm", NOW).exact


def test_the_half_of_the_day_follows_the_words_around_it():
    assert understand("tomorrow morning at 7", NOW).fits(at("2026-11-25", 7))
    assert understand("tomorrow at 7", NOW).fits(at("2026-11-25", 19))
    assert understand("friday evening at 8", NOW).fits(at("2026-11-27", 20))


def test_a_second_message_replaces_what_it_names_and_keeps_the_rest():
    both = understand("next week", NOW).amended(understand("after 4", NOW))
    assert both.fits(at("2026-12-01", 16)) and not both.fits(at("2026-12-01", 15))
    assert not both.fits(at("2026-12-08", 16))
    moved = both.amended(understand("friday dec 4", NOW))
    assert moved.fits(at("2026-12-04", 17)) and not moved.fits(at("2026-12-04", 9))
    assert understand("not mondays", NOW).amended(understand("mornings", NOW)).fits(at("2026-12-01", 9))


def test_good_times_differ_in_day_and_part_of_day():
    times = good_times(Wish(), FREE)
    assert len({t.date() for t in times}) == 3 and len({(t.hour >= 12) + (t.hour >= 17) for t in times}) == 3


def test_soon_means_the_earliest_in_order():
    assert good_times(understand("asap", NOW), FREE) == FREE[:3]


def test_when_nothing_fits_the_nearest_come_first():
    free = [at("2026-12-03", 9), at("2026-12-03", 15), at("2026-12-04", 16), at("2026-12-20", 16)]
    assert nearest_times(understand("dec 3 at 4pm", NOW), free, 1) == [at("2026-12-03", 15)]


@pytest.mark.parametrize(
    "text, place",
    [("the first one please", 0), ("2nd", 1), ("the last", 2), ("number 3", 2), ("4 works", 2), ("10", 0), ("noon", 1),
     ("let's do the 10am", 0), ("option 2 please", 1), ("the latest", 2)],
)  # fmt: skip
def test_an_offered_time_is_picked(text, place):
    assert answer_to_offer(text, OFFERED, NOW) == Picked(OFFERED[place])


@pytest.mark.parametrize(
    "text, way",
    [("later", "later"), ("anything earlier?", "earlier"), ("another day please", "another_day"),
     ("a different day", "another_day"), ("a bit later", "later"), ("none of those", "more"),
     ("something else", "more"), ("other times?", "more"), ("what do you have", "more"), ("what's available?", "more")],
)  # fmt: skip
def test_other_times_are_asked_for(text, way):
    assert answer_to_offer(text, OFFERED, NOW) == Moved(way)


def test_the_first_is_the_first_offered_and_not_the_first_of_the_month():
    offered = [at("2026-11-25", 13), at("2026-11-27", 9), at("2026-12-01", 17)]
    assert answer_to_offer("the first", offered, NOW) == Picked(offered[0])
    assert answer_to_offer("the 1st", offered, NOW) == Picked(offered[2])
    assert answer_to_offer("december first", offered, NOW) == Picked(offered[2])


@pytest.mark.parametrize("text", ["next week", "after 4", "friday", "how much is it?", "sam", "5pm"])
def test_what_is_not_about_the_offered_times_is_left_to_others(text):
    assert answer_to_offer(text, OFFERED, NOW) is None


def test_a_lone_yes_takes_the_only_time():
    assert answer_to_offer("yes please", OFFERED[:1], NOW) == Picked(OFFERED[0])
    assert answer_to_offer("yes please", OFFERED, NOW) is None


def test_after_what_is_over_is_from_now_on():
    assert understand("after early month", NOW).fits(at("2026-11-25", 16))


WORDS = st.sampled_from(
    "not next this tuesday mondays friday week weekend after before at around 4 10 3pm 12/3 dec 3rd the or and , but in"
    " two weeks morning afternoon evening from to between until asap anytime no except christmas month late early half"
    " past".split()
)


@settings(deadline=None, max_examples=150)
@example("after early month")
@given(st.lists(WORDS, max_size=9).map(" ".join))
def test_any_jumble_of_words_is_read_without_harm(text):
    wish = understand(text, NOW)
    if wish is not None:
        assert Wish.from_json(wish.to_json()) == wish
        offered = good_times(wish, FREE)
        assert len(offered) <= MOST and all(wish.fits(start) for start in offered) and offered == sorted(offered)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_without_harm(text):
    understand(text, NOW)
    answer_to_offer(text, OFFERED, NOW)
