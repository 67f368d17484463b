"""The console's part in erasing: everything it keeps of a conversation, search words included, at once."""

from __future__ import annotations

from pathlib import Path
from typing import Mapping, Sequence

import sqlalchemy as sa

from bot.database import Database
from bot.review.tables import cases

MIGRATIONS = Path(__file__).parent / "migrations"


class ConsoleErasure:
    """An Eraser of bot/privacy/erasure.py. Deleting a case takes all that belongs to it along (see tables.py)."""

    def __init__(self, database: Database) -> None:
        self._database, self._there = database, False

    def erase(self, conversation_ids: Sequence[str]) -> Mapping[str, int]:
        """Removes all of these conversations; how many the console knew. Raises StorageUnavailable."""
        if not self._there:  # a visitor may erase before the console was ever opened
            self._database.migrate(MIGRATIONS, "review_version")
            self._there = True
        theirs = cases.c.conversation_id.in_(list(conversation_ids))
        with self._database.transaction() as connection:
            count = int(connection.execute(cases.delete().where(theirs)).rowcount)
            if count and self._database.is_sqlite:  # else the search index keeps erased words for a while
                connection.execute(sa.text("INSERT INTO review_search (review_search) VALUES ('optimize')"))
        if count:
            self._database.forget_erased()
        return {"reviews": count}
