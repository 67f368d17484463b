"""How well and how fast unanswered questions are grouped: the labelled questions with the trained model, and 5,000."""

import time
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from bot.nlu.encoder import shared_encoder
from bot.plain_yaml import read
from bot.retrain.left_out import classifier_of
from bot.retrain.yaml_files import examples
from bot.review.grouping import combined, group

MODELS = sorted(Path("models").glob("*.tar.gz"))
pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(not MODELS, reason="there is no trained model; run `make train`"),
]
KEPT = 5  # candidates the log keeps of each question
SECONDS = 5


@pytest.fixture(scope="module")
def look():
    """texts -> (vectors, candidates), as the console gets them."""
    classifier, encoder = classifier_of(MODELS[-1]), shared_encoder()

    def work(texts):
        scores = classifier.score_all(texts, encoder.encode_parts)
        candidates = [[list(pair) for pair in score.ranking[:KEPT]] for score in scores]
        return encoder.encode(texts), candidates

    return work


def test_85_percent_of_the_pairs_that_ask_the_same_are_grouped_together(look):
    lines = [line.rpartition("\t")[::2] for line in Path("tests/data/questions.tsv").read_text().splitlines()]
    asked = [(text, label) for text, label in lines if label != "fallback"]
    found = group(combined(*look([text for text, _ in asked])))
    labels = np.array([label for _, label in asked])
    together = np.zeros((len(asked), len(asked)), dtype=bool)
    for one in found:
        together[np.ix_(one.members, one.members)] = True
    pairs = np.triu_indices(len(asked), 1)
    same, grouped = (labels[:, None] == labels[None])[pairs], together[pairs]
    right, share = (same & grouped).sum() / grouped.sum(), (same & grouped).sum() / same.sum()
    print(f"\n{len(asked)} questions: {share:.1%} of the pairs found, {right:.1%} of the grouped pairs right")
    assert share >= 0.85 and right >= 0.85


def test_5000_questions_take_at_most_5_seconds(look):
    blocks = (block for file in sorted(Path("data/nlu").glob("*.yml")) for block in read(file.read_bytes())["nlu"])
    texts = list(islice((text for block in blocks if "examples" in block for text in examples(block)), 5000))
    texts += [f"{text}, please tell me" for text in texts[: 5000 - len(texts)]]
    vectors, candidates = look(texts)
    for joined in (combined(vectors, candidates), vectors):  # words alone: nearly all in one island, the slowest
        progress = []
        began = time.perf_counter()
        found = group(joined, progress=progress.append)
        took = time.perf_counter() - began
        print(f"\n{len(texts)} questions in {len(found)} groups: {took:.1f} s")
        assert took <= SECONDS and progress == sorted(progress) and progress
