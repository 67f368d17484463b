"""SQLite databases with their tables: made once and copied, for to migrate each anew takes a tenth of a second."""

import tempfile
from functools import cache
from pathlib import Path

from bot.booking.service import Booking
from bot.database import Database
from bot.log.store import ConversationLog
from bot.review.erasure import MIGRATIONS
from tests.booking_helpers import RULES, Reversed

MIGRATE = {
    "log": lambda database: ConversationLog(database).migrate(),
    "console": lambda database: database.migrate(MIGRATIONS, "review_version"),
    "booking": lambda database: Booking(database, Reversed(), None, RULES.hours.zone).migrate(),
}


def migrated(file, *kinds):
    """The URL of the database at this path; an empty one with these tables is put there when there is none."""
    file = Path(file)
    if not file.exists():
        file.write_bytes(_empty(kinds))
    return f"sqlite:///{file}"


def emptied(*kinds):
    """The one Database with these tables, empty again: an engine made anew would compile every statement anew.

    For tests that need one at a time; each finds its file where the one before had it.
    """
    database = _shared(kinds)
    database.close()
    file = Path(database.engine.url.database)
    for old in file.parent.iterdir():
        old.unlink()  # not written over: a connection that an earlier test forgot keeps its own file
    file.write_bytes(_empty(kinds))
    return database


@cache
def _shared(kinds):
    folder = tempfile.TemporaryDirectory()
    database = Database(f"sqlite:///{folder.name}/shared.db")
    database.folder = folder  # goes with it
    return database


@cache
def _empty(kinds):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        database = Database(f"sqlite:///{file}")
        for kind in kinds:
            MIGRATE[kind](database)
        database.close()
        return file.read_bytes()
