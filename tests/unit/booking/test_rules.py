"""The `booking` section of practice.yml: usable as shown, and every slip named in one clear sentence."""

import copy
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot import plain_yaml
from bot.booking.model import Window
from bot.booking.rules import booking_rules
from bot.errors import PracticeFileError
from bot.practice import load_practice

ZONE = "America/Los_Angeles"
GOOD = {
    "kinds": {"talk": {"title": "Talk", "minutes": 20, "place": "phone"}},
    "hours": {"monday": ["09:00-12:00", "13:00-17:00"]},
}


def with_(path, value):
    """GOOD with one key, such as kinds.talk.minutes, changed."""
    made = copy.deepcopy(GOOD)
    place, *keys = made, *path.split(".")
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    return made


def test_what_is_left_out_has_its_usual_value():
    rules = booking_rules(GOOD, ZONE)
    (kind,) = rules.kinds
    assert (kind.buffer_before, kind.buffer_after) == (0, 0)
    assert (kind.min_notice, kind.horizon_days) == (timedelta(hours=24), 60)
    assert rules.hours.step == 30 and rules.hours.weekly == {0: (Window(540, 720), Window(780, 1020))}
    assert rules.kind("talk") == kind and rules.kind("other") is None


def test_the_shipped_file_leaves_booking_off_and_its_example_works(tmp_path):
    assert load_practice(Path("practice.yml")).booking is None
    text = Path("practice.yml").read_text()
    shown = text[text.index("booking:") :]
    example = re.sub(r"^#", "", shown, flags=re.M)
    assert booking_rules(plain_yaml.read(example)["booking"], ZONE).kinds[0].minutes == 20


def test_days_off_may_be_days_and_spans():
    rules = booking_rules({**GOOD, "days_off": ["2026-12-24", "2026-12-30 to 2027-01-01", date(2026, 7, 4)]}, ZONE)
    days = [(2026, 12, 24), (2026, 12, 30), (2026, 12, 31), (2027, 1, 1), (2026, 7, 4)]
    assert rules.hours.days_off == {date(*day) for day in days}


def test_a_kind_may_have_its_own_notice():
    kinds = {**GOOD["kinds"], "long": {"title": "L", "minutes": 80, "place": "online", "notice_hours": 72}}
    assert [kind.min_notice.days for kind in booking_rules({**GOOD, "kinds": kinds}, ZONE).kinds] == [1, 3]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("kinds", None, "`booking.kinds` is needed"),
        ("kinds", ["talk"], "`booking.kinds` must be lines such as"),
        ("kinds.Big Talk", {}, "`booking.kinds` must be named in small letters"),
        ("kinds.talk", "x", "`booking.kinds.talk` must be"),
        ("kinds.talk.title", "", "`booking.kinds.talk.title` must be text"),
        ("kinds.talk.minutes", "20", "`booking.kinds.talk.minutes` must be a whole number from 5 to 480"),
        ("kinds.talk.minutes", True, "`booking.kinds.talk.minutes` must be a whole number"),
        ("kinds.talk.minutes", None, "`booking.kinds.talk.minutes` must be a whole number"),
        ("kinds.talk.place", "zoom", '`booking.kinds.talk.place` must be "phone" or "online" or "in person"'),
        ("kinds.talk.bufer_after", 5, "did you mean `booking.kinds.talk.buffer_after`?"),
        ("kinds.talk.buffer_after", 999, "`booking.kinds.talk.buffer_after` must be"),
        ("hours", None, "`booking.hours` is needed"),
        ("hours", {"monday": []}, "open on one day at least"),
        ("hours.mondy", ["09:00-12:00"], "did you mean `booking.hours.monday`?"),
        ("hours.monday", "09:00-12:00", "`booking.hours.monday` must be a list of openings"),
        ("hours.monday", ["9-12"], "`booking.hours.monday` must be a list of openings"),
        ("hours.monday", ["12:00-09:00"], "each ending later than it begins"),
        ("hours.monday", ["09:00-24:30"], "by 24:00"),
        ("hours.monday", ["09:75-12:00"], "`booking.hours.monday` must be"),
        ("hours.monday", ["09:00-12:00", "11:00-13:00"], "openings that do not overlap"),
        ("days_off", "2026-12-24", "`booking.days_off` must be a list"),
        ("days_off", ["24.12.2026"], "`booking.days_off` must be a list"),
        ("days_off", ["2026-12-24 to 2026-12-20"], "each span ending after it begins"),
        ("days_off", ["2026-12-24 to 2226-12-20"], "within a year"),
        ("extra_openings", {"soon": ["09:00-12:00"]}, "`booking.extra_openings` must be a day"),
        ("notice_hours", -1, "`booking.notice_hours` must be a whole number from 0"),
        ("horizon_days", 0, "`booking.horizon_days` must be a whole number from 1"),
        ("step_minutes", 1, "`booking.step_minutes` must be a whole number from 5"),
        ("stepminutes", 1, "did you mean `booking.step_minutes`?"),
    ],
)
def test_a_slip_is_named_with_what_it_should_be(path, value, said):
    with pytest.raises(PracticeFileError) as refused:
        booking_rules(with_(path, value), ZONE)
    message = str(refused.value)
    assert said in message and "\n" not in message and message[-1] in ".?"


@pytest.mark.parametrize("given", ["on", True, [], 3])
def test_a_section_that_is_none(given):
    with pytest.raises(PracticeFileError):
        booking_rules(given, ZONE)
