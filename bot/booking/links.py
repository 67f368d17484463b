"""Signed links to an appointment: whoever has one may move or cancel it, so it is long, neutral and expires.

A link ends a day after the appointment (the page sees to that, so that a moved appointment keeps its link) and at the
latest after LIFE. The key lives sealed in the database: every server signs alike, and a new vault key changes no link.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Callable
from urllib.parse import quote

import sqlalchemy as sa
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.engine import Connection

from bot.booking.records import Appointment, Cipher
from bot.booking.tables import link_key
from bot.booking.transactions import Transactions

LIFE = timedelta(days=400)


class Links:
    """key: asked for at the first use. base_url: where visitors reach the bot, such as https://chat.example.org;
    "" gives paths only."""

    def __init__(self, key: Callable[[], str], base_url: str = "") -> None:
        self._key, self._base = key, base_url.rstrip("/")
        self._made: URLSafeTimedSerializer | None = None

    def page(self, appointment: Appointment, zone: str = "") -> str:
        """Where the visitor sees, moves or cancels it. zone: the visitor's, which the page then shows too."""
        return f"{self._base}/booking/{self._token(appointment)}{zone and '?zone=' + quote(zone, safe='')}"

    def calendar_file(self, appointment: Appointment) -> str:
        """Where the visitor downloads it for a calendar."""
        return f"{self.page(appointment)}/appointment.ics"

    def appointment_id(self, token: str) -> str | None:
        """The id a token was made for; None when it is not ours or too old."""
        try:
            found = self._signer().loads(token, max_age=int(LIFE.total_seconds()))
        except BadSignature:
            return None
        return found if isinstance(found, str) else None

    def _signer(self) -> URLSafeTimedSerializer:
        if self._made is None:
            self._made = URLSafeTimedSerializer(self._key(), salt="appointment")
        return self._made

    def _token(self, appointment: Appointment) -> str:
        return str(self._signer().dumps(appointment.id))


def signing_key(transactions: Transactions, cipher: Cipher) -> str:
    """The installation's key, made at the first use."""

    def work(connection: Connection) -> str:
        sealed = connection.execute(sa.select(link_key.c.sealed)).scalar()
        if sealed is not None:
            return cipher.decrypt(sealed)
        key = secrets.token_urlsafe(32)
        connection.execute(link_key.insert().values(id=1, sealed=cipher.encrypt(key)))
        return key

    return transactions.write(work)
