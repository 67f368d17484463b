"""Working hours written into practice.yml: nothing else of the file changes."""

from pathlib import Path

import pytest

from bot.practice import practice_of
from bot.practice_file import parse_yaml
from bot.retrain.faq import NotAccepted
from bot.retrain.practice_yaml import with_hours

TEXT = Path("tests/data/practice_booking.yml").read_text(encoding="utf-8")
SHIPPED = Path("practice.yml").read_text(encoding="utf-8")


def booking(text):
    return parse_yaml(text)["booking"]


def same(text):
    now = booking(text)
    return now["hours"], now["days_off"], now["extra_openings"]


def test_the_same_hours_leave_the_file_as_it_is():
    assert with_hours(TEXT, *same(TEXT)) == TEXT


def test_one_day_changes_one_line():
    weekly, off, extra = same(TEXT)
    new = with_hours(TEXT, {**weekly, "monday": ["10:00-12:00"], "friday": []}, off, extra)
    changed = [(a, b) for a, b in zip(TEXT.splitlines(), new.splitlines(), strict=True) if a != b]
    assert [b.strip() for _, b in changed] == ['monday: ["10:00-12:00"]', "friday: []"]


def test_days_off_and_one_off_openings_come_and_go():
    weekly, _, _ = same(TEXT)
    more = with_hours(TEXT, {**weekly, "sunday": ["09:00-10:00"]}, ["2026-12-24"], {"2026-12-06": ["10:00-11:00"]})
    assert booking(more)["days_off"] == ["2026-12-24"]
    assert booking(more)["extra_openings"] == {"2026-12-06": ["10:00-11:00"]}
    less = with_hours(more, {**weekly, "sunday": []}, [], {})
    assert booking(less)["extra_openings"] == {} and practice_of(less).booking is not None


def test_the_comments_of_the_file_that_comes_with_the_bot_stay():
    lines = SHIPPED.splitlines()
    at = lines.index("booking:")
    filled = "\n".join([*lines[: at + 1], *(line.replace("#", " ", 1) for line in lines[at + 1 :])]) + "\n"
    new = with_hours(filled, {"monday": ["09:00-12:00"]}, ["2026-12-24"], {})
    assert new.splitlines()[: at + 1] == lines[: at + 1]
    assert "# how far ahead" in new and booking(new)["hours"] == {"monday": ["09:00-12:00"]}


@pytest.mark.parametrize("text", [SHIPPED, "a: [", "booking: {kinds: {}}"])
def test_a_file_without_booking_is_refused_with_the_remedy(text):
    with pytest.raises(NotAccepted, match=r"practice\.yml"):
        with_hours(text, {"monday": ["09:00-12:00"]}, [], {})
