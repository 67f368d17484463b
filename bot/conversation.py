"""A conversation as it is kept: the values that the channel, the log and the vault hand one another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.errors import BotError


class TurnExists(BotError):
    """This message, or this turn's number, is stored already: read it instead."""


@dataclass(frozen=True)
class Conversation:
    """One visitor's session, as far as a turn needs it."""

    id: str
    expires_at: datetime
    locale: str


@dataclass(frozen=True)
class Turn:
    """A visitor's message or choice and everything that came of it. `at` is UTC."""

    conversation_id: str
    message_id: str
    number: int
    at: datetime
    text: str | None
    choice: str | None
    outcome: str
    confidence: float
    alternatives: list[list[Any]]
    answer_id: str
    messages: list[dict[str, Any]]
    model_version: str
    latency_ms: float
    events: list[dict[str, Any]]
    safety_reason: str | None = None  # why the safety screen answered


@dataclass(frozen=True)
class Before:
    """What a message finds: its turn when it is stored already; else the next number and the latest turns' events."""

    conversation: Conversation
    stored: Turn | None
    number: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class VaultEntry:
    """One sealed contact detail. expires_at: UTC; None means kept until it is erased."""

    token: str
    conversation_id: str
    sealed: str
    expires_at: datetime | None
