"""Working hours changed in the console: previewed by the booking rules, saved into practice.yml, in force at once."""

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.booking.records import Contact
from bot.practice import load_practice
from bot.settings import Settings
from bot.wiring_hours import PracticeHours
from bot.wiring_parts import make_booking
from bot.wiring_retrain import make_content
from tests.web.console_help import World


@pytest.fixture
def world(tmp_path):
    file = tmp_path / "practice.yml"
    file.write_text(Path("tests/data/practice_booking.yml").read_text(encoding="utf-8"), encoding="utf-8")
    url = f"sqlite:///{tmp_path}/chat.db"
    settings = Settings(database_url=url, keys_file=tmp_path / "keys", practice_file=file, work_dir=tmp_path / "var")
    world = World(url)
    world.stop()
    booking = make_booking(settings, load_practice(file), world.database)
    hours = PracticeHours(settings, make_content(settings, tmp_path), booking)
    world = World(url, booking=booking, hours=hours).serve()
    world.booking, world.file, world.settings = booking, file, settings
    yield world
    world.stop()


@pytest.fixture
def browser(world):
    return world.client("cleo", "clinician")


def fields(browser):
    """What the form holds, as a browser would send it."""
    body = browser.get("/hours").body
    return dict(re.findall(r'<input type="\w+" name="(\w+)" value="([^"]*)"', body))


def saturdays(booking):
    return [at for at in booking.free_times("consultation") if at.astimezone(booking.zone).weekday() == 5]


def test_a_preview_shows_what_would_change_and_changes_nothing(world, browser):
    before = world.file.read_bytes()
    answer = browser.post("/hours/preview", {**fields(browser), "saturday": "10-12", "monday": ""})
    assert answer.status == 200 and "new: " in answer.body and "gone: " in answer.body
    assert 'value="10-12"' in answer.body, "what was written stays in the form"
    assert world.file.read_bytes() == before


def test_saved_hours_count_at_once_also_for_others_who_book(world, browser):
    other = make_booking(world.settings, load_practice(world.file), world.database)
    assert len(saturdays(other)) == len(saturdays(world.booking)) <= 8, "the one-off opening of the file, if ahead"
    assert browser.post("/hours", {**fields(browser), "saturday": "10-12"}).status == 303
    assert 'saturday: ["10:00-12:00"]' in world.file.read_text(encoding="utf-8")
    assert len(saturdays(other)) == len(saturdays(world.booking)) >= 4 * 7
    assert world.console.audit.latest(1)[0].what == "working hours changed"


def test_a_slip_is_named_beside_its_field_and_nothing_is_saved(world, browser):
    before = world.file.read_bytes()
    for path in ("/hours", "/hours/preview"):
        answer = browser.post(path, {**fields(browser), "monday": "9-5"})
        assert answer.status == 422 and 'id="e-monday"' in answer.body and "ends before it begins" in answer.body
    assert world.file.read_bytes() == before


def test_an_edit_by_somebody_else_is_not_overwritten(world, browser):
    form = fields(browser)
    text = world.file.read_text(encoding="utf-8").replace("many years", "twenty years")
    world.file.write_text(text, encoding="utf-8")
    answer = browser.post("/hours", {**form, "saturday": "10-12"})
    assert answer.status == 422 and "changed meanwhile" in answer.body
    assert world.file.read_text(encoding="utf-8") == text


def test_an_appointment_outside_the_new_hours_is_pointed_at_and_stays(world, browser):
    start = world.booking.free_times("consultation", datetime.now(timezone.utc) + timedelta(days=2))[0]
    made = world.booking.confirm(world.booking.hold("consultation", start, "c").id, Contact("Kim", "+16505550100"))
    closed = {start.astimezone(world.booking.zone).strftime("%A").lower(): "", "sunday": "9-12"}
    answer = browser.post("/hours/preview", {**fields(browser), **closed})
    assert made.reference in answer.body and "1 appointment stands" in answer.body
    browser.post("/hours", {**fields(browser), **closed})
    assert world.booking.find(made.reference).state == "confirmed"


def test_a_broken_file_leaves_the_rules_as_they_were(world):
    kinds = world.booking.kinds()
    world.file.write_text("booking: [", encoding="utf-8")
    assert world.booking.kinds() == kinds and world.booking.is_on
