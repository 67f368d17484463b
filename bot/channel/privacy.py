"""What the channel needs of privacy: redaction, the notice, erasure. wiring.py passes the real ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Callable, Sequence

from bot.log.erasure import LogErasure
from bot.log.store import ConversationLog
from bot.privacy.erasure import Erasure
from bot.privacy.notice import Notice


@dataclass(frozen=True)
class Privacy:
    """redact: takes personal details out of a text; runs before anything stores or answers it.
    crisis: resources for the notice, as on a crisis card."""

    redact: Callable[[str], str]
    notice: Notice
    erasure: Erasure
    crisis: Sequence[dict[str, Any]] = ()


def unredacted(text: str) -> str:
    """No redaction at all: for tests of other things only."""
    return text


def log_alone(log: ConversationLog) -> Privacy:
    """No redaction, a notice without words, erasure from the log only: for tests of other things."""
    erasing = LogErasure(log.database)
    erasure = Erasure(erasing, [erasing], [], timedelta(days=30))
    return Privacy(unredacted, Notice("1", "A notice."), erasure)
