"""What the channel needs of the rest of the bot: ports, filled in by wiring.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Callable, Iterable, Mapping, Protocol, Sequence

from bot.channel.turn import Alarm, Reply
from bot.conversation import Before, Conversation, Turn


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


class Screen(Protocol):
    """The safety screen: sees the raw text of a message before anything else, and may answer it at once."""

    def __call__(self, text: str, in_booking: bool = False) -> Alarm | None:
        """The crisis reply, or None."""


class ContactDetails(Protocol):
    """Keeps contact details out of everything that is stored: bot/booking/front.py."""

    def takes(self, text: str, history: Iterable[Mapping[str, Any]]) -> bool:
        """Whether `taken` may change this text; it blocks then."""

    def taken(self, text: str, conversation_id: str, history: Iterable[Mapping[str, Any]]) -> str:
        """The text with contact details as tokens, while a booking is going on."""

    def taken_form(self, values: Mapping[str, Any], conversation_id: str) -> dict[str, Any]:
        """A form's values with contact details as tokens."""

    def seen_from(self, zone: Any, conversation_id: str) -> None:
        """Where the visitor is, as the browser tells it with a message: an IANA zone or anything at all."""

    def shown(self, said: Any, conversation_id: str) -> Any:
        """The same JSON with the values of this conversation's tokens, for its visitor."""


class Log(Protocol):
    """The conversation log: bot/log/store.py. Every call blocks and may raise StorageUnavailable."""

    def check(self) -> None:
        """Raises unless the log can be read."""

    def start(
        self,
        token_hash: str,
        locale: str,
        notice_version: str,
        expires_at: datetime,
        opening: list[dict[str, Any]],
        kind: str = "visitor",
        erasure_hash: str | None = None,
    ) -> Conversation:
        """A new conversation. kind: visitor or test."""

    def find(self, token_hash: str) -> Conversation | None:
        """The conversation of this token, unless it has expired."""

    def opening(self, conversation_id: str) -> list[dict[str, Any]]:
        """The bot's first messages."""

    def turns(self, conversation_id: str) -> list[Turn]:
        """The turns in order."""

    def turn(self, conversation_id: str, message_id: str) -> Turn | None:
        """The stored turn of a message id."""

    def before(self, token_hash: str, message_id: str, last: int) -> Before | None:
        """What a message finds, in one look; None when `find` finds nothing. last: how many turns' events."""

    def add(self, turn: Turn) -> None:
        """Stores one turn, whole. Raises TurnExists."""

    def add_feedback(
        self,
        conversation_id: str,
        bot_message_id: str,
        helpful: bool,
        note: str | None,
        safety: tuple[str, str] | None = None,
    ) -> bool:
        """Keeps a visitor's judgement; False when the message is not of this conversation."""


class Notice(Protocol):
    """What a visitor accepts first: bot/privacy/notice.py."""

    @property
    def version(self) -> str:
        """What is recorded of it."""

    @property
    def text(self) -> str:
        """As visitors read it."""


class Erasure(Protocol):
    """Erases conversations everywhere: bot/privacy/erasure.py. reason: visitor or code."""

    def erase(self, conversation_ids: Sequence[str], reason: str) -> Mapping[str, int]:
        """Removes everything of these conversations."""

    def erase_by_code(self, code: str, reason: str) -> Mapping[str, int] | None:
        """The same by the code the visitor was shown; None when no conversation has it."""


@dataclass(frozen=True)
class Privacy:
    """redact: takes personal details out of a text; runs before anything stores or answers it.
    new_code: a new erasure code, and the hash that is stored of it. crisis: resources as on a crisis card."""

    redact: Callable[[str], str]
    notice: Notice
    erasure: Erasure
    new_code: Callable[[], tuple[str, str]]
    crisis: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Ports:
    """All of them."""

    log: Log
    dialogue: Dialogue
    screen: Screen
    details: ContactDetails
    privacy: Privacy
