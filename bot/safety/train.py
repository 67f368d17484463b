"""Makes the safety classifier's file from the messages in training/: `python -m bot.safety.train`, ten minutes.

The messages are ours, written for this; ordinary.yml holds ordinary questions from the FAQ's training examples,
copied so that an edit of the FAQ cannot change the screen. All texts are fitted, with weights for some of them, the
`centres` (Nystroem's method): the matrix to solve is 3 GB as it is.
"""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Sequence

import numpy as np
import scipy.linalg

from bot import plain_yaml
from bot.nlu.classifier import clauses
from bot.nlu.encoder import shared_encoder
from bot.safety.classifier import FILE, NONE, TRAINING, Encode, SafetyClassifier, closeness, fingerprint, forms_of
from bot.safety.features import counts, inverse_frequency, weighted
from bot.safety.screen import MOST_URGENT_FIRST

ORDINARY = "ordinary.yml"
RIDGE = 0.2
SPELLING = 0.6  # weight of the n-grams beside the vectors
ORDINARY_WEIGHT = 0.5  # there are more of them, and they are easier
WRAPPED = 2000  # messages of danger, and as many harmless ones, also learned among ordinary sentences
_LONG = 14  # words from which a harmless message is also learned clause by clause
_CHUNK = 2000
Row = tuple[str, str, bool]  # a text, its outcome, whether it is an ordinary question


def examples(folder: Path = TRAINING) -> tuple[list[str], list[str], list[bool]]:
    """(texts, outcomes, whether each is from ordinary.yml) of all training files."""
    texts: dict[str, tuple[str, bool]] = {}
    for path in sorted(folder.glob("*.yml")):
        written = plain_yaml.read(path.read_text(encoding="utf-8"))
        for line in written["examples"].splitlines():
            if line.strip():
                texts.setdefault(line.strip(), (written["outcome"], path.name == ORDINARY))
    return list(texts), [outcome for outcome, _ in texts.values()], [ordinary for _, ordinary in texts.values()]


def fit(texts: Sequence[str], outcomes: Sequence[str], ordinary: Sequence[bool], encode: Encode) -> SafetyClassifier:
    """Trains; the centres are all messages that are not from ordinary.yml."""
    labels = [NONE, *sorted(MOST_URGENT_FIRST)]
    centres = [text for text, plain in zip(texts, ordinary, strict=True) if not plain]
    groups, rows = learned(list(zip(texts, outcomes, ordinary, strict=True)))
    found = counts([text for text, _, _ in rows])
    rarity = inverse_frequency(found)
    spelled, spelled_centres = weighted(found, rarity), weighted(counts(centres), rarity)
    vectors, centre_vectors = np.concatenate(encode(groups)), np.concatenate(encode([[text] for text in centres]))
    target = np.full((len(rows), len(labels)), -1 / (len(labels) - 1), dtype=np.float32)
    target[np.arange(len(rows)), [labels.index(label) for _, label, _ in rows]] = 1
    weight = np.array([ORDINARY_WEIGHT if plain else 1.0 for _, _, plain in rows], dtype=np.float32)

    def kernel(at: slice) -> np.ndarray:
        near = closeness(vectors[at], centre_vectors)
        near += SPELLING * np.asarray((spelled[at] @ spelled_centres.T).todense())
        return near

    square = np.zeros((len(centres), len(centres)), order="F")
    right = np.zeros((len(centres), len(labels)))
    for start in range(0, len(rows), _CHUNK):
        at = slice(start, start + _CHUNK)
        near = kernel(at) * np.sqrt(weight[at, None])
        square += scipy.linalg.blas.ssyrk(1.0, near.T)  # the upper half, which is all that is used
        right += near.T @ (target[at] * np.sqrt(weight[at, None]))
    place = {text: i for i, (text, _, _) in enumerate(rows)}
    own = spelled[[place[text] for text in centres]]
    for start in range(0, len(centres), _CHUNK):
        at = slice(start, start + _CHUNK)
        among = closeness(centre_vectors[at], centre_vectors)
        among += SPELLING * np.asarray((own[at] @ spelled_centres.T).todense())
        square[at] += RIDGE * among
    square[np.diag_indices(len(centres))] += 5e-3
    weights = scipy.linalg.solve(square, right, assume_a="pos", overwrite_a=True)
    spelling = SPELLING * np.asarray(spelled_centres.T @ weights)
    return SafetyClassifier(labels, forms_of(centre_vectors, weights), spelling, rarity, fingerprint())


def learned(examples: Sequence[Row]) -> tuple[list[list[str]], list[Row]]:
    """Everything that is fitted: groups of a text and parts of it, for the encoder, and a row for each of them.

    Parts are learned as they are met: within their text.
    """
    groups = [[text, *(clauses(text) if outcome == NONE and len(text.split()) > _LONG else [])]
              for text, outcome, _ in examples]  # fmt: skip
    rows = [row for (text, *parts), row in zip(groups, examples, strict=True)
            for row in (row, *((part, NONE, True) for part in parts))]  # fmt: skip
    for sentences, at, outcome in wrapped(examples):
        groups.append([". ".join(sentences), *sentences])
        said = [outcome if place == at else NONE for place in range(len(sentences))]
        rows += [(text, its, True) for text, its in zip(groups[-1], [outcome, *said], strict=True)]
    return groups, rows


def wrapped(rows: Sequence[Row]) -> list[tuple[list[str], int, str]]:
    """Short messages of rows put between ordinary sentences: people come with a question and say it in passing.

    Each as (its sentences in order, which of them is the message, its outcome)."""
    chosen = random.Random(1)  # noqa: S311 - no secret: the same every time
    short = [row for row in rows if 3 <= len(row[0].split()) <= 25]
    around = [text for text, _, plain in short if plain and len(text.split()) >= 5]
    danger, harmless = [r for r in short if r[1] != NONE], [r for r in short if r[1] == NONE]
    made = []
    for text, label, _ in chosen.sample(danger, min(WRAPPED, len(danger))) + chosen.sample(
        harmless, min(WRAPPED, len(harmless))
    ):
        sentences = [sentence.rstrip(" .") for sentence in chosen.choices(around, k=chosen.choice((1, 1, 2)))]
        at = chosen.randrange(len(sentences) + 1)
        sentences.insert(at, text.rstrip(" ."))
        made.append((sentences, at, label))
    return made


def main() -> None:
    """Trains from training/ and writes classifier.npz."""
    started = time.monotonic()
    texts, outcomes, ordinary = examples()
    print(f"{len(texts)} messages, {sum(outcome != NONE for outcome in outcomes)} of them of danger ...", flush=True)
    fit(texts, outcomes, ordinary, shared_encoder().encode_parts).save()
    print(f"{FILE.name}: {FILE.stat().st_size / 1e6:.1f} MB, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
