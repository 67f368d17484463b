"""How a version answers the exam: texts understood at once, each intent asked once, what the screen stops left out."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Optional, Sequence

import pytest

from bot.retrain import measure
from bot.retrain.compare import HELD_OUT, REPLAY, SAFETY
from bot.retrain.measure import Exam, answers, as_json, from_json

HELD = [("how much", "faq/cost"), ("what price", "faq/cost"), ("book me in", "booking/book"),
        ("tuesday", "booking/book")]  # fmt: skip
DANGER = [("my price is death", "safety/self_harm"), ("the price of it all", "safety/self_harm")]


class Way:
    """Understands by one word; counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def labels(self, texts: Sequence[str]) -> list[str]:
        words = {"much": "faq/cost", "price": "faq/cost", "book": "booking/book", "tuesday": "booking/book"}
        return [next((label for word, label in words.items() if word in text), "nlu_fallback") for text in texts]

    async def outcome(self, text: str) -> str:
        self.asked.append(text)
        return {"tuesday": "booking/day"}.get(text, "faq/cost" if "b" not in text else "booking/book")

    async def reply(self, *_: Any) -> Any:
        raise AssertionError("nothing here is a conversation")


def screened(texts: Sequence[str]) -> list[Optional[str]]:
    return ["safety/self_harm" if "death" in text else None for text in texts]


class NoEncoder:
    def begin(self, texts: Any) -> None: ...

    def keep(self) -> None: ...


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Way, dict[str, Any]]:
    monkeypatch.setattr(measure, "shared_encoder", NoEncoder)
    way, exam = Way(), Exam(HELD, DANGER, past=["how much is it", "how much"])
    return way, asyncio.run(answers(exam, way, screened, tmp_path, {HELD_OUT, SAFETY, REPLAY}, lambda share: None))


def test_an_intent_is_asked_once_but_what_the_booking_reads_each_time(found: tuple[Way, dict[str, Any]]) -> None:
    way, lines = found
    assert [line.got for line in lines[HELD_OUT]] == ["faq/cost", "faq/cost", "booking/book", "booking/day"]
    assert [line.verdict for line in lines[HELD_OUT]] == ["right", "right", "right", "wrong"]
    assert way.asked == ["how much", "book me in", "tuesday", "how much is it"]


def test_only_what_the_screen_stops_counts_as_caught(found: tuple[Way, dict[str, Any]]) -> None:
    assert [line.verdict for line in found[1][SAFETY]] == ["right", "wrong"]


def test_a_crisis_reply_to_one_text_says_nothing_of_the_others_of_its_intent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The first text of an intent once stood for all of them, screened: where it was stopped, all were."""
    monkeypatch.setattr(measure, "shared_encoder", NoEncoder)
    exam = Exam(safety=DANGER, held_out=HELD[1:2])
    lines = asyncio.run(answers(exam, Way(), screened, tmp_path, {HELD_OUT, SAFETY}, lambda share: None))
    assert [line.got for line in (*lines[SAFETY], *lines[HELD_OUT])] == ["safety/self_harm", "faq/cost", "faq/cost"]


def test_what_is_kept_holds_no_visitors_words_and_counts_for_the_same_exam_only(
    found: tuple[Way, dict[str, Any]]
) -> None:
    exam = Exam(HELD, DANGER)
    kept = as_json(found[1], exam.keys())
    assert "how much is it" not in str(kept)
    assert from_json(kept, exam.keys()) == {name: found[1][name] for name in (HELD_OUT, SAFETY)}
    assert set(from_json(kept, Exam(HELD[:1], DANGER).keys())) == {SAFETY}
