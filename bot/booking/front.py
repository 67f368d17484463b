"""Where the conversation meets booking and vault: what the action asks of them, and what the channel hands over.

The channel calls `taken` on a visitor's raw text before anything stores or reads it: contact details given during a
booking go into the vault, and the text goes on with their tokens. `shown` puts them back for that visitor alone.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timezone, tzinfo
from typing import Any, Callable, Iterable, Mapping, Protocol
from zoneinfo import ZoneInfo

from bot.booking import contact
from bot.booking.dialogue import expects_name
from bot.booking.dialogue_state import CANCEL, MOVE, Pages, Service, State, World
from bot.booking.wording import known_zone

SLOT = "booking"
LONGEST_VALUE = 200
MOST_ZONES = 1000  # conversations whose visitor's zone is remembered at a time
_GONE = "(removed)"
_ZONES = {
    "los_angeles": "Pacific", "denver": "Mountain", "phoenix": "Mountain", "chicago": "Central", "new_york": "Eastern",
}  # fmt: skip


class Vault(Protocol):
    """bot/privacy/vault.py."""

    def put(self, kind: str, value: str, conversation_id: str) -> str:
        """The token of a sealed value."""

    def get(self, token: str, conversation_id: str | None = None) -> str | None:
        """The value, when the token belongs to this conversation."""


@dataclass(frozen=True)
class Parts:
    """What a front stands on."""

    service: Service
    vault: Vault
    pages: Pages


class Front:
    """One installation's booking, vault and pages, for every conversation.

    connect: makes the parts, at the first use: a database that is away at the start stops no other answer.
    names: where names stand in a text, for one that is given before it is asked.
    """

    def __init__(
        self,
        connect: Callable[[], Parts],
        zone: tzinfo,
        clock: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
        names: contact.Names = lambda _text: (),
    ) -> None:
        self._connect, self._zone, self._clock, self._names = connect, zone, clock, names
        self._made: Parts | None = None
        self._making = threading.Lock()
        self._seen_from: OrderedDict[str, ZoneInfo] = OrderedDict()

    @property
    def parts(self) -> Parts:
        """Raises BotError while they cannot be made."""
        with self._making:
            self._made = self._made or self._connect()
            return self._made

    def world(self, conversation_id: str) -> World:
        """What the rules may ask and change in one conversation."""
        now = self._clock()
        return World(
            self.parts.service,
            _OwnVault(self.parts.vault, conversation_id),
            self.parts.pages,
            conversation_id,
            now,
            self._zone,
            _zone_name(self._zone, now),
            self._seen_from.get(conversation_id),
        )

    def seen_from(self, zone: Any, conversation_id: str) -> None:
        """The visitor's zone, told anew with every message: kept in memory, and with what they book."""
        known = known_zone(zone)
        with self._making:
            self._seen_from.pop(conversation_id, None)
            if known:
                self._seen_from[conversation_id] = known
            while len(self._seen_from) > MOST_ZONES:
                self._seen_from.popitem(last=False)

    def takes(self, text: str, history: Iterable[Mapping[str, Any]]) -> bool:
        """Whether a text may hold what `taken` takes out of it: cheap, and asks no database."""
        return state_in(history).active or contact.TOKEN.search(text) is not None

    def taken(self, text: str, conversation_id: str, history: Iterable[Mapping[str, Any]]) -> str:
        """The text with contact details as tokens, while a booking is going on. history: Rasa's events so far."""
        text = contact.TOKEN.sub(" ", text)  # a token a visitor typed is not theirs
        state = state_in(history)
        if not state.active:
            return text
        put = _OwnVault(self.parts.vault, conversation_id).put
        if state.goal in (MOVE, CANCEL):
            return contact.handed_over(text, put)
        return contact.handed_over(text, put, expects_name(state), self._names)

    def taken_form(self, values: Mapping[str, Any], conversation_id: str) -> dict[str, Any]:
        """A form's values: contact details as tokens, boxes as they are, everything else without contact details."""
        own = _OwnVault(self.parts.vault, conversation_id)
        taken: dict[str, Any] = {}
        for name, value in values.items():
            if isinstance(value, bool):
                taken[name] = value
            elif isinstance(value, str) and value.strip():
                written = contact.TOKEN.sub(" ", value[:LONGEST_VALUE]).strip()
                kind = contact.FIELDS.get(name)
                taken[name] = own.put(kind, written) if kind else contact.handed_over(written, own.put)
        return taken

    def shown(self, said: Any, conversation_id: str) -> Any:
        """The same JSON with the values of this conversation's own tokens, for its visitor's eyes."""
        if isinstance(said, str):
            return contact.TOKEN.sub(lambda m: self.parts.vault.get(m[0], conversation_id) or _GONE, said)
        if isinstance(said, list):
            return [self.shown(one, conversation_id) for one in said]
        if isinstance(said, dict):
            return {key: self.shown(value, conversation_id) for key, value in said.items()}
        return said


class _OwnVault:
    """The vault as one conversation may use it."""

    def __init__(self, vault: Vault, conversation_id: str) -> None:
        self._vault, self._conversation_id = vault, conversation_id

    def put(self, kind: str, value: str) -> str:
        return self._vault.put(kind, value, self._conversation_id)

    def get(self, token: str) -> str | None:
        return self._vault.get(token, self._conversation_id)


def state_in(history: Iterable[Mapping[str, Any]]) -> State:
    """Where the booking of a conversation stands, from its events."""
    values = [event["value"] for event in history if event.get("event") == "slot" and event.get("name") == SLOT]
    return State.from_json(values[-1]) if values else State()


def _zone_name(zone: tzinfo, now: datetime) -> str:
    city = str(zone).rpartition("/")[2].casefold()
    return f"{_ZONES[city]} Time" if city in _ZONES else now.astimezone(zone).tzname() or ""


_used: list[Front] = []


def use(front: Front) -> Front:
    """Makes this the front of the process: Rasa makes actions itself and cannot be given one."""
    _used[:] = [front]
    return front


def current() -> Front | None:
    """The front in use."""
    return _used[0] if _used else None
