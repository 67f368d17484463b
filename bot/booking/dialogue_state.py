"""What the booking conversation knows between two messages, what it hears, and what it answers with."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, tzinfo
from typing import Any, Mapping, Protocol, Sequence, Union

from bot.booking.model import Kind
from bot.booking.records import Appointment, CallBack, Contact, Hold

BOOK, MOVE, CANCEL, CALL_BACK = "book", "move", "cancel", "call_back"  # goals
OUTCOMES = {BOOK: "booking/book", MOVE: "booking/reschedule", CANCEL: "booking/cancel", CALL_BACK: "handoff/human"}


@dataclass(frozen=True)
class State:
    """Where a booking stands. Contact details are vault tokens only; times are ISO texts with their offset.

    step: kind, time, contact, safe, domain, confirm, which, detail or when; "" when nothing is going on.
    target: the reference of the appointment to change, once the visitor has shown that it is theirs.
    booked: the reference made in this conversation.
    """

    goal: str = ""
    step: str = ""
    kind: str = ""
    wish: Mapping[str, Any] | None = None
    offered: tuple[str, ...] = ()
    start: str = ""
    hold: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    voicemail: bool | None = None
    write: bool | None = None
    reminder: bool = False
    domain: str = ""  # a mail domain that was suggested: not twice
    when: str = ""  # a good time to call, in the visitor's words
    key: str = ""  # makes a call-back request once, however often it is sent
    target: str = ""
    asked: str = ""  # a reference that still has to be shown to be the visitor's
    tries: int = 0
    misses: int = 0
    booked: str = ""

    @property
    def active(self) -> bool:
        """Whether a question of the booking is open."""
        return bool(self.step)

    def to_json(self) -> dict[str, Any]:
        """Only what is set, to travel in one slot."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None, (), 0, False)} | {
            name: getattr(self, name) for name in ("voicemail", "write") if getattr(self, name) is not None
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any] | None) -> State:
        """What to_json made; unknown keys of another version are left out."""
        known = {f.name for f in fields(cls)}
        values = {name: value for name, value in (given or {}).items() if name in known}
        if "offered" in values:
            values["offered"] = tuple(values["offered"])
        return cls(**values)

    def at(self, step: str, **changes: Any) -> State:
        """The same booking at another question."""
        return replace(self, step=step, misses=0, **changes)

    def ended(self) -> State:
        """Nothing is going on any more; what was booked here is still known."""
        return State(booked=self.booked)


@dataclass(frozen=True)
class Heard:
    """One message. intent: the full id the classifier found ("faq/cost"), or "nlu_fallback".

    choice: the id of a pressed button; form: the fields of a card, contact details as tokens.
    """

    text: str = ""
    choice: str = ""
    form: Mapping[str, Any] | None = None
    intent: str = ""
    confidence: float = 0.0

    @property
    def chosen(self) -> tuple[str, str]:
        """("time", "2026-12-03T16:00-08:00") for the choice booking/time:2026-12-03T16:00-08:00."""
        name, _, value = self.choice.removeprefix("booking/").partition(":")
        return (name, value) if self.choice.startswith("booking/") else ("", "")


Choice = Union[str, tuple[str, Mapping[str, str]]]  # an id, or an id and the facts for its title


@dataclass(frozen=True)
class Say:
    """One message to the visitor: a reviewed text by its key, the facts for its {placeholders}, choices and a card.

    A fact or a text in a card that starts with "utter_" is itself the key of a reviewed text. choices: id, or
    (id, facts for its title); the title of booking/time:... is the text utter_booking_choice_time.
    """

    key: str
    facts: Mapping[str, str] = field(default_factory=dict)
    choices: Sequence[Choice] = ()
    card: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Answer:
    """The state after a message and what is said. aside: the id of a reviewed answer given first ("faq/cost")."""

    state: State
    says: tuple[Say, ...]
    aside: str = ""


class Service(Protocol):
    """The part of bot.booking.service.Booking that the conversation uses; its errors are in records.py."""

    @property
    def is_on(self) -> bool: ...

    def kinds(self) -> Sequence[Kind]: ...

    def free_times(
        self,
        kind_id: str,
        start: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        conversation_id: str | None = None,
    ) -> list[datetime]: ...

    def hold(self, kind_id: str, start: datetime, conversation_id: str) -> Hold: ...

    def release(self, hold_id: str) -> None: ...

    def confirm(self, hold_id: str, contact: Contact, visitor_zone: str = "") -> Appointment: ...

    def find(self, reference: str) -> Appointment: ...

    def made_in(self, conversation_id: str) -> Appointment | None: ...

    def can_change(self, appointment: Appointment) -> bool: ...

    def move(self, reference: str, start: datetime) -> Appointment: ...

    def cancel(self, reference: str) -> Appointment: ...

    def call_back(self, key: str, contact: Contact, when: str, conversation_id: str) -> CallBack: ...


class Safe(Protocol):
    """The vault, for this conversation only."""

    def put(self, kind: str, value: str) -> str: ...

    def get(self, token: str) -> str | None: ...


class Pages(Protocol):
    """Signed addresses of an appointment's pages."""

    def page(self, appointment: Appointment, zone: str = "") -> str: ...

    def calendar_file(self, appointment: Appointment) -> str: ...


@dataclass(frozen=True)
class World:
    """What the rules may ask and change. now: aware; zone: the practice's; visitor_zone: the visitor's, when told."""

    service: Service
    vault: Safe
    pages: Pages
    conversation_id: str
    now: datetime
    zone: tzinfo
    zone_name: str  # as visitors read it: "Pacific Time"
    visitor_zone: tzinfo | None = None

    def local(self, iso: str) -> datetime:
        """A stored time in the practice's zone."""
        return datetime.fromisoformat(iso).astimezone(self.zone)

    def kind(self, kind_id: str) -> Kind | None:
        """The bookable kind of this id."""
        return next((kind for kind in self.service.kinds() if kind.id == kind_id), None)
