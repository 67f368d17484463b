"""Who is logged in: short sessions kept here, known to the browser by a random token of which only the hash is stored.

Every step of a log-in gets a new token, so that one planted in a browser beforehand is worth nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa

from bot.database import Database
from bot.review.ports import Cipher
from bot.review.tables import sessions

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)
UNFINISHED = timedelta(minutes=10)  # between password and code
CODE, WELCOME, IN = "code", "welcome", "in"  # stages
_S = sessions.c


@dataclass(frozen=True)
class Session:
    """`csrf`: what every form of this session must send back."""

    token_hash: str
    account_id: int
    stage: str
    csrf: str
    sealed_secret: str | None
    notice: dict[str, Any] | None


class Sessions:
    """Reads and writes of sessions. Safe to use from several threads."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database, self._cipher = database, cipher

    def begin(self, account_id: int, stage: str, secret: str | None = None, instead_of: str = "") -> str:
        """A new session in place of another one; gives the token for the browser."""
        token, now = secrets.token_urlsafe(32), datetime.now(timezone.utc)
        row = {
            "token_hash": hash_of(token),
            "account_id": account_id,
            "stage": stage,
            "csrf": secrets.token_urlsafe(32),
            "sealed_secret": self._cipher.encrypt(secret) if secret else None,
            "made_at": now,
            "seen_at": now,
        }
        with self._database.transaction() as connection:
            connection.execute(sessions.delete().where(_S.token_hash == instead_of))
            connection.execute(sessions.delete().where(sa.or_(_S.seen_at < now - IDLE, _S.made_at < now - LONGEST)))
            connection.execute(sessions.insert().values(row))
        return token

    def find(self, token: str) -> Session | None:
        """The session of a token, unless it is over."""
        now = datetime.now(timezone.utc)
        with self._database.reading() as connection:
            row = connection.execute(sa.select(sessions).where(_S.token_hash == hash_of(token))).first()
        if row is None or now - row.seen_at > IDLE or now - row.made_at > LONGEST:
            return None
        if row.stage != IN and now - row.made_at > UNFINISHED:
            return None
        if now - row.seen_at > timedelta(minutes=1):
            self._change(row.token_hash, {"seen_at": now})
        return Session(row.token_hash, row.account_id, row.stage, row.csrf, row.sealed_secret, row.notice)

    def secret(self, session: Session) -> str:
        """The second factor that is being set up."""
        return self._cipher.decrypt(session.sealed_secret) if session.sealed_secret else ""

    def tell(self, session: Session, notice: dict[str, Any] | None) -> None:
        """Keeps what the next page shows once."""
        self._change(session.token_hash, {"notice": notice})

    def end(self, session: Session) -> None:
        """Logs out."""
        with self._database.transaction() as connection:
            connection.execute(sessions.delete().where(_S.token_hash == session.token_hash))

    def _change(self, token_hash: str, values: dict[str, Any]) -> None:
        with self._database.transaction() as connection:
            connection.execute(sessions.update().where(_S.token_hash == token_hash).values(values))


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
