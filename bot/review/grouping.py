"""Groups questions by meaning: average linkage over the cosine of their vectors. No I/O.

A question's vector is what the encoder says, together with the candidates the classifier saw: two wordings that share
few words still lean to the same answers. Average linkage asks that a group is alike on the whole, so one odd wording
does not chain two subjects together, and two questions are a group already. Measured: docs/console.md
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Sequence

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform

ALIKE = 0.5  # mean cosine within a group
LEANING = 0.7  # how much the candidates count beside the words
AT_ONCE = 6000  # average linkage takes memory by the square; more are put to the groups that are there already


@dataclass(frozen=True)
class Group:
    """Indices into what was given; `central` is the one nearest to all others."""

    members: tuple[int, ...]
    central: int


def combined(vectors: Any, leanings: Sequence[Sequence[Sequence[Any]]]) -> Any:
    """Words and candidates as one unit vector, float32 [n, d + candidates].

    vectors: unit, [n, d]. leanings: for each question [outcome id, probability] pairs, maybe none.
    """
    names = {name: at for at, name in enumerate(sorted({name for each in leanings for name, _ in each}))}
    candidates = np.zeros((len(vectors), len(names)), dtype=np.float32)
    for row, each in enumerate(leanings):
        total = sum(max(float(p), 0.0) for _, p in each)
        for name, probability in each if total else ():
            candidates[row, names[name]] = np.sqrt(max(float(probability), 0.0) / total)
    joined = np.hstack([np.sqrt(1 - LEANING) * np.asarray(vectors, dtype=np.float32), np.sqrt(LEANING) * candidates])
    return joined / np.maximum(np.linalg.norm(joined, axis=1, keepdims=True), 1e-9)


def group(vectors: Any, alike: float = ALIKE, progress: Callable[[float], None] = lambda _: None) -> list[Group]:
    """vectors: unit, float32 [n, d]. Groups of two or more, the largest first."""
    if len(vectors) < 2:
        return []
    vectors = np.asarray(vectors, dtype=np.float32)
    progress(0.1)
    labels = _linked(vectors[:AT_ONCE], alike)
    progress(0.8)
    if len(vectors) > AT_ONCE:
        labels = np.concatenate([labels, _nearest(vectors[:AT_ONCE], labels, vectors[AT_ONCE:], alike)])
    return sorted(_groups(vectors, labels), key=lambda found: -len(found.members))


def near(vectors: Any, known: Any, alike: float) -> Any:
    """For each vector the index of the nearest known one, -1 when none is alike. int [n]."""
    if not len(vectors) or not len(known):
        return np.full(len(vectors), -1)
    cosines = np.asarray(vectors) @ np.asarray(known).T
    best = cosines.argmax(axis=1)
    return np.where(cosines[np.arange(len(best)), best] >= alike, best, -1)


def _linked(vectors: Any, alike: float) -> Any:
    """Labels by average linkage, worked out island by island: a group whose mean is alike holds a pair that is, so no
    group reaches beyond the questions that are joined by such pairs."""
    cosines = vectors @ vectors.T
    count, island = connected_components(csr_matrix(cosines >= alike), directed=False)
    labels, used = np.zeros(len(vectors), dtype=int), 0
    order = np.argsort(island, kind="stable")
    for members in np.split(order, np.cumsum(np.bincount(island, minlength=count))[:-1]):
        if len(members) > 1:
            inside = squareform(np.clip(1 - cosines[np.ix_(members, members)], 0, 2), checks=False)
            labels[members] = used + fcluster(linkage(inside, "average"), 1 - alike, "distance")
        else:
            labels[members] = used + 1
        used = labels[members].max()
    return labels


def _nearest(head: Any, labels: Any, tail: Any, alike: float) -> Any:
    names = np.unique(labels)
    means = np.stack([head[labels == name].mean(axis=0) for name in names])
    best = near(tail, means, alike)
    alone = labels.max() + 1 + np.arange(len(tail))
    return np.where(best >= 0, names[best], alone)


def _groups(vectors: Any, labels: Any) -> list[Group]:
    order = np.argsort(labels, kind="stable")
    found = []
    for members in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1):
        if len(members) > 1:
            inside = vectors[members]
            central = members[(inside @ inside.mean(axis=0)).argmax()]
            found.append(Group(tuple(int(one) for one in members), int(central)))
    return found
