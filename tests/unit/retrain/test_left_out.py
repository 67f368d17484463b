"""Leaving out by the closed form is what training without the example gives."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_matrix

from bot.nlu.classifier import CHARS, RIDGE, KernelClassifier, closeness
from bot.retrain.left_out import left_out, spread


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
