"""The port between the channel and what answers: a dialogue takes one message and gives a Reply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from bot.safety.guard import Alarm


@dataclass(frozen=True)
class Reply:
    """What a turn gives: messages for the visitor; the rest is for the log."""

    messages: list[dict[str, Any]]
    outcome: str
    confidence: float
    alternatives: list[list[Any]]
    answer_id: str
    events: list[dict[str, Any]]
    safety_reason: str | None = None  # why the safety screen answered


class Dialogue(Protocol):
    """What answers visitors. `ready` is False while it can only give the phone number."""

    ready: bool
    model_version: str

    def opening(self) -> list[dict[str, Any]]:
        """What the bot says first."""

    def knows_choice(self, choice: str) -> bool:
        """Whether this id can be answered."""

    async def reply(
        self, conversation_id: str, history: list[dict[str, Any]], text: str | None, choice: str | None
    ) -> Reply:
        """Answers one message. history: the Rasa events of the conversation's earlier turns."""


class Screen(Protocol):
    """The safety screen's port: sees the raw text first, and may answer it at once."""

    def __call__(self, text: str, in_booking: bool = False) -> Alarm | None:
        """The crisis reply, or None."""


def unscreened(text: str, in_booking: bool = False) -> Alarm | None:
    """No screen at all: for tests of other things only."""
    return None


def alarm_reply(alarm: Alarm) -> Reply:
    """A crisis reply as a turn: no dialogue events, so that whatever was going on can be gone on with."""
    return Reply([alarm.message], alarm.message["outcome"], 1.0, [], "screen", [], alarm.reason)


class ScreenedDialogue:
    """The whole way of a visitor's message without a server: the screen, then the dialogue."""

    def __init__(self, screen: Screen, dialogue: Dialogue) -> None:
        self._screen, self._dialogue = screen, dialogue
        self.ready, self.model_version = dialogue.ready, dialogue.model_version

    def opening(self) -> list[dict[str, Any]]:
        """What the bot says first."""
        return self._dialogue.opening()

    def knows_choice(self, choice: str) -> bool:
        """Whether this id can be answered."""
        return self._dialogue.knows_choice(choice)

    async def reply(
        self, conversation_id: str, history: list[dict[str, Any]], text: str | None, choice: str | None
    ) -> Reply:
        """Answers one message, as the server would."""
        alarm = self._screen(text) if text is not None else None
        return alarm_reply(alarm) if alarm else await self._dialogue.reply(conversation_id, history, text, choice)
