"""What the console needs of the rest of the bot: ports, filled in by wiring.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Callable, Mapping, Protocol, Sequence

from bot.pages import NotFound as NotFound
from bot.pages import Refusal as Refusal


class Cipher(Protocol):
    """Seals what must not be read in the database: bot/privacy/keys.py."""

    def encrypt(self, value: str) -> str:
        """The sealed text."""

    def decrypt(self, sealed: str) -> str:
        """The value of a sealed text."""


Transcript = Any  # bot.log.transcripts.Transcript: feature folders do not import one another


class Transcripts(Protocol):
    """The conversation log, for reading."""

    def changed_since(self, at: datetime | None) -> list[str]:
        """Ids of conversations with a turn or a judgement since (all without), the oldest first."""

    def read(self, ids: Sequence[str], events: bool = True) -> list[Transcript]:
        """The conversations that are there; events: whether with Rasa's events of each turn."""


class Eraser(Protocol):
    """Erases one conversation everywhere."""

    def __call__(self, conversation_id: str) -> None:
        """Raises BotError when a part could not be erased."""


@dataclass(frozen=True)
class Fact:
    """A line on the page Today. level: ok, look or wrong; path: the console's page about it."""

    name: str
    text: str
    level: str = "ok"
    path: str = ""


@dataclass(frozen=True)
class OpeningHours:
    """When the practice takes appointments, as practice.yml writes it: openings such as "09:00-12:00".

    weekly: by the weekday's name, "monday" first; days_off: "2026-12-24" or "2026-12-24 to 2027-01-01"; extra: ISO day
    -> openings of that day besides.
    """

    weekly: Mapping[str, Sequence[str]]
    days_off: Sequence[str] = ()
    extra: Mapping[str, Sequence[str]] = field(default_factory=dict)


class HoursFile(Protocol):
    """The practice's own file, where the hours are kept."""

    def read(self) -> tuple[OpeningHours, str]:
        """The hours, and the revision to name when they are changed. Raises BotError."""

    def booking(self, hours: OpeningHours) -> Any:
        """bot.booking.service.Booking as it would be with these hours. Raises BotError."""

    def save(self, hours: OpeningHours, revision: str, who: str) -> None:
        """Takes effect at once. Raises BotError, also when the file was changed meanwhile."""


@dataclass(frozen=True)
class Services:
    """Everything the console is given. What is None or empty is left out of its pages.

    encode: texts -> unit vectors, float32 [n, d]. redact: a text without personal details.
    topics: outcome id -> its title. booking: bot.booking.service.Booking; hours: where its working hours are edited.
    facts: lines of the system's state; expiring: answers whose facts must be looked at again soon.
    """

    transcripts: Transcripts
    cipher: Cipher
    erase: Eraser
    encode: Callable[[Sequence[str]], Any]
    redact: Callable[[str], str] = lambda text: text
    topics: Callable[[], Mapping[str, str]] = dict
    booking: Any = None
    hours: HoursFile | None = None
    zone: str = "UTC"
    facts: Sequence[Callable[[], Fact]] = field(default_factory=tuple)
    expiring: Callable[[], Sequence[Fact]] = tuple
    today: Callable[[], date] | None = None
