"""A month of invented conversations, the same for the same seed. Pure: it makes values, wiring stores them.

As in life most questions are answered, some are offered topics or missed, the same unknown things are asked again and
again in other words, a few visitors book, and now and then somebody is in danger.
"""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Mapping

from bot import plain_yaml

DAYS, CONVERSATIONS = 28, 2000
VERSIONS = ("demo-1", "demo-2")
WORDS = Path(__file__).with_name("words.yml")
HOURS = (7, 8, 9, 10, 11, 12, 12, 13, 14, 15, 16, 17, 18, 19, 20, 20, 21, 21, 22, 22, 22, 23)


@dataclass
class Invented:
    """One conversation: turns and judgements as rows of the log's tables, without the conversation's id."""

    id: str
    started_at: datetime
    turns: list[dict[str, Any]] = field(default_factory=list)
    feedback: list[dict[str, Any]] = field(default_factory=list)


class Month:
    """topics: outcome id -> title; answers: outcome id -> text. `end` is aware UTC."""

    def __init__(self, topics: Mapping[str, str], answers: Mapping[str, str], end: datetime, seed: int = 6) -> None:
        self._dice, self._end = random.Random(seed), end  # noqa: S311
        self._words: dict[str, Any] = plain_yaml.read(WORDS.read_text(encoding="utf-8"))
        self._answers = answers
        self._topics = {name: title for name, title in sorted(topics.items()) if name.startswith("faq/")}
        self._weights = [1 / (1 + rank) ** 0.6 for rank in range(len(self._topics))]

    def conversations(self, count: int = CONVERSATIONS) -> list[Invented]:
        """The oldest first."""
        return sorted((self._conversation() for _ in range(count)), key=lambda one: one.started_at)

    def _conversation(self) -> Invented:
        dice = self._dice
        day = self._end - timedelta(days=min(DAYS - 1, int(dice.triangular(0, DAYS, 6))))
        hour, minute, second = dice.choice(HOURS), dice.randrange(60), dice.randrange(60)
        started = day.replace(hour=hour, minute=minute, second=second) + timedelta(hours=8)  # as in California
        while started > self._end - timedelta(hours=1):
            started -= timedelta(days=1)
        made = Invented(self._id(), started)
        ends = dice.random()
        for _ in range(min(7, 1 + int(dice.expovariate(0.7)))):
            self._ask(made)
        if ends < 0.012:
            self._danger(made)
        elif ends < 0.06:
            self._book(made, confirmed=ends < 0.04)
        elif ends < 0.085:
            self._say(made, dice.choice(self._words["human"]), "handoff/human", "Shall the practice call you back?")
        return made

    def _ask(self, made: Invented) -> None:
        dice, luck = self._dice, self._dice.random()
        topic = dice.choices(list(self._topics), self._weights)[0]
        if luck < 0.07:
            theme = dice.choice(sorted(self._words["unanswered"]))
            text = self._worded(dice.choice(self._words["unanswered"][theme]))
            self._unknown(made, text, offered=dice.random() < 0.7, theme=theme)
        elif luck < 0.085:
            self._unknown(made, dice.choice(self._words["odd"]), offered=False, theme="odd")
        else:
            sure = min(0.99, dice.betavariate(7, 2))
            other = dice.choice(list(self._topics))
            title = self._topics[topic]
            said = None if dice.random() < 0.2 else self._worded(title[0].lower() + title[1:].rstrip("?"))
            self._say(made, said, topic, self._answers.get(topic, title), sure, [[other, round((1 - sure) * 0.7, 3)]])
            if dice.random() < 0.12:
                self._judge(made, helpful=dice.random() < 0.55 + sure * 0.4)

    def _unknown(self, made: Invented, text: str, offered: bool, theme: str) -> None:
        near = random.Random(theme).sample(list(self._topics), 3)  # noqa: S311
        choices = [{"id": name, "title": self._topics[name]} for name in near] if offered else []
        told = "I am not sure. Did you mean one of these?" if offered else "I do not know that. Please call."
        rest = [[name, round(0.25 - 0.05 * at, 2)] for at, name in enumerate(near)]
        self._say(made, text, "fallback", told, 0.2, rest, choices)

    def _book(self, made: Invented, confirmed: bool) -> None:
        self._say(made, self._dice.choice(self._words["booking"]), "booking/book", "These times are free.")
        times = {"label": "Thursday", "times": [{"id": "time/demo", "title": "Thursday, 4:00 PM"}]}
        made.turns[-1]["messages"][0]["card"] = {"type": "times", "days": [times], "zone": "Pacific Time"}
        if confirmed:
            self._say(made, None, "booking/book", "You are booked.", choice="time/demo")
            made.turns[-1]["messages"][0]["card"] = {"type": "appointment", "reference": "DEMO22", "title": "Free call"}

    def _danger(self, made: Invented) -> None:
        outcome = self._dice.choice(sorted(self._words["safety"]))
        said = self._dice.choice(self._words["safety"][outcome])
        self._say(made, said, outcome, "You can reach someone right now. This chat is not watched live.", 1.0)
        made.turns[-1].update(answer_id="screen", safety_reason="invented: a signal of this class")

    def _say(
        self,
        made: Invented,
        text: str | None,
        outcome: str,
        told: str,
        confidence: float = 0.95,
        rest: list[list[Any]] | None = None,
        choices: list[dict[str, str]] | None = None,
        choice: str | None = None,
    ) -> None:
        at = made.started_at + timedelta(seconds=45 * len(made.turns) + self._dice.randrange(5, 40))
        message = {"id": self._id(), "text": told, "outcome": outcome, "choices": choices or []}
        turn = {
            "message_id": str(uuid.UUID(self._id())),
            "number": len(made.turns) + 1,
            "at": at,
            "text": text,
            "choice": choice or (None if text else outcome),
            "outcome": outcome,
            "confidence": round(confidence, 3),
            "alternatives": ([] if outcome == "fallback" else [[outcome, round(confidence, 3)]]) + (rest or []),
            "answer_id": f"utter_{outcome}",
            "messages": [message],
            "model_version": VERSIONS[at > self._end - timedelta(days=9)],
            "latency_ms": round(self._dice.lognormvariate(2.4, 0.4), 1),
            "events": [],
            "safety_reason": None,
        }
        made.turns.append(turn)

    def _judge(self, made: Invented, helpful: bool) -> None:
        note = None if helpful or self._dice.random() < 0.6 else self._dice.choice(self._words["notes"])
        turn = made.turns[-1]
        row = {"bot_message_id": turn["messages"][0]["id"], "helpful": helpful, "note": note}
        made.feedback.append({**row, "at": turn["at"] + timedelta(seconds=20)})

    def _worded(self, text: str) -> str:
        said = f"{self._dice.choice(self._words['openers'])}{text}{self._dice.choice(self._words['endings'])}"
        return said if self._dice.random() < 0.4 else f"{said}?"

    def _id(self) -> str:
        return f"{self._dice.getrandbits(128):032x}"
