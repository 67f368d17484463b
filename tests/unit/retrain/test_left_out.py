"""Leaving out by the closed form is what training without the example gives."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_matrix

from bot.nlu.classifier import CHARS, RIDGE, KernelClassifier, closeness
from bot.retrain.left_out import left_out, spread, while_training


def test_the_closed_form_is_the_training_without_the_example() -> None:
    random = np.random.default_rng(5)
    n, names = 40, ["a", "b", "c"]
    vectors = random.normal(size=(n, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    chars = np.abs(random.normal(size=(n, 64))).astype(np.float32)
    chars /= np.linalg.norm(chars, axis=1, keepdims=True)
    labels = [names[i % 3] for i in range(n)]
    kernel = closeness(vectors @ vectors.T) + CHARS * (chars @ chars.T)
    target = np.full((n, 3), -0.5)
    target[np.arange(n), [names.index(label) for label in labels]] = 1
    expected = []
    for i in range(n):
        rest = [j for j in range(n) if j != i]
        weights = np.linalg.solve(kernel[np.ix_(rest, rest)] + RIDGE * np.eye(n - 1), target[rest])
        expected.append(names[int((kernel[i, rest] @ weights).argmax())])
    whole = KernelClassifier(names, vectors, csc_matrix(chars), np.zeros(1), np.zeros((n, 3)))
    assert left_out(whole, labels, list(range(n))) == expected


def test_few_of_each_label_are_spread_over_its_examples() -> None:
    assert spread(["a", "b", "a", "a", "a", "b"], 2) == [0, 1, 3, 5]


def test_while_training_the_same_is_known_without_a_second_factorisation() -> None:
    random = np.random.default_rng(6)
    texts = [f"{word} {place} {number}" for word in ("cost", "place", "time") for place in ("here", "there")
             for number in range(5)]  # fmt: skip
    labels = [text.split()[0] for text in texts]
    vectors = random.normal(size=(len(texts), 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with while_training(4) as found:
        made = KernelClassifier.fit(texts, labels, vectors)
    rows = spread(labels, 4)
    assert [(one.text, one.label) for one in found] == [(texts[row], labels[row]) for row in rows]
    assert [one.got for one in found] == left_out(made, labels, rows)
    assert KernelClassifier.after_fit is None
