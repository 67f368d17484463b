"""`bot appointments` and `bot outbox`, as typed."""

import pytest

from bot.cli import main
from tests.booking_helpers import ANNA, RULES, book
from tests.databases import migrated


@pytest.fixture
def bot(tmp_path, monkeypatch, capsys):
    """Runs the command on an installation of its own; gives (exit code, output, errors)."""
    settings = {"DATABASE_URL": migrated(tmp_path / "b.db", "booking"), "KEYS_FILE": tmp_path / "keys"}
    for name, value in {**settings, "PRACTICE_FILE": "tests/data/practice_booking.yml"}.items():
        monkeypatch.setenv(f"BOT_{name}", str(value))

    def run(*words):
        code = main(list(words))
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def installed():
    """The booking of that installation, now."""
    import os

    from bot.settings import Settings
    from bot.wiring_commands import open_booking

    return lambda: open_booking(Settings.from_env(os.environ))[0]


def test_an_empty_installation_lists_nothing(bot, tmp_path):
    (tmp_path / "b.db").unlink()  # its tables are made by the command
    assert bot("appointments", "list") == (0, "Nothing lies ahead.\n", "")


def test_show_move_and_cancel(bot, installed):
    booking = installed()
    made = book(booking)
    _, told, _ = bot("appointments", "show", made.reference.lower())
    for word in (made.reference, "Anna", "+16505550101  (leave a voicemail: yes)", "held by visitor", "confirmed by"):
        assert word in told
    later = booking.free_times("consultation")[7].astimezone(RULES.hours.zone)
    code, told, _ = bot("appointments", "move", made.reference, f"{later:%Y-%m-%d %H:%M}")
    assert code == 0 and booking.find(made.reference).start == later
    assert bot("appointments", "cancel", made.reference)[0] == 0
    assert booking.find(made.reference).state == "cancelled"


def test_block_list_and_unblock(bot, installed):
    code, told, _ = bot("appointments", "block", "2040-12-03 09:00", "2040-12-03 12:00", "dentist")
    block = installed().blocks()[0]
    assert code == 0 and block.id in told and block.id in bot("appointments", "list")[1]
    assert bot("appointments", "unblock", block.id)[0] == 0 and installed().blocks() == []


def test_a_call_back_is_listed_shown_and_answered(bot, installed):
    made = installed().call_back("k" * 32, ANNA, "after four", "c1")
    listed = bot("appointments", "list")[1]
    assert made.reference in listed and "Anna" not in listed
    assert "after four" in bot("appointments", "show", made.reference)[1]
    assert bot("appointments", "done", made.reference)[0] == 0 and installed().call_backs() == []


@pytest.mark.parametrize(
    "words",
    [
        ["show", "XXXXXX"],
        ["cancel", "XXXXXX"],
        ["move", "XXXXXX", "2040-12-03 09:00"],
        ["move", "XXXXXX", "tomorrow"],
        ["block", "2040-03-11 02:30", "2040-03-11 04:00"],  # the clocks skip it
        ["block", "2040-12-03 09:00", "2040-12-03 08:00"],
        ["unblock", "none"],
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(bot, words):
    code, told, error = bot("appointments", *words)
    assert code == 1 and told == "" and error.count("\n") == 1 and "Traceback" not in error


def test_the_outbox_says_when_nothing_is_configured(bot, installed):
    book(installed())
    code, told, _ = bot("outbox", "send")
    assert code == 0 and "not configured" in told
