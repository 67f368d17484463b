"""Turns a response key of domain/ into the message a visitor gets.

A response lists variations from the richest to the plainest; the first whose {facts} are all told in
practice.yml is used, so an empty fact gives an honest answer and never an invented one. The
facts are read at start: a change of practice.yml needs no training. An answer that had to be reviewed by a day
that is past, and is marked so, gives way to `utter_overdue`.
"""

from __future__ import annotations

import re
import string
from datetime import date, datetime
from pathlib import Path
from typing import Any, Callable, Dict, Mapping, Optional, Sequence
from zoneinfo import ZoneInfo

import yaml
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.trackers import DialogueStateTracker

from bot.errors import BrokenFile
from bot.practice import Practice

UTTER = "utter_"
OVERDUE = "utter_overdue"
_STEP = re.compile(r"booking/([a-z_]{1,40})(?::[\w:+.-]{1,60})?")  # a choice within a booking, perhaps with its value


def responses_of(domain: Path) -> dict[str, Any]:
    """The responses of a folder that Rasa has trained on, every value a string: Rasa's own reader checks the form
    again and takes 0.65 s for it, this 0.01. Raises BrokenFile."""
    found: dict[str, Any] = {}
    for path in sorted(domain.glob("*.yml")):
        try:
            found.update((yaml.load(path.read_bytes(), yaml.CBaseLoader) or {}).get("responses") or {})  # noqa: S506
        except (yaml.YAMLError, AttributeError, ValueError) as error:
            raise BrokenFile(path, "it holds no responses that can be read; go back to another version") from error
    return found


class ReviewedWording(NaturalLanguageGenerator):
    """Rasa's NLG port over the domain's responses and the practice's facts."""

    def __init__(
        self, practice: Practice, facts: Mapping[str, str], today: Optional[Callable[[], date]] = None
    ) -> None:
        """facts: what stands for the placeholders of the responses."""
        self._practice, self._facts = practice, facts
        self._today = today or (lambda: datetime.now(ZoneInfo(practice.timezone)).date())
        self._responses: Mapping[str, Any] = {}

    def use(self, responses: Mapping[str, Any]) -> None:
        """The responses to answer from: those of the model that was just loaded."""
        self._responses = responses

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Optional[Dict[str, Any]]:
        return self.message(utter_action, kwargs.get("topics"), kwargs.get("say"))

    def message(
        self, key: str, topics: Optional[list[str]] = None, say: Optional[Mapping[str, Any]] = None
    ) -> Optional[Dict[str, Any]]:
        """{text, outcome, answer_id, choices, source?, card?} for a response key; None when there is none.

        say: what an action adds: `facts` for the placeholders, `choices` (ids, or [id, facts for its title]) in
        place of the usual ones, a `card` and the `outcome`. Facts and texts of the card may be response keys.
        """
        variations = self._responses.get(key)
        if not variations:
            return None
        about = variations[0].get("metadata", {})
        name = key[len(UTTER) :]
        shown = key
        if self._is_overdue(about) and OVERDUE in self._responses:
            shown = OVERDUE
            about = {name: value for name, value in about.items() if name != "source"}
        said = say or {}
        facts = self._resolved(said.get("facts") or {})
        usual = [*about.get("offers", []), *about.get("follow_ups", [])]
        message: Dict[str, Any] = {
            "text": self._text(shown, facts),
            "outcome": said.get("outcome") or about.get("outcome") or (name if "/" in name else "fallback"),
            "answer_id": key,
            "choices": self.choices(topics or (usual if say is None else said.get("choices") or [])),
        }
        if said.get("card"):
            message["card"] = self._worded(said["card"], facts)
        if about.get("source") == "article":
            article = self._practice.article
            message["source"] = {"title": article.title, "url": article.url}
        return message

    def choices(self, ids: Sequence[Any]) -> list[dict[str, str]]:
        """Choice buttons {id, title} for those ids, or [id, facts for its title], that can be answered."""
        given = [(choice, {}) if isinstance(choice, str) else choice for choice in ids]
        return [{"id": i, "title": self._choice_title(i, facts)} for i, facts in given if self.knows(i)]

    def title(self, outcome: str) -> str:
        """The topic as a short visitor question."""
        title: str = self._responses[UTTER + outcome][0]["metadata"]["title"]
        return title

    def knows(self, outcome: str) -> bool:
        """Whether a choice of this id can be answered."""
        return ("/" in outcome and UTTER + outcome in self._responses) or self._step_key(outcome) is not None

    def _is_overdue(self, about: Mapping[str, Any]) -> bool:
        return about.get("if_overdue") == "contact" and date.fromisoformat(about["review_by"]) < self._today()

    def _step_key(self, choice: str) -> Optional[str]:
        found = _STEP.fullmatch(choice)
        key = f"{UTTER}booking_choice_{found[1]}" if found else ""
        return key if key in self._responses else None

    def _choice_title(self, choice: str, facts: Mapping[str, str]) -> str:
        key = self._step_key(choice)
        return self._text(key, facts) if key else self.title(choice)

    def _text(self, key: str, facts: Mapping[str, str]) -> str:
        """The first variation of a response whose facts are all told."""
        known = {**self._facts, **facts}
        texts = [variation["text"] for variation in self._responses[key]]
        for text in texts[:-1]:
            if all(field is None or known.get(field) for _, field, _, _ in string.Formatter().parse(text)):
                return str(text.format_map(known)).strip()
        return str(texts[-1].format_map(known)).strip()

    def _resolved(self, facts: Mapping[str, str]) -> dict[str, str]:
        """Facts that are themselves reviewed texts, written out."""
        known = dict(facts)
        # a text that names other facts comes last: these are written out by then
        texts = {name: self._responses[key][0]["text"] for name, key in facts.items() if key.startswith(UTTER)}
        for name in sorted(texts, key=lambda name: "{" in texts[name]):
            known[name] = self._text(facts[name], known)
        return known

    def _worded(self, card: Any, facts: Mapping[str, str]) -> Any:
        if isinstance(card, str):
            return self._text(card, facts) if card in self._responses else card
        if isinstance(card, list):
            return [self._worded(part, facts) for part in card]
        return {name: self._worded(part, facts) for name, part in card.items()} if isinstance(card, dict) else card
