"""Each example as if it had not been trained: what would the classifier say?

Kernel ridge regression has this in closed form. With A = kernel + ridge and the weights W = A^-1 Y, the scores
of example i by a model trained without it are  Y_i - W_i / (A^-1)_ii;  one factorisation serves all examples, and
that of the training itself is at hand while training (`while_training`), so that nothing is fitted twice.
(The n-gram weights and the cut into clauses stay those of the whole training.)
"""

from __future__ import annotations

import contextlib
import io
import tarfile
import tempfile
from pathlib import Path
from typing import Any, Iterator, NamedTuple, Sequence

import numpy as np
import scipy.linalg

from bot.errors import BrokenFile
from bot.nlu.classifier import RIDGE, Fit, KernelClassifier, targets, upper_kernel

_FILE = "/classifier.npz"


class LeftOut(NamedTuple):
    """One example, its label, and the label it would get without itself."""

    text: str
    label: str
    got: str


@contextlib.contextmanager
def while_training(most: int) -> Iterator[list[LeftOut]]:
    """Fills the list when a classifier is trained inside: at most so many examples of each label."""
    found: list[LeftOut] = []

    def note(fit: Fit) -> None:
        rows = spread(fit.labels[: fit.variants], most)
        got = _without(fit.factor, fit.target, fit.weights, rows)
        found.extend(
            LeftOut(fit.texts[row], fit.labels[row], fit.names[best]) for row, best in zip(rows, got, strict=True)
        )

    KernelClassifier.after_fit = note
    try:
        yield found
    finally:
        KernelClassifier.after_fit = None


def classifier_of(model: Path) -> KernelClassifier:
    """The classifier inside a model file. Raises BrokenFile."""
    try:
        with tarfile.open(model) as archive:
            name = next(name for name in archive.getnames() if name.endswith(_FILE))
            member = archive.extractfile(name)
            data = member.read() if member else b""
    except (tarfile.TarError, StopIteration, OSError) as error:
        raise BrokenFile(model, "it holds no classifier; train again") from error
    with tempfile.NamedTemporaryFile(suffix=".npz") as file:
        file.write(io.BytesIO(data).getbuffer())
        file.flush()
        return KernelClassifier.load(Path(file.name))


def left_out(classifier: KernelClassifier, labels: Sequence[str], rows: Sequence[int]) -> list[str]:
    """The label that each of these examples (row numbers) would get. labels: of all n examples."""
    kernel = upper_kernel(np.ascontiguousarray(classifier.vectors), classifier.chars.tocsr())
    kernel[np.diag_indices(len(labels))] += RIDGE
    target = targets(labels, classifier.labels)
    factor = scipy.linalg.cholesky(kernel, overwrite_a=True, check_finite=False)
    weights = scipy.linalg.cho_solve((factor, False), target, check_finite=False)
    return [classifier.labels[best] for best in _without(factor, target, weights, rows)]


def spread(labels: Sequence[str], most: int) -> list[int]:
    """Row numbers, at most so many of each label, spread evenly over its examples."""
    places: dict[str, list[int]] = {}
    for row, label in enumerate(labels):
        places.setdefault(label, []).append(row)
    chosen = []
    for rows in places.values():
        step = max(1.0, len(rows) / most)
        chosen += [rows[int(i * step)] for i in range(min(most, len(rows)))]
    return sorted(chosen)


def _without(factor: Any, target: Any, weights: Any, rows: Sequence[int]) -> Any:
    """factor: upper, of A. The best column of each row's scores without itself."""
    units = np.zeros((len(target), len(rows)), dtype=np.float32, order="F")
    units[list(rows), np.arange(len(rows))] = 1
    halves = scipy.linalg.solve_triangular(factor, units, trans="T", overwrite_b=True, check_finite=False)
    own = (halves * halves).sum(axis=0)
    scores = target[list(rows)] - weights[list(rows)] / own[:, np.newaxis]
    return scores.argmax(axis=1)
