"""The sentence encoder: one run a message, parts of it included; what is known is not run again."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.encoder import MODEL, SentenceEncoder, shared_encoder, shipped_vectors
from bot.nlu.vectors import VectorFile, ship
from scripts.encoder.ship_vectors import texts

STORY = "my wife is unsure about it. do we both have to come to the first session?"
QUESTION = "do we both have to come to the first session?"


def alone(text: str) -> np.ndarray:
    return shared_encoder().encode([text])[0]


def test_a_text_has_the_same_vector_with_and_without_parts():
    assert np.allclose(shared_encoder().encode_parts([[STORY, QUESTION]])[0][0], alone(STORY))


def test_a_part_is_understood_within_its_text():
    whole, part = shared_encoder().encode_parts([[STORY, QUESTION]])[0]
    assert 0.7 < part @ alone(QUESTION) < 0.9999
    assert part @ alone(QUESTION) > whole @ alone(QUESTION)  # of the question it says more than the whole does


def test_what_does_not_stand_in_the_text_is_encoded_by_itself():
    found = shared_encoder().encode_parts([["i w4nt to d1e", "i want to die"]])[0]
    assert np.allclose(found[1], alone("i want to die"))


def test_every_vector_has_length_one_also_of_nothing():
    found = np.concatenate(shared_encoder().encode_parts([["", ""], ["?", "?"], ["\u200b"], ["a " * 600, "a a"]]))
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_a_message_with_its_parts_is_run_once(monkeypatch):
    encoder, runs = SentenceEncoder(), []

    class Counted:
        def run(self, *given):
            runs.append(given)
            return session.run(*given)

    session = encoder._session
    monkeypatch.setattr(encoder, "_session", Counted())
    encoder.encode_parts([[STORY, QUESTION]])
    encoder.encode_parts([[STORY, QUESTION, "my wife is unsure about it"]])
    encoder.encode([STORY])
    assert len(runs) == 1


def test_what_was_begun_is_not_run_again(tmp_path):
    encoder = SentenceEncoder()
    encoder.remember(tmp_path)
    encoder.begin([[STORY, QUESTION], ["a fee nobody knows"]])
    list(encoder.done())
    begun = encoder.encode_parts([[STORY, QUESTION]])[0]
    encoder.keep()
    encoder._session = None  # whatever is run now fails
    encoder._latest.clear()
    encoder.remember(tmp_path)
    assert np.allclose(encoder.encode_parts([[STORY, QUESTION]])[0], begun)
    assert encoder.encode(["a fee nobody knows"]).shape == (1, 384)


def test_the_examples_vectors_come_with_the_encoder():
    """Else a first training takes twice as long: make them again with `python -m scripts.encoder.ship_vectors`."""
    file, wanted = VectorFile(shipped_vectors().with_name("none.npz"), shipped_vectors()), texts()
    known = [text for text in wanted if file.get(text) is not None]
    assert len(known) >= 0.95 * len(wanted)
    for text in known[:: len(known) // 20]:
        assert file.get(text) @ alone(text) > 0.999


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04half"])
def test_shipped_vectors_that_are_missing_or_damaged_count_as_none(tmp_path, content):
    path = tmp_path / "shipped.npz"
    if content is not None:
        path.write_bytes(content)
    assert VectorFile(tmp_path / "own.npz", path).get("hello") is None


def test_shipped_vectors_are_read_as_they_were_written(tmp_path):
    ship(tmp_path / "shipped.npz", ["hello"], alone("hello")[None])
    found = VectorFile(tmp_path / "own.npz", tmp_path / "shipped.npz").get("hello")
    assert found @ alone("hello") > 0.999 and abs(np.linalg.norm(found) - 1) < 1e-5


def test_the_file_is_named_after_the_encoder_that_made_it():
    assert MODEL.endswith(".onnx") and shipped_vectors().exists()
