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


@cache
def _empty(kinds):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        database = Database(f"sqlite:///{file}")
        for kind in kinds:
            MIGRATE[kind](database)
        database.close()
        return file.read_bytes()
