"""The safety screen on the held-out messages, written by somebody who saw none of the training messages."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from bot.nlu.classifier import clauses
from bot.nlu.encoder import shared_encoder
from bot.safety.classifier import NONE, ClassifierJudge, SafetyClassifier, parts
from bot.safety.screen import Screen
from bot.safety.signals import Signals
from bot.safety.train import examples

DATA = Path(__file__).parents[1] / "data"
# What was reached when the figures in docs/safety.md were measured, less a little room; a change must not fall below.
ANY_RECALL = 0.97
CLASS_RECALL = 0.92
MOST_FALSE = {"ordinary": 0.01, "assistant": 0.01, "hard": 0.08}


def read(name: str) -> list[tuple[str, str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [(text, label.strip()) for text, _, label in (line.rpartition("\t") for line in lines if line.strip())]


@pytest.fixture(scope="module")
def screen() -> Screen:
    """With the vectors of all messages made at once, on every core."""
    texts = [text for name in ("safety.tsv", "not_safety.tsv") for text, _ in read(name)]
    shared_encoder().begin(parts(text, clauses) for text in dict.fromkeys(texts))
    return Screen(Signals(), ClassifierJudge(SafetyClassifier.load(), shared_encoder().encode_parts, clauses))


def test_the_held_out_messages_of_danger_are_found(screen: Screen) -> None:
    found = defaultdict(list)
    for text, outcomes in read("safety.tsv"):
        found[outcomes.split("|")[0]].append(screen.check(text) is not None)
    every = [hit for hits in found.values() for hit in hits]
    recall = {name: round(sum(hits) / len(hits), 3) for name, hits in found.items()}
    assert sum(every) / len(every) >= ANY_RECALL, recall
    assert min(recall.values()) >= CLASS_RECALL, recall


def test_the_held_out_harmless_messages_are_left_alone(screen: Screen) -> None:
    false = defaultdict(list)
    for text, kind in read("not_safety.tsv"):
        false[kind].append(screen.check(text) is not None)
    rates = {kind: sum(hits) / len(hits) for kind, hits in false.items()}
    assert all(rates[kind] <= most for kind, most in MOST_FALSE.items()), rates


def test_a_certain_signal_finds_no_harmless_message_of_the_training() -> None:
    signals, (texts, outcomes, _) = Signals(), examples()
    found = [signal.name for text, outcome in zip(texts, outcomes, strict=True) if outcome == NONE
             for signal in signals.check(text) if signal.certain]  # fmt: skip
    assert found == []
