"""The form of working hours: what is understood, and what is refused with which sentence."""

from datetime import date

import pytest

from bot.review.hours import as_texts, filled, read_form
from bot.review.ports import OpeningHours


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("09:00-12:00, 13:00-17:00", ["09:00-12:00", "13:00-17:00"]),
        ("9-12", ["09:00-12:00"]),
        ("9 am - 5 pm", ["09:00-17:00"]),
        ("9:30am to 12pm; 1pm-4.15pm", ["09:30-12:00", "13:00-16:15"]),
        ("14:00\u201318:00 and 9:00-11:00", ["09:00-11:00", "14:00-18:00"]),
        ("20:00-24:00", ["20:00-24:00"]),
        ("12am-1am", ["00:00-01:00"]),
        ("closed", []),
        ("  ", []),
    ],
)
def test_openings_are_read_with_patience(said, meant):
    read = read_form({"tuesday": said, "friday": "9-10"})
    assert read.errors == {} and read.hours.weekly["tuesday"] == meant


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("mornings", "not understood"),
        ("9-5", "ends before it begins"),
        ("09:00-25:00", "no time of day"),
        ("13pm-14pm", "no time of day"),
        ("9:75-10:00", "no time of day"),
        ("09:00-12:00, 11:00-13:00", "overlap"),
        ("9", "not understood"),
    ],
)
def test_other_openings_are_refused_beside_their_field(said, told):
    errors = read_form({"tuesday": said, "friday": "9-10"}).errors
    assert list(errors) == ["tuesday"] and told in errors["tuesday"]


@pytest.mark.parametrize(
    ("fields", "field", "told"),
    [
        ({}, "monday", "one day at least"),
        ({"off_from_0": "soon"}, "off_from_0", "first day off"),
        ({"off_until_1": "2026-12-24"}, "off_from_1", "first day off"),
        ({"off_from_0": "2026-12-24", "off_until_0": "2026-12-20"}, "off_from_0", "must not come before"),
        ({"off_from_0": "2026-12-24", "off_until_0": "2028-12-20"}, "off_from_0", "more than a year"),
        ({"extra_day_0": "2026-12-05"}, "extra_openings_0", "Write when it is open"),
        ({"extra_openings_0": "10-14"}, "extra_openings_0", "Choose the day"),
        ({"extra_day_0": "2026-13-05", "extra_openings_0": "10-14"}, "extra_openings_0", "Choose the day"),
    ],
)
def test_days_are_refused_beside_their_field(fields, field, told):
    weekly = {"friday": "9-10"} if fields else {}
    errors = read_form({**weekly, **fields}).errors
    assert list(errors) == [field] and told in errors[field]


def test_the_same_day_twice_is_refused():
    fields = {"extra_day_0": "2026-12-05", "extra_openings_0": "9-10", "extra_day_1": "2026-12-05"}
    assert "twice" in read_form({**fields, "extra_openings_1": "11-12"}).errors["extra_openings_1"]


def test_what_the_file_says_reads_back_from_the_form_and_what_is_over_is_left_out():
    weekly = {"monday": ["09:00-12:00", "13:00-17:00"]}
    off, extra = ["2026-01-01", "2026-12-24 to 2027-01-01"], {"2026-12-05": ["10:00-14:00"]}
    texts = as_texts(OpeningHours(weekly, off, extra), date(2026, 12, 28))
    hours = read_form(texts).hours
    assert hours.weekly["monday"] == weekly["monday"] and hours.weekly["sunday"] == []
    assert hours.days_off == ["2026-12-24 to 2027-01-01"] and hours.extra == {}
    assert filled(texts, "off_from") == [0, 1] and filled(texts, "extra_day") == [0]
