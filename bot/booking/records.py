"""What booking hands out: values, and the few errors a caller has to answer.

    BotError
    +-- BookingError
        +-- TimeTaken         the time is not free (any more); carries free ones near it
        +-- UnknownKind       this kind cannot be booked, or booking is switched off
        +-- NoSuchAppointment nothing is known by this id or reference
        +-- AppointmentOver   it has begun or is cancelled, so it cannot be changed
        +-- AppointmentsThere the practice wants to block a time in which appointments stand
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Sequence

from bot.errors import BotError

VISITOR, PRACTICE, CALENDAR, SYSTEM = "visitor", "practice", "calendar", "system"  # actors
HELD, CONFIRMED, CANCELLED, EXPIRED = "held", "confirmed", "cancelled", "expired"  # states of an appointment


class BookingError(BotError):
    """Something a caller answers kindly; never a fault of the program."""


class TimeTaken(BookingError):
    """`alternatives`: free starts near the wanted one, aware UTC, the nearest first; may be empty."""

    def __init__(self, alternatives: Sequence[datetime] = ()) -> None:
        super().__init__("This time is not free any more; please choose another one.")
        self.alternatives = list(alternatives)


class UnknownKind(BookingError):
    """This kind cannot be booked, or booking is switched off in practice.yml."""

    def __init__(self) -> None:
        super().__init__("This cannot be booked here; see the section `booking` of practice.yml.")


class NoSuchAppointment(BookingError):
    """Nothing is known by this id or reference, or it was never confirmed."""

    def __init__(self) -> None:
        super().__init__("There is no appointment with this reference; `bot appointments list` shows them.")


class AppointmentOver(BookingError):
    """It has begun, is over or is cancelled."""

    def __init__(self) -> None:
        super().__init__("This appointment is over or cancelled, so it cannot be changed; please make a new one.")


class AppointmentsThere(BookingError):
    """`references`: the appointments that stand in the time to be blocked."""

    def __init__(self, references: Sequence[str]) -> None:
        super().__init__(f"Appointments stand in that time: {', '.join(references)}; move or cancel them first.")
        self.references = list(references)


class Cipher(Protocol):
    """Seals contact details at rest: bot/privacy/keys.py, joined in wiring."""

    def encrypt(self, value: str) -> str:
        """The sealed text."""

    def decrypt(self, sealed: str) -> str:
        """The value of a sealed text."""


@dataclass(frozen=True)
class Contact:
    """How to reach the visitor, and what is safe: `voicemail_ok` a message on the phone, `write_ok` an e-mail."""

    first_name: str
    phone: str = ""
    email: str = ""
    voicemail_ok: bool = False
    write_ok: bool = False
    reminder: bool = False  # an e-mail the day before; needs email and write_ok


@dataclass(frozen=True)
class Hold:
    """A time kept for one visitor until `expires_at`. Times are aware UTC."""

    id: str
    kind_id: str
    start: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Appointment:
    """Times are aware UTC. `sequence` counts its moves; `contact` is None and `visitor_zone` "" once erased."""

    id: str
    reference: str  # six characters that read well aloud
    kind_id: str
    title: str  # of the kind: for chat and practice, never for mails or calendars
    place: str
    start: datetime
    end: datetime
    state: str
    sequence: int
    contact: Contact | None
    visitor_zone: str = ""  # the IANA name their browser told when they booked


@dataclass(frozen=True)
class CallBack:
    """A visitor's wish to be called. `when`: their own words for a good time."""

    id: str
    reference: str
    at: datetime
    contact: Contact | None
    when: str
    done: bool


@dataclass(frozen=True)
class Block:
    """A time the practice keeps for itself."""

    id: str
    start: datetime
    end: datetime
    note: str


@dataclass(frozen=True)
class Event:
    """One change: requested, held, confirmed, moved, cancelled, expired, released or done."""

    name: str
    at: datetime
    actor: str
