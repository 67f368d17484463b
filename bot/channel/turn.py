"""The port between the channel and what answers: a dialogue takes one message and gives a Reply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Callable, Iterable, Mapping, Protocol

from bot.safety.guard import Alarm

CONTACT_FORM = "booking/contact"  # how a filled contact form stands in the dialogue and in the log


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
    in_booking: bool = False  # a question of a booking is open
    model_version: str = ""  # of what answered, where versions may change between turns


class Dialogue(Protocol):
    """What answers visitors. `ready` is False while it can only give the phone number."""

    @property
    def ready(self) -> bool:
        """Whether a model answers."""

    @property
    def model_version(self) -> str:
        """Of what answers now."""

    def opening(self) -> list[dict[str, Any]]:
        """What the bot says first."""

    def knows_choice(self, choice: str) -> bool:
        """Whether this id can be answered."""

    async def reply(
        self,
        conversation_id: str,
        history: list[dict[str, Any]],
        text: str | None,
        choice: str | None,
        form: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Answers one message: a text, a choice or the values of a form card.

        history: the Rasa events of the conversation's earlier turns. Contact details come as vault tokens.
        """


class ContactDetails(Protocol):
    """Keeps contact details out of everything that is stored: bot/booking/front.py."""

    def taken(self, text: str, conversation_id: str, history: Iterable[Mapping[str, Any]]) -> str:
        """The text with contact details as tokens, while a booking is going on."""

    def taken_form(self, values: Mapping[str, Any], conversation_id: str) -> dict[str, Any]:
        """A form's values with contact details as tokens."""

    def seen_from(self, zone: Any, conversation_id: str) -> None:
        """Where the visitor is, as the browser tells it with a message: an IANA zone or anything at all."""

    def shown(self, said: Any, conversation_id: str) -> Any:
        """The same JSON with the values of this conversation's tokens, for its visitor."""


class NoContactDetails:
    """Takes nothing and shows all as it is: for tests of other things only."""

    def taken(self, text: str, conversation_id: str, history: Iterable[Mapping[str, Any]]) -> str:
        return text

    def taken_form(self, values: Mapping[str, Any], conversation_id: str) -> dict[str, Any]:
        return dict(values)

    def seen_from(self, zone: Any, conversation_id: str) -> None:
        pass

    def shown(self, said: Any, conversation_id: str) -> Any:
        return said


class Screen(Protocol):
    """The safety screen's port: sees the raw text first, and may answer it at once."""

    def __call__(self, text: str, in_booking: bool = False) -> Alarm | None:
        """The crisis reply, or None."""


def unscreened(text: str, in_booking: bool = False) -> Alarm | None:
    """No screen at all: for tests of other things only."""
    return None


def alarm_reply(alarm: Alarm, before: list[dict[str, Any]]) -> Reply:
    """A crisis reply as a turn. Of the last turn's events it repeats what was remembered and that the bot listens,
    so that whatever was going on can be gone on with, however many such messages come."""
    slots = {event["name"]: event for event in before if event.get("event") == "slot"}
    listening = [event for event in before if event.get("event") == "action" and event["name"] == "action_listen"]
    remembered = [*slots.values(), *listening[-1:]] if slots else []
    return Reply([alarm.message], alarm.message["outcome"], 1.0, [], "screen", remembered, alarm.reason)


class ScreenedDialogue:
    """The whole way of a visitor's message without a server: the screen, the vault, redaction, then the dialogue."""

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

    def opening(self) -> list[dict[str, Any]]:
        """What the bot says first."""
        return self._dialogue.opening()

    def knows_choice(self, choice: str) -> bool:
        """Whether this id can be answered."""
        return self._dialogue.knows_choice(choice)

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
