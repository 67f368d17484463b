"""The vault: contact details a booking needs, sealed and short-lived; a conversation carries only their tokens.

Pure rules over a storage port; bot/log/vault_store.py keeps the rows.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta, timezone
from typing import Callable, Protocol

from bot.conversation import VaultEntry
from bot.privacy.keys import Sealer

TOKEN = re.compile(r"<([A-Z]{3,10}):v([0-9a-f]{16})>")
LIFE = timedelta(hours=24)


class VaultStore(Protocol):
    """Where entries are. Every call is one transaction."""

    def insert(self, entry: VaultEntry) -> None:
        """Keeps one entry."""

    def find(self, token: str) -> VaultEntry | None:
        """The entry of a token."""

    def set_expiry(self, token: str, expires_at: datetime | None) -> None:
        """Changes how long an entry lives; does nothing when it is gone."""


class Resealable(Protocol):
    """Anything that stores sealed texts: the vault's table, the appointments' contact columns."""

    def reseal(self, change: Callable[[str], str]) -> int:
        """Replaces each sealed text by `change(text)`; tells how many there were."""


class Vault:
    """put a value, carry its token, get the value back where it is needed."""

    def __init__(self, sealer: Sealer, store: VaultStore, life: timedelta = LIFE) -> None:
        self._sealer, self._store, self._life = sealer, store, life

    def put(self, kind: str, value: str, conversation_id: str) -> str:
        """Seals a value for `life`; returns its token, such as <PHONE:v0123456789abcdef>.

        kind: 3 to 10 capital letters, the redaction types (PHONE, EMAIL, NAME ...).
        """
        token = f"<{kind}:v{secrets.token_hex(8)}>"
        if not TOKEN.fullmatch(token):
            raise ValueError("a vault kind is 3 to 10 capital letters")
        self._store.insert(VaultEntry(token, conversation_id, self._sealer.encrypt(value), _now() + self._life))
        return token

    def get(self, token: str, conversation_id: str | None = None) -> str | None:
        """The value; None when the token is unknown or its time is over. Raises KeysUnusable.

        conversation_id: only a value of this conversation, for a token that came from outside.
        """
        entry = self._store.find(token)
        if entry is None or (entry.expires_at is not None and entry.expires_at <= _now()):
            return None
        if conversation_id is not None and entry.conversation_id != conversation_id:
            return None
        return self._sealer.decrypt(entry.sealed)

    def keep(self, token: str, until: datetime | None = None) -> None:
        """For a booked appointment: the value lives until then (UTC), or until it is erased."""
        self._store.set_expiry(token, until)

    def encrypt(self, value: str) -> str:
        """A sealed text for a column of one's own, such as an appointment's phone number."""
        return self._sealer.encrypt(value)

    def decrypt(self, sealed: str) -> str:
        """The value of a sealed text. Raises KeysUnusable when no key opens it."""
        return self._sealer.decrypt(sealed)


def rotate(sealer: Sealer, stores: list[Resealable]) -> int:
    """A new key, and everything sealed anew with it; tells how many texts there were.

    The key before stays valid, for a server that sealed something meanwhile; the next rotation drops it.
    """
    sealer.renew()
    return sum(store.reseal(sealer.reseal) for store in stores)


def _now() -> datetime:
    return datetime.now(timezone.utc)
