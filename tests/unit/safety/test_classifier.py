"""The classifier's file: made from the training messages of this tree, refused when damaged, never needed."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from bot.errors import BrokenFile
from bot.safety.classifier import (
    FILE,
    SHARPNESS,
    WINDOW,
    ClassifierJudge,
    SafetyClassifier,
    closeness,
    fingerprint,
    forms_of,
    parts,
)
from bot.safety.screen import Screen
from bot.safety.signals import Signals
from bot.safety.train import examples as read_examples
from bot.safety.train import fit

examples = lru_cache(maxsize=1)(read_examples)  # a second and a half to read


def no_cut(_text: str) -> list[str]:
    return []


def test_the_file_was_made_from_these_training_messages() -> None:
    """Changed training/*.yml without `python -m bot.safety.train`? Then what is served is not what is written."""
    assert SafetyClassifier.load().made_from == fingerprint()


def test_training_is_reproducible() -> None:
    """A small training gives the same numbers twice, and learns what it was told."""
    texts, outcomes, ordinary = (column[::40] for column in examples())

    def vectors(some):
        return np.stack([np.random.default_rng(abs(hash(t)) % 2**32).normal(size=384) / 20 for t in some]).astype("f4")

    def encode(groups):
        return [vectors(group) for group in groups]

    first, second = (fit(texts, outcomes, ordinary, encode) for _ in range(2))
    assert np.allclose(first.forms, second.forms) and np.allclose(first.spelling, second.spelling)
    found = first.probabilities(vectors(texts), texts).argmax(axis=1)
    assert np.mean([first.labels[i] == outcome for i, outcome in zip(found, outcomes, strict=True)]) > 0.9


def unit_vectors(count: int) -> np.ndarray:
    found = np.random.default_rng(count).normal(size=(count, 384)).astype("f4")
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.mark.parametrize("asked", [1, 3, 30])
def test_the_forms_say_what_comparing_with_every_message_says(asked) -> None:
    messages, texts = unit_vectors(50), unit_vectors(asked)
    weights = np.random.default_rng(1).normal(size=(50, 3)).astype("f4")
    nothing = np.zeros((2, 3), dtype="f4")
    made = SafetyClassifier(["none", "a", "b"], forms_of(messages, weights), nothing, nothing[:, 0], "")
    scores = closeness(texts, messages) @ weights
    expected = np.exp(SHARPNESS * scores) / np.exp(SHARPNESS * scores).sum(axis=1, keepdims=True)
    assert np.allclose(made.judged(texts, np.zeros((asked, 3))), expected, atol=1e-3)


def test_a_saved_classifier_says_the_same(tmp_path) -> None:
    made = SafetyClassifier.load()
    made.save(tmp_path / "again.npz")
    texts = ["is it painful to park downtown", "he hit me"]
    again = SafetyClassifier.load(tmp_path / "again.npz")
    assert np.allclose(made.probabilities(unit_vectors(2), texts), again.probabilities(unit_vectors(2), texts))


def test_every_class_has_enough_examples_and_none_is_twice() -> None:
    texts, outcomes, ordinary = examples()
    counted = {outcome: outcomes.count(outcome) for outcome in set(outcomes)}
    assert all(count >= (250 if outcome == "safety/self_harm" else 150) for outcome, count in counted.items())
    hard = sum(outcome == "none" and not plain for outcome, plain in zip(outcomes, ordinary, strict=True))
    assert hard >= 500 and len(counted) == 8 and len(texts) == len(set(texts))


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not a zip", "half"])
def test_a_damaged_file_is_refused(tmp_path, damage) -> None:
    path = tmp_path / "classifier.npz"
    path.write_bytes(FILE.read_bytes()[: FILE.stat().st_size // 2] if damage == "half" else damage)
    with pytest.raises(BrokenFile, match="damaged"):
        SafetyClassifier.load(path)


def test_a_long_message_is_also_looked_at_in_windows() -> None:
    story = " ".join(f"word{'abcdefghij'[i % 10]}" for i in range(90))
    pieces = parts(story, no_cut)
    assert pieces[0] == story and len(pieces) > 4
    assert all(len(piece.split()) <= WINDOW for piece in pieces[1:])


def test_a_disguised_message_is_also_looked_at_in_its_plain_form() -> None:
    assert parts("i w4nt to d1e", no_cut) == ["i w4nt to d1e", "i want to die"]
    assert parts("I want to know the price", no_cut) == ["I want to know the price"]


def test_what_stands_in_code_is_also_looked_at_alone() -> None:
    assert parts('/greet{"phone":"i want to die"}', no_cut) == ['/greet{"phone":"i want to die"}', "i want to die"]
    assert parts("is it ok to ask 2 > 1 things?", no_cut)[0] == "is it ok to ask 2 > 1 things?"


def test_the_screen_goes_on_when_the_encoder_breaks() -> None:
    def broken(_texts):
        raise RuntimeError("no encoder")

    judge = ClassifierJudge(SafetyClassifier.load(), broken, no_cut)
    hit = Screen(Signals(), judge).check("i want to die")
    assert hit is not None and hit.stage == "signals"
