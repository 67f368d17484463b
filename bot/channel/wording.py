"""Turns a response key of domain/ into the message a visitor gets.

A response lists variations from the richest to the plainest; the first whose {facts} are all told in
practice.yml is used, so an empty fact gives an honest answer and never an invented one. The
facts are read at start: a change of practice.yml needs no training. An answer that had to be reviewed by a day
that is past, and is marked so, gives way to `utter_overdue`.
"""

from __future__ import annotations

import string
from datetime import date, datetime
from pathlib import Path
from typing import Any, Callable, Dict, Mapping, Optional
from zoneinfo import ZoneInfo

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.practice import Practice, load_practice
from bot.safety.resources import crisis_facts

UTTER = "utter_"
OVERDUE = "utter_overdue"


class ReviewedWording(NaturalLanguageGenerator):
    """Rasa's NLG port over the domain's responses and the practice's facts."""

    def __init__(
        self,
        endpoint: Optional[EndpointConfig] = None,
        domain: Optional[Domain] = None,
        practice: Optional[Practice] = None,
        today: Optional[Callable[[], date]] = None,
    ) -> None:
        self._practice = practice or load_practice(Path("practice.yml"))
        self._today = today or (lambda: datetime.now(ZoneInfo(self._practice.timezone)).date())
        self._facts = {**crisis_facts(), **self._practice.facts()}
        self._responses: Mapping[str, Any] = (domain or Domain.empty()).responses

    def use(self, responses: Mapping[str, Any]) -> None:
        """The responses to answer from: those of the model that was just loaded."""
        self._responses = responses

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Optional[Dict[str, Any]]:
        return self.message(utter_action, kwargs.get("topics"))

    def message(self, key: str, topics: Optional[list[str]] = None) -> Optional[Dict[str, Any]]:
        """{text, outcome, answer_id, choices, source?} for a response key; None when there is none."""
        variations = self._responses.get(key)
        if not variations:
            return None
        about = variations[0].get("metadata", {})
        name = key[len(UTTER) :]
        if self._is_overdue(about) and OVERDUE in self._responses:
            variations = self._responses[OVERDUE]
            about = {name: value for name, value in about.items() if name != "source"}
        message: Dict[str, Any] = {
            "text": self._first_told([variation["text"] for variation in variations]),
            "outcome": about.get("outcome") or (name if "/" in name else "fallback"),
            "answer_id": key,
            "choices": self.choices(topics or about.get("follow_ups", [])),
        }
        if about.get("source") == "article":
            article = self._practice.article
            message["source"] = {"title": article.title, "url": article.url}
        return message

    def choices(self, ids: list[str]) -> list[dict[str, str]]:
        """Choice buttons {id, title} for those outcome ids that have a reviewed answer."""
        return [{"id": i, "title": self.title(i)} for i in ids if UTTER + i in self._responses]

    def title(self, outcome: str) -> str:
        """The topic as a short visitor question."""
        title: str = self._responses[UTTER + outcome][0]["metadata"]["title"]
        return title

    def knows(self, outcome: str) -> bool:
        """Whether a choice of this id can be answered."""
        return "/" in outcome and UTTER + outcome in self._responses

    def _is_overdue(self, about: Mapping[str, Any]) -> bool:
        return about.get("if_overdue") == "contact" and date.fromisoformat(about["review_by"]) < self._today()

    def _first_told(self, texts: list[str]) -> str:
        for text in texts[:-1]:
            if all(field is None or field in self._facts for _, field, _, _ in string.Formatter().parse(text)):
                return text.format_map(self._facts).strip()
        return texts[-1].format_map(self._facts).strip()
