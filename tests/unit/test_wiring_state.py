"""What the console's first page says of the system: each trouble has its line, and its remedy."""

import os
import time
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot import wiring_state
from bot.booking.outbox_rows import Outgoing
from bot.outside import CalendarServer, MailServer
from bot.retrain.faq import Faq
from bot.settings import Settings

MAIL = MailServer("127.0.0.1", 25, False, "a@b.example")
NOW = datetime.now(timezone.utc)


def row(**values):
    usual = {"id": 1, "channel": "visitor", "topic": "moved", "state": "waiting", "due": NOW, "attempts": 0}
    return Outgoing(**{**usual, "fault": "", "reference": "", **values})


class Status:
    def __init__(self, failing_since=None, fault=""):
        self.failing_since, self.fault = failing_since, fault


class FakeBooking:
    def __init__(self, unsent=(), status=None):
        self.unsent, self.calendar_rows, self.status = (lambda: unsent), (lambda: self), (lambda: status)


@pytest.mark.parametrize(
    ("mail", "unsent", "level"),
    [
        (None, [], "look"),
        (MAIL, [], "ok"),
        (MAIL, [row()], "ok"),
        (MAIL, [row(fault="TimeoutError")], "look"),
        (MAIL, [row(state="failed")], "wrong"),
        (MAIL, [row(state="failed", channel="calendar")], "ok"),
    ],
)
def test_mail(mail, unsent, level):
    assert wiring_state._mail(Settings(mail=mail), FakeBooking(unsent)).level == level


@pytest.mark.parametrize(
    ("server", "status", "level"),
    [
        (None, None, "ok"),
        (CalendarServer("http://x/"), Status(), "ok"),
        (CalendarServer("http://x/"), Status(fault="two events overlap"), "look"),
        (CalendarServer("http://x/"), Status(failing_since=NOW), "wrong"),
    ],
)
def test_calendar(server, status, level):
    assert wiring_state._calendar(Settings(calendar=server), FakeBooking(status=status)).level == level


@pytest.mark.parametrize(("hours", "level"), [(None, "look"), (0, "ok"), (5, "wrong")])
def test_deleting_what_is_past_its_time(hours, level):
    class Erasure:
        retained_at = None if hours is None else NOW - timedelta(hours=hours)

    assert wiring_state._retention(Erasure()).level == level


def test_a_new_time_zone_in_the_file_asks_for_a_start():
    file = Path("tests/data/practice_booking.yml")
    assert wiring_state._time_zone(file, "America/Los_Angeles").level == "ok"
    line = wiring_state._time_zone(file, "America/New_York")
    assert line.level == "look" and "start the bot anew" in line.text


@pytest.mark.parametrize(("days", "level"), [(None, "wrong"), (1, "ok"), (3, "wrong")])
def test_backups(tmp_path, days, level):
    if days is not None:
        file = tmp_path / "chat.db.gz"
        file.write_bytes(b"x")
        os.utime(file, (time.time() - days * 86400,) * 2)
    assert wiring_state._backups(tmp_path).level == level
    assert wiring_state._backups(None).level == "ok"


def test_without_a_model_the_line_says_what_to_do(tmp_path):
    line = wiring_state._model(Settings(model_dir=tmp_path, work_dir=tmp_path))
    assert line.level == "wrong" and "make train" in line.text
    assert wiring_state._model(Settings(model_dir=Path("models"), work_dir=tmp_path)).level == "ok"


def test_answers_to_look_at_again_come_with_their_date_and_owner_the_earliest_first():
    class Content:
        def faqs(self):
            dates = {"late": "2026-11-01", "soon": "2026-12-20", "far": "2027-06-01", "never": ""}
            return [Faq(f"faq/{n}", n, ("x",), (), review_by=by, owner="Robin") for n, by in dates.items()]

    found = wiring_state.expiring(Content(), lambda: date(2026, 11, 24))()
    assert [(one.name, one.level) for one in found] == [("late", "wrong"), ("soon", "look")]
    assert "2026-11-01" in found[0].text and "Robin" in found[0].text and found[0].path == "/faqs/edit?id=faq/late"
