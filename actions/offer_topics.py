"""When the bot is unsure or the question is off topic: offer the nearest topics, then a person.

Returns only which reviewed text to use and which topics to offer; the wording is in domain/dialogue.yml.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue_rules import after_a_miss


class OfferTopics(Action):
    """The answer to nlu_fallback and out_of_scope."""

    def name(self) -> str:
        return "action_offer_topics"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        intents: list[str] = []
        for event in tracker.events:
            if event["event"] == "user":
                intents.append(event["parse_data"]["intent"]["name"])
            elif event["event"] == "action" and event["name"] == "action_booking" and intents:
                intents[-1] = "booking"  # "the second one" is no frequent question, but no miss either
        ranking = [
            (item["name"], item["confidence"]) for item in tracker.latest_message.get("intent_ranking", [])
        ]
        response, topics = after_a_miss(intents, ranking)
        dispatcher.utter_message(response=response, topics=topics)
        return []
