"""Erasing conversations, everywhere: each part that keeps something of a conversation registers one Eraser.

The log goes last, because it finds a conversation by its code: an erasure that failed half-way can be asked for again.
What remains is a receipt: when, why, how many of what.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Mapping, Protocol, Sequence

from bot.privacy.codes import code_hash

_BATCH = 500  # conversations; databases limit the values of one statement


class Eraser(Protocol):
    """One place that keeps something of conversations."""

    def erase(self, conversation_ids: Sequence[str]) -> Mapping[str, int]:
        """Removes all of theirs for good; {kind: how many} for the receipt. Ids it does not know are no error."""


class Expiring(Protocol):
    """One place whose entries have a life of their own."""

    def expire(self, now: datetime) -> Mapping[str, int]:
        """Removes what is over; {kind: how many}."""


class Conversations(Protocol):
    """The log, as far as erasing needs it."""

    def by_code(self, erasure_hash: str) -> str | None:
        """The conversation of an erasure code's hash."""

    def started_before(self, moment: datetime, at_most: int) -> Sequence[str]:
        """Ids of conversations that started at that moment or before."""

    def date_back(self, now: datetime) -> None:
        """Conversations dated in the future (a clock was wrong) count from now on."""

    def write_receipt(self, reason: str, counts: Mapping[str, int]) -> None:
        """Keeps a row without content."""


class Erasure:
    """All erasing and all retention.

    erasers: in the order they work; the log's own last. mark: an empty file whose date tells of the last retention.
    """

    def __init__(
        self,
        log: Conversations,
        erasers: Sequence[Eraser],
        expiring: Sequence[Expiring],
        retention: timedelta,
        mark: Path | None = None,
    ) -> None:
        self._log, self._erasers, self._expiring, self._retention = log, erasers, expiring, retention
        self._retained_at: datetime | None = None
        self._mark = mark

    @property
    def retained_at(self) -> datetime | None:
        """When what was past its time was last deleted: by any process that has the same mark, else by this one."""
        with suppress(OSError):
            if self._mark:
                return datetime.fromtimestamp(self._mark.stat().st_mtime, timezone.utc)
        return self._retained_at

    def erase(self, conversation_ids: Sequence[str], reason: str) -> dict[str, int]:
        """Removes everything of these conversations. reason: visitor, code, staff or age."""
        counts = self._erase(conversation_ids)
        self._log.write_receipt(reason, counts)
        return counts

    def erase_by_code(self, code: str, reason: str) -> dict[str, int] | None:
        """The same by the code the visitor was shown; None when no conversation has it."""
        hashed = code_hash(code)
        found = self._log.by_code(hashed) if hashed else None
        return self.erase([found], reason) if found else None

    def retain(self, now: datetime | None = None) -> dict[str, int]:
        """Removes what is older than it may be; what removes nothing leaves no receipt. Safe to run at any time."""
        now = now or datetime.now(timezone.utc)
        counts: Counter[str] = Counter()
        self._log.date_back(now)
        while old := self._log.started_before(now - self._retention, _BATCH):
            counts.update(self._erase(old))
        for part in self._expiring:
            counts.update(part.expire(now))
        gone = {kind: n for kind, n in counts.items() if n}
        if gone:
            self._log.write_receipt("age", gone)
        self._retained_at = datetime.now(timezone.utc)
        if self._mark:
            with suppress(OSError):  # a full disk must not keep anything from being deleted
                self._mark.parent.mkdir(parents=True, exist_ok=True)
                self._mark.touch()
        return gone

    def _erase(self, conversation_ids: Sequence[str]) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for eraser in self._erasers:
            counts.update(eraser.erase(conversation_ids))
        return dict(counts)
