"""When the bot is unsure or the question is off topic: offer the nearest topics, then a person.

Returns only which reviewed text to use and which topics to offer; the wording is in domain/dialogue.yml.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue_rules import after_a_miss


class OfferTopics(Action):
    """The answer to nlu_fallback, out_of_scope and not_that."""

    def name(self) -> str:
        return "action_offer_topics"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        heard: list[tuple[str, list[tuple[str, float]]]] = []
        for event in tracker.events:
            if event["event"] == "user":
                parsed = event["parse_data"]
                ranking = [(item["name"], item["confidence"]) for item in parsed.get("intent_ranking", [])]
                heard.append((parsed["intent"]["name"], ranking))
            elif event["event"] == "action" and event["name"] == "action_booking" and heard:
                heard[-1] = ("booking", heard[-1][1])  # "the second one" is no frequent question, but no miss either
        response, topics = after_a_miss([intent for intent, _ in heard], [ranking for _, ranking in heard])
        dispatcher.utter_message(response=response, topics=topics)
        return []
