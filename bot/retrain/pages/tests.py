"""Conversation tests: made of a transcript in words that could be anybody's, listed, taken away."""

from __future__ import annotations

from typing import Any, Callable, Mapping, Sequence

from bot.pages import Answer, Go, NotFound, Page, Visit
from bot.retrain.conversations import ConversationTest, ConversationTests, Turn, known_wording, turn_of
from bot.retrain.faq import Faq, NotAccepted, same_text

FEW_WORDS = 4  # so few anybody may have written; more of them in the same order are one visitor's


class ConversationPages:
    """faqs: every FAQ as it is now; personal: whether a text holds personal details; topics: outcome id to title;
    insider: the role that may see conversations with disclosures."""

    def __init__(
        self,
        tests: ConversationTests,
        faqs: Callable[[], Sequence[Faq]],
        personal: Callable[[str], bool],
        topics: Callable[[], Mapping[str, str]],
        insider: str,
    ) -> None:
        self._tests, self._faqs, self._personal = tests, faqs, personal
        self._topics, self._insider = topics, insider

    def list(self, visit: Visit) -> Answer:
        """Every conversation test; those that the practice made can be taken away."""
        own = {test.name for test in self._tests.own()}
        return Page("tests.html", {"tests": self._tests.all(), "own": own})

    def open(self, visit: Visit) -> Answer:
        """The transcript as a test: the practice's own nearest wordings are proposed, and what was answered."""
        conversation, told = visit.ids["conversation"], self._told(visit, visit.ids["conversation"])
        variants = self._variants()
        rows = [
            {
                "number": number,
                "wrote": turn.text,
                "said": self._proposed(turn, variants),
                "outcome": turn.outcome,
                "can": self._made(turn, "x", "") is not None,
            }
            for number, turn in enumerate(told)
        ]
        topics = sorted((title, name) for name, title in self._topics().items() if name.startswith("faq/"))
        return Page("test_new.html", {"conversation": conversation, "rows": rows, "topics": topics})

    def save(self, visit: Visit) -> Answer:
        """Keeps the test."""
        told, turns = self._told(visit, visit.field("conversation")), []
        known = {same_text(text) for texts in self._variants().values() for text in texts}
        for number, turn in enumerate(told):
            if not visit.field(f"keep{number}"):
                continue
            said = visit.field(f"said{number}", f"Please write turn {number + 1} in your own words, or leave it out.")
            copied = turn.text is not None and same_text(said) == same_text(turn.text) and same_text(said) not in known
            if copied and len(said.split()) > FEW_WORDS:
                raise NotAccepted(f"Turn {number + 1} is the visitor's own wording; write it in other words.")
            made = self._made(turn, said, visit.field(f"expected{number}"))
            if made is None:
                raise NotAccepted(f"Turn {number + 1} cannot be tested; leave it out.")
            turns.append(made)
        test = ConversationTest(visit.field("name", "Please give the test a name."), tuple(turns))
        self._tests.add(test, visit.who.name, self._personal)
        return Go("/tests", f"“{test.name}” is kept. It guards every promotion from now on.")

    def remove(self, visit: Visit) -> Answer:
        """Takes a test of the practice away."""
        name = visit.field("name", "Which test?")
        self._tests.remove(name, visit.who.name)
        return Go("/tests", f"“{name}” is taken away; the history keeps it.")

    def _told(self, visit: Visit, conversation_id: str) -> Any:
        """The turns of a transcript that this account may see. Raises NotFound."""
        visit.console.parts.casework.find(conversation_id, self._insider in visit.who.roles)
        read = visit.console.services.transcripts.read([conversation_id])
        if not read:
            raise NotFound("This conversation was erased.")
        return read[0].turns

    def _made(self, turn: Any, said: str, expected: str) -> Turn | None:
        return None if turn.safety_reason else turn_of(said, turn.events, turn.outcome, expected)

    def _proposed(self, turn: Any, variants: Mapping[str, Sequence[str]]) -> str:
        if turn.text is None:
            return self._topics().get(turn.choice, "")
        return known_wording(turn.text, variants.get(turn.outcome, []))

    def _variants(self) -> dict[str, Sequence[str]]:
        return {faq.id: [faq.title, *faq.variants] for faq in self._faqs()}
