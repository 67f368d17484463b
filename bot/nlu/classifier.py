"""The intent classifier: kernel ridge regression over sentence vectors and character n-grams.

Why this and not logistic regression: right on 93.5 % instead of 84.8 % of the blind tuning questions in
one run (docs/decisions.md).
A text is compared with every training example; the kernel is
    exp(-2 * GAMMA * (1 - cosine of the sentence vectors)) + CHARS * cosine of the char n-grams
so meaning decides, and shared spelling helps with typos and rare words. The model is plain arrays.

A long message (a story, the question last) is also cut into clauses; its probabilities are those of the
whole message, weighed with the mean of its clauses'.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, ClassVar, Optional, Sequence

import numpy as np
import scipy.linalg
from scipy.sparse import csc_matrix, csr_matrix, diags
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize

from bot.errors import BrokenFile, ModelUnusable

GAMMA = 1.5  # these five: best on the tuning questions (benchmarks/tuning.tsv)
CHARS = 0.3
RIDGE = 0.1
SHARPNESS = 18.0
CLAUSES = 0.3  # what a long message's clauses weigh beside the whole
COMMON = 0.05  # n-grams in more examples than this say nothing and cost nine tenths of the time (docs/decisions.md)
_HASHES = 2**16
_FORMAT = 2

_CUT = re.compile(
    r"[.?!;\n]+\s*|,?\s+(?:but|so|and)\s+(?=(?:i|we|he|she|my|what|how|is|are|do|does|can|will|would)\b)"
)
_ngrams = HashingVectorizer(
    analyzer="char_wb", ngram_range=(3, 5), n_features=_HASHES, alternate_sign=False, norm=None
)

_AT_ONCE = 256  # texts; a kernel of so many rows is 13 MB
Encode = Callable[[Sequence[str]], np.ndarray]


@dataclass(frozen=True)
class Scores:
    """What one text looks like: outcome ids with probabilities (best first), and how near the
    nearest training example is (cosine, -1 to 1)."""

    ranking: list[tuple[str, float]]
    nearest: float

    @property
    def confidence(self) -> float:
        """Probability x nearness: separates out-of-scope texts better than probability alone."""
        return self.ranking[0][1] * max(self.nearest, 0.0)


def clauses(text: str) -> list[str]:
    """The clauses of three words or more of a text that has more than one; else none."""
    parts = [part.strip() for part in _CUT.split(text) if part and part.strip()]
    return [part for part in parts if len(part.split()) >= 3] if len(parts) > 1 else []


@dataclass(frozen=True)
class Fit:
    """What a training leaves behind: its examples, the Cholesky factor of kernel + ridge (upper), targets, weights."""

    texts: Sequence[str]
    labels: Sequence[str]
    names: Sequence[str]
    factor: np.ndarray
    target: np.ndarray
    weights: np.ndarray


@dataclass
class KernelClassifier:
    """labels [K]; vectors float32 [n, 384]; chars csc [n, 2**16], unit rows; weights [n, K];
    idf [2**16], 0 where an n-gram is too common."""

    labels: list[str]
    vectors: np.ndarray
    chars: csc_matrix
    idf: np.ndarray
    weights: np.ndarray
    after_fit: ClassVar[Optional[Callable[[Fit], None]]] = None  # who wants to know more of a training: left_out.py

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[str], vectors: np.ndarray) -> KernelClassifier:
        """Trains on n texts with their labels and unit vectors [n, 384]. Raises ModelUnusable on too little."""
        names = sorted(set(labels))
        if len(names) < 2:
            raise ModelUnusable("Training needs examples of at least two intents in data/nlu.")
        n = len(texts)
        counts = _damped(_ngrams.transform(texts))
        seen_in = np.bincount(counts.indices, minlength=_HASHES)
        idf = np.where(seen_in <= max(1, COMMON * n), np.log((1 + n) / (1 + seen_in)) + 1, 0)
        chars = normalize(_weighted(counts, idf)).astype(np.float32)
        index = {name: i for i, name in enumerate(names)}
        target = np.full((n, len(names)), -1 / (len(names) - 1), dtype=np.float32)
        target[np.arange(n), [index[label] for label in labels]] = 1
        kernel = closeness(vectors @ vectors.T)
        kernel += CHARS * (chars @ chars.T).toarray()
        kernel[np.diag_indices(n)] += RIDGE
        halves = scipy.linalg.cho_factor(kernel, overwrite_a=True, check_finite=False)
        weights = scipy.linalg.cho_solve(halves, target, check_finite=False)
        if cls.after_fit is not None:
            cls.after_fit(Fit(texts, labels, names, halves[0], target, weights))
        return cls(names, vectors.astype(np.float32), chars.tocsc(), idf, weights.astype(np.float32))

    def score(self, text: str, encode: Encode) -> Scores:
        """Probabilities of one text over all labels."""
        return self.score_all([text], encode)[0]

    def score_all(self, texts: Sequence[str], encode: Encode) -> list[Scores]:
        """The same for many texts, several times as fast as one by one."""
        groups = [[text, *clauses(text)] for text in texts]
        probabilities, nearest = self._probabilities([part for group in groups for part in group], encode)
        found, start = [], 0
        for group in groups:
            mine = slice(start, start + len(group))
            mean = probabilities[start]
            if len(group) > 1:
                mean = (1 - CLAUSES) * mean + CLAUSES * probabilities[mine][1:].mean(axis=0)
            ranking = [(self.labels[i], float(mean[i])) for i in np.argsort(-mean)]
            found.append(Scores(ranking, float(nearest[mine].max())))
            start += len(group)
        return found

    def _probabilities(self, texts: list[str], encode: Encode) -> tuple[np.ndarray, np.ndarray]:
        vectors = encode(texts)
        grams = normalize(_weighted(_damped(_ngrams.transform(texts)), self.idf)).astype(np.float32)
        shares, nearest = [], []
        for start in range(0, len(texts), _AT_ONCE):
            cosines = vectors[start : start + _AT_ONCE] @ self.vectors.T
            kernel = closeness(cosines)
            kernel += CHARS * np.stack([self._shared_spelling(row) for row in grams[start : start + _AT_ONCE]])
            scores = SHARPNESS * (kernel @ self.weights)
            exps = np.exp(scores - scores.max(axis=1, keepdims=True))
            shares.append(exps / exps.sum(axis=1, keepdims=True))
            nearest.append(cosines.max(axis=1))
        return np.concatenate(shares), np.concatenate(nearest)

    def _shared_spelling(self, row: csr_matrix) -> np.ndarray:
        # Only the columns of the text's own n-grams are touched: 0.3 ms instead of 3.
        found: np.ndarray = self.chars[:, row.indices] @ row.data
        return found

    def save(self, path: Path) -> None:
        """Writes plain arrays; half precision halves the file, and changes no ranking measured."""
        np.savez(
            path,
            format=np.array(_FORMAT),
            labels=np.array(self.labels),
            vectors=self.vectors.astype(np.float16),
            weights=self.weights.astype(np.float16),
            idf=self.idf.astype(np.float32),
            data=self.chars.data.astype(np.float16),
            indices=self.chars.indices.astype(np.int32),
            indptr=self.chars.indptr.astype(np.int32),
        )

    @classmethod
    def load(cls, path: Path) -> KernelClassifier:
        """Reads what save wrote, without pickle. Raises BrokenFile on anything else."""
        try:
            with np.load(path, allow_pickle=False) as file:
                if int(file["format"]) != _FORMAT:
                    raise ValueError("format")
                n = len(file["vectors"])
                chars = csc_matrix(
                    (file["data"].astype(np.float32), file["indices"], file["indptr"]), shape=(n, _HASHES)
                )
                made = cls(
                    [str(label) for label in file["labels"]],
                    file["vectors"].astype(np.float32),
                    chars,
                    file["idf"],
                    file["weights"].astype(np.float32),
                )
            if n == 0 or made.weights.shape != (n, len(made.labels)) or not np.isfinite(made.weights).all():
                raise ValueError("shape")
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise BrokenFile(path, "it is damaged or of another version; train again with `make train`") from error
        return made


def closeness(cosines: np.ndarray) -> np.ndarray:
    """The part of the kernel that comes from meaning, of any matrix of cosines."""
    near: np.ndarray = cosines.astype(np.float32)  # a copy: the work is done in place, a kernel is 400 MB
    near -= 1
    near *= 2 * GAMMA
    np.exp(near, out=near)
    return near


def _weighted(counts: csr_matrix, idf: np.ndarray) -> csr_matrix:
    found = csr_matrix(counts @ diags(idf))
    found.eliminate_zeros()
    return found


def _damped(counts: csr_matrix) -> csr_matrix:
    counts.data = 1 + np.log(counts.data)
    return counts
