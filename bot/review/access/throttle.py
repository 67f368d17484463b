"""Slows down guessing of passwords and codes. Kept in the database, so that it holds for every process."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import sqlalchemy as sa

from bot.database import Database
from bot.review.ports import Refusal
from bot.review.tables import attempts

WINDOW = timedelta(minutes=15)
PER_NAME_AND_ADDRESS, PER_ADDRESS, PER_NAME = 5, 20, 50  # per name: high, or anybody could lock the staff out
_T = attempts.c


class Throttle:
    """Counts failures of the last 15 minutes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def refuse_if_many(self, name: str, address: str) -> None:
        """Raises Refusal when there were too many failures; the right password does not help then."""
        since = datetime.now(timezone.utc) - WINDOW
        for who, most in _keys(name, address):
            query = sa.select(sa.func.count()).where(_T.who == who, _T.at > since)
            with self._database.reading() as connection:
                if connection.execute(query).scalar() >= most:
                    raise Refusal("There were too many wrong tries; please wait 15 minutes and try again.")

    def failed(self, name: str, address: str) -> None:
        """Notes a failure."""
        now = datetime.now(timezone.utc)
        with self._database.transaction() as connection:
            connection.execute(attempts.delete().where(_T.at < now - WINDOW))
            connection.execute(attempts.insert(), [{"who": who, "at": now} for who, _ in _keys(name, address)])

    def succeeded(self, name: str, address: str) -> None:
        """Forgets the failures of this name at this address."""
        with self._database.transaction() as connection:
            connection.execute(attempts.delete().where(_T.who == _keys(name, address)[0][0]))


def _keys(name: str, address: str) -> list[tuple[str, int]]:
    name = name.strip().lower()[:50]
    return [
        (f"{name} {address}"[:120], PER_NAME_AND_ADDRESS),
        (f"@{address}"[:120], PER_ADDRESS),
        (f"={name}", PER_NAME),
    ]
