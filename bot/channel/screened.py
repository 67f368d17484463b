"""The whole way of a visitor's message without a server, for trying and comparing the bot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Iterable, Mapping

from bot.channel.ports import ContactDetails, Dialogue, Screen
from bot.channel.turn import Reply, alarm_reply


class NoContactDetails:
    """Takes nothing and shows all as it is: where nobody books."""

    def takes(self, text: str, history: Iterable[Mapping[str, Any]]) -> bool:
        return False

    def taken(self, text: str, conversation_id: str, history: Iterable[Mapping[str, Any]]) -> str:
        return text

    def taken_form(self, values: Mapping[str, Any], conversation_id: str) -> dict[str, Any]:
        return dict(values)

    def seen_from(self, zone: Any, conversation_id: str) -> None:
        pass

    def shown(self, said: Any, conversation_id: str) -> Any:
        return said


class ScreenedDialogue:
    """The dialogue's port with the screen, the vault and redaction before it."""

    def __init__(
        self,
        screen: Screen,
        dialogue: Dialogue,
        details: ContactDetails | None = None,
        redact: Callable[[str], str] = str,
    ) -> None:
        self._screen, self._dialogue, self._redact = screen, dialogue, redact
        self._details = details or NoContactDetails()
        self.ready, self.model_version = dialogue.ready, dialogue.model_version
        self.opening, self.knows_choice = dialogue.opening, dialogue.knows_choice

    async def reply(
        self,
        conversation_id: str,
        history: list[dict[str, Any]],
        text: str | None,
        choice: str | None,
        form: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Answers one message, as the server would."""
        alarm = self._screen(text) if text is not None else None
        if alarm:
            return alarm_reply(alarm, history)
        said = self._redact(self._details.taken(text, conversation_id, history)) if text is not None else None
        values = self._details.taken_form(form, conversation_id) if form is not None else None
        reply = await self._dialogue.reply(conversation_id, history, said, choice, values)
        return replace(reply, messages=self._details.shown(reply.messages, conversation_id))
