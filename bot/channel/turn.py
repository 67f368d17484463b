"""One turn as the channel has it: what is given for a message, also when the safety screen gave it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

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


class Alarm(Protocol):
    """What the safety screen says at once: bot/safety/guard.py."""

    @property
    def message(self) -> dict[str, Any]:
        """The crisis reply for the visitor."""

    @property
    def reason(self) -> str:
        """Why, for the clinician."""


def alarm_reply(alarm: Alarm, before: list[dict[str, Any]]) -> Reply:
    """A crisis reply as a turn. Of the last turn's events it repeats what was remembered and that the bot listens,
    so that whatever was going on can be gone on with, however many such messages come."""
    slots = {event["name"]: event for event in before if event.get("event") == "slot"}
    listening = [event for event in before if event.get("event") == "action" and event["name"] == "action_listen"]
    remembered = [*slots.values(), *listening[-1:]] if slots else []
    return Reply([alarm.message], alarm.message["outcome"], 1.0, [], "screen", remembered, alarm.reason)
