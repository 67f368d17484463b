"""Every turn of a booking: hands the message to the rules in bot/booking/dialogue.py and their answer to Rasa.

Returns only keys of reviewed texts with their facts; the wording is in domain/booking*.yml.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.booking.dialogue import answer
from bot.booking.dialogue_state import OUTCOMES, Answer, Heard, State
from bot.booking.front import SLOT, Front, current, use


class Booking(Action):
    """Books, moves and cancels appointments, and takes wishes to be called."""

    def name(self) -> str:
        return "action_booking"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        state = State.from_json(tracker.get_slot(SLOT))
        heard = _heard(tracker.latest_message)
        answered = await asyncio.to_thread(_answer, heard, state, tracker.sender_id)  # the database blocks
        outcome = OUTCOMES.get(answered.state.goal or state.goal, "") or _outcome(heard)
        if answered.aside:
            in_between = {"say": {"choices": [], "aside": True}} if answered.says else {}  # the booking has its own
            dispatcher.utter_message(response=f"utter_{answered.aside}", **in_between)
        for say in answered.says:
            dispatcher.utter_message(
                response=say.key,
                say={
                    "facts": dict(say.facts),
                    "choices": [choice if isinstance(choice, str) else list(choice) for choice in say.choices],
                    "card": say.card,
                    "outcome": outcome,
                },
            )
        active = SlotSet("booking_active", answered.state.active)
        return [SlotSet(SLOT, answered.state.to_json()), active, FollowupAction("action_listen")]


def _answer(heard: Heard, state: State, conversation_id: str) -> Answer:
    return answer(heard, state, _front().world(conversation_id))


def _front() -> Front:
    front = current()
    if front is None:  # Rasa's own action server, `rasa shell`, `rasa test`
        from bot.database import Database
        from bot.practice import load_practice
        from bot.settings import Settings
        from bot.wiring_parts import make_front

        settings = Settings.from_env(os.environ)
        front = use(make_front(settings, load_practice(settings.practice_file), Database(settings.database_url)))
    return front


def _heard(message: dict[str, Any]) -> Heard:
    intent = message.get("intent") or {}
    name = intent.get("name") or ""
    found = (message.get("response_selector") or {}).get(name, {}).get("response", {})
    return Heard(
        text="" if message.get("choice") or message.get("form") else message.get("text") or "",
        choice=message.get("choice") or "",
        form=message.get("form"),
        intent=found.get("intent_response_key") or name,
        confidence=float(intent.get("confidence") or 0.0),
    )


def _outcome(heard: Heard) -> str:
    asked = heard.choice or heard.intent
    return asked if asked in OUTCOMES.values() else "booking/book"
