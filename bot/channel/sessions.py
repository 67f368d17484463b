"""Whose request it is: the conversation of a token, one writer at a time, and how much anybody may ask for."""

from __future__ import annotations

import asyncio
import hashlib
import time
import weakref
from typing import Literal

import limits
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from bot.channel.ports import Log
from bot.channel.refused import Refused
from bot.conversation import Before, Conversation
from bot.settings import Settings


class Writer(asyncio.Lock):
    """Held while something is written to one conversation. It counts, so that what was read before it was had can be
    known to be still so."""

    _count = 0

    def seen(self) -> int | None:
        """How much was written so far; None while something is being written."""
        return None if self.locked() else self._count

    def held_since(self, seen: int | None) -> bool:
        """For who holds it: whether nobody else did since `seen`."""
        return seen is not None and self._count == seen + 1

    async def acquire(self) -> Literal[True]:
        await super().acquire()
        self._count += 1
        return True


class Sessions:
    """The sessions this process serves. Limits count in this process only."""

    def __init__(self, settings: Settings, log: Log) -> None:
        self._log = log
        self._writers: weakref.WeakValueDictionary[str, Writer] = weakref.WeakValueDictionary()
        self._storage = MemoryStorage()  # kept here: the limiter holds it by a weak reference only
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._per_session = limits.parse(f"{settings.messages_per_minute}/minute")
        self._per_address = limits.parse(f"{settings.sessions_per_hour}/hour")
        self._codes_tried = limits.parse("30/hour")

    def find(self, token: str) -> Conversation:
        """The conversation of a token. It blocks. Raises Refused, StorageUnavailable."""
        found = self._log.find(token_hash(token)) if token else None
        if found is None:
            raise _no_session()
        return found

    def before(self, token: str, message_id: str, last: int) -> Before:
        """What a message with this token finds; last: how many turns' events. It blocks. Raises as `find` does."""
        found = self._log.before(token_hash(token), message_id, last) if token else None
        if found is None:
            raise _no_session()
        return found

    def alone(self, token: str) -> Writer:
        """Held while something is written to the conversation of this token."""
        return self._writers.setdefault(token, Writer())

    def allow_message(self, conversation_id: str) -> None:
        """Counts a message. Raises Refused when there were too many."""
        self._allow(self._per_session, conversation_id)

    def allow_session(self, address: str) -> None:
        """Counts a new session. Raises Refused."""
        self._allow(self._per_address, address)

    def allow_code(self, address: str) -> None:
        """Counts an erasure code that was tried. Raises Refused."""
        self._allow(self._codes_tried, f"code {address}")

    def _allow(self, limit: limits.RateLimitItem, who: str) -> None:
        if not self._limiter.hit(limit, who):
            wait = max(1, int(self._limiter.get_window_stats(limit, who)[0] - time.time()) + 1)
            message = f"That was a lot at once; please try again in {wait} seconds."
            raise Refused(429, "too_many", message, {"Retry-After": str(wait)})


def _no_session() -> Refused:
    return Refused(401, "session_needed", "This chat has ended; please start a new one.")


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()  # a header may hold any bytes
