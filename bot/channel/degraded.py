"""Stands in for the dialogue when the model cannot be loaded, so that the server still starts and crisis
replies still come. Everybody else is given the practice's phone number."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, Mapping

from bot import plain_yaml
from bot.channel.turn import Reply
from bot.practice import Practice

FILE = Path(__file__).with_name("degraded.yml")


class DegradedDialogue:
    """The dialogue's port, with one answer."""

    ready = False
    model_version = "none"

    def __init__(self, practice: Practice) -> None:
        texts = plain_yaml.read(FILE.read_text(encoding="utf-8"))
        self._texts = {name: text.format_map(practice.facts()).strip() for name, text in texts.items()}

    def opening(self) -> list[dict[str, Any]]:
        """What the bot says first."""
        return [self._message("opening", "chitchat/greet")]

    def knows_choice(self, _choice: str) -> bool:
        """Every choice gets the one answer."""
        return True

    async def reply(
        self,
        _conversation_id: str,
        _history: list[dict[str, Any]],
        _text: str | None,
        _choice: str | None,
        form: Mapping[str, Any] | None = None,
    ) -> Reply:
        """The phone number."""
        return Reply([self._message("reply", "fallback")], "fallback", 0.0, [], "degraded", [])

    def _message(self, name: str, outcome: str) -> dict[str, Any]:
        return {"id": uuid.uuid4().hex, "text": self._texts[name], "outcome": outcome}
