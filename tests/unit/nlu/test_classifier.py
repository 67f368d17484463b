"""The intent classifier: plain arrays, refused when damaged, and clauses of long messages."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BrokenFile, ModelUnusable
from bot.nlu.classifier import KernelClassifier, clauses, product
from bot.nlu.encoder import MODEL, SentenceEncoder, shared_encoder

TEXTS = ["how much is it", "what are your fees", "where are you", "what is the address"]
LABELS = ["faq/cost", "faq/cost", "faq/location", "faq/location"]


@pytest.fixture(scope="module")
def model():
    return KernelClassifier.fit(TEXTS, LABELS, shared_encoder().encode(TEXTS))


def test_what_was_not_trained_is_understood_by_its_meaning(model):
    assert model.score("what does a session cost", shared_encoder().encode_parts).ranking[0][0] == "faq/cost"


def test_an_unrelated_text_gets_little_confidence(model):
    encode = shared_encoder().encode_parts
    assert model.score("purple elephants", encode).confidence < model.score("fees", encode).confidence


def test_a_saved_model_answers_the_same(model, tmp_path):
    path = tmp_path / "model.npz"
    model.save(path)
    again = KernelClassifier.load(path).score("fees?", shared_encoder().encode_parts)
    assert again.confidence == pytest.approx(model.score("fees?", shared_encoder().encode_parts).confidence, abs=0.01)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04half"])
def test_a_damaged_model_is_refused(tmp_path, content):
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    with pytest.raises(BrokenFile):
        KernelClassifier.load(path)


def test_a_missing_model_is_refused(tmp_path):
    with pytest.raises(BrokenFile):
        KernelClassifier.load(tmp_path / "model.npz")


def test_one_intent_is_not_enough_to_train():
    with pytest.raises(ModelUnusable):
        KernelClassifier.fit(["a"], ["x"], np.ones((1, 384), dtype=np.float32))


def test_a_story_is_cut_and_a_short_question_is_not():
    assert clauses("how much is it?") == []
    assert "do we both have to come" in clauses("my wife is unsure. do we both have to come?")


def test_an_encoder_file_that_is_not_ours_is_refused(tmp_path):
    (tmp_path / MODEL).write_bytes(b"other")
    with pytest.raises(BrokenFile):
        SentenceEncoder(tmp_path)


@pytest.mark.parametrize("rows", [1, 3, 20])
@pytest.mark.parametrize("shape", [(384, 5000), (5000, 70)])
def test_a_product_in_slices_is_the_product(rows, shape):
    made = np.random.default_rng(1)
    left, matrix = made.normal(size=(rows, shape[0])).astype("f4"), made.normal(size=shape).astype("f4")
    assert np.allclose(product(left, matrix), left @ matrix, atol=1e-3)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gets_probabilities_that_sum_to_one(model, text):
    scores = model.score(text, shared_encoder().encode_parts)
    assert sum(p for _, p in scores.ranking) == pytest.approx(1, abs=1e-3)
