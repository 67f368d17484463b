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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, ClassVar, Optional, Sequence

import numpy as np
import scipy.linalg
from scipy.sparse import csc_matrix, csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer

from bot.errors import BrokenFile, ModelUnusable
from bot.nlu.threads import computing, one_thread_each

GAMMA = 1.5  # these five: best on the tuning questions (benchmarks/tuning.tsv)
CHARS = 0.3
RIDGE = 0.1
SHARPNESS = 18.0
CLAUSES = 0.3  # what a long message's clauses weigh beside the whole
SMALL = 0.7  # how far an intent with few examples is raised to the weight of the usual one (benchmarks/left_out.md)
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
_FEW = 8  # rows; OpenBLAS takes twice as long over a few rows together as over one after the other
_SLICE = 2**20  # numbers of a matrix, 4 MB
Groups = Sequence[Sequence[str]]  # of each a text, then parts of it
Encode = Callable[[Groups], list[np.ndarray]]  # for each group its unit vectors [len(group), 384]


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
    """What a training leaves behind: its examples (the first `variants` of them are asked, the others taught), the
    Cholesky factor of kernel + ridge (upper), targets, weights."""

    variants: int
    texts: Sequence[str]
    labels: Sequence[str]
    names: Sequence[str]
    factor: np.ndarray
    target: np.ndarray
    weights: np.ndarray


@dataclass
class KernelClassifier:
    """labels [K]; vectors float32 [n, 384]; chars csc [n, 2**16], unit rows; weights [n, K];
    idf [2**16], 0 where an n-gram is too common; spelling [2**16, K]: what each n-gram says for each label."""

    labels: list[str]
    vectors: np.ndarray
    chars: csc_matrix
    idf: np.ndarray
    weights: np.ndarray
    spelling: np.ndarray = field(init=False, repr=False)
    after_fit: ClassVar[Optional[Callable[[Fit], None]]] = None  # who wants to know more of a training: left_out.py

    def __post_init__(self) -> None:
        self.vectors = np.asfortranarray(self.vectors)  # so that vector @ vectors.T reads the memory in its order
        # (a text's n-grams @ chars.T) @ weights, with the second product done once: 0.01 ms a message instead of 2
        self.spelling = (CHARS * self.chars.T) @ self.weights

    @classmethod
    def fit(
        cls, texts: Sequence[str], labels: Sequence[str], vectors: np.ndarray, variants: Optional[int] = None
    ) -> KernelClassifier:
        """Trains on n texts with their labels and unit vectors [n, 384]. variants: how many of them are asked (all,
        without), the rest are taught (answers.py). Raises ModelUnusable on too little."""
        names = sorted(set(labels))
        if len(names) < 2:
            raise ModelUnusable("Training needs examples of at least two intents in data/nlu.")
        n = len(texts)
        chars, idf = ngram_vectors(texts)
        target = targets(labels, names)
        kernel = upper_kernel(vectors, chars)
        kernel[np.diag_indices(n)] += RIDGE
        halves = scipy.linalg.cho_factor(kernel, overwrite_a=True, check_finite=False)
        weights = scipy.linalg.cho_solve(halves, target, check_finite=False)
        if cls.after_fit is not None:
            cls.after_fit(Fit(n if variants is None else variants, texts, labels, names, halves[0], target, weights))
        return cls(names, vectors.astype(np.float32), chars.tocsc(), idf, weights.astype(np.float32))

    def score(self, text: str, encode: Encode) -> Scores:
        """Probabilities of one text over all labels."""
        return self.score_all([text], encode)[0]

    def score_all(self, texts: Sequence[str], encode: Encode) -> list[Scores]:
        """The same for many texts, several times as fast as one by one."""
        groups = [[text, *clauses(text)] for text in texts]
        vectors = np.concatenate(encode(groups))
        probabilities, nearest = self._probabilities([part for group in groups for part in group], vectors)
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

    def _probabilities(self, texts: list[str], vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        grams = ngram_vectors(texts, self.idf)[0]
        shares, nearest = [], []
        for start in range(0, len(texts), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            cosines = product(vectors[some], self.vectors.T)
            spelled = (grams if len(texts) <= _AT_ONCE else grams[some]) @ self.spelling  # a slice costs 0.3 ms
            scores = SHARPNESS * (product(closeness(cosines), self.weights) + spelled)
            exps = np.exp(scores - scores.max(axis=1, keepdims=True))
            shares.append(exps / exps.sum(axis=1, keepdims=True))
            nearest.append(cosines.max(axis=1, initial=-1))
        return np.concatenate(shares), np.concatenate(nearest)

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


def targets(labels: Sequence[str], names: Sequence[str]) -> np.ndarray:
    """What is learnt, float32 [n, K]: 1 for an example's own intent, a little less than 0 for the others.

    An intent with fewer examples than the usual one reaches fewer texts; so each of them counts for more.
    """
    index = {name: i for i, name in enumerate(names)}
    columns = np.array([index[label] for label in labels])
    sizes = np.bincount(columns, minlength=len(names))
    raised = np.maximum(1.0, (np.median(sizes[sizes > 0]) / np.maximum(sizes, 1)) ** SMALL)
    target = np.full((len(labels), len(names)), -1 / (len(names) - 1), dtype=np.float32)
    target[np.arange(len(labels)), columns] = raised[columns]
    return target


def ngram_vectors(texts: Sequence[str], idf: Optional[np.ndarray] = None) -> tuple[csr_matrix, np.ndarray]:
    """Unit rows of weighted character n-grams [n, 2**16], and the weights; idf: those of the training, else made."""
    counts = _damped(_ngrams.transform(texts))
    if idf is None:
        n, seen_in = len(texts), np.bincount(counts.indices, minlength=_HASHES)
        idf = np.where(seen_in <= max(1, COMMON * n), np.log((1 + n) / (1 + seen_in)) + 1, 0)
    return _unit_rows(counts, idf), idf


def closeness(cosines: np.ndarray) -> np.ndarray:
    """The part of the kernel that comes from meaning, of any matrix of cosines."""
    near: np.ndarray = cosines.astype(np.float32)  # a copy: the work is done in place, a kernel is 400 MB
    near -= 1
    near *= 2 * GAMMA
    np.exp(near, out=near)
    return near


def upper_kernel(vectors: np.ndarray, chars: csr_matrix) -> np.ndarray:
    """The kernel of all texts with one another, Fortran order, right in the upper triangle alone: all that is used."""
    n = len(vectors)
    below = np.zeros((n, n), dtype=np.float32)

    def fill(start: int) -> None:
        end = min(start + _AT_ONCE, n)
        below[start:end, :end] = closeness(vectors[start:end] @ vectors[:end].T)
        below[start:end, :end] += CHARS * (chars[start:end] @ chars[:end].T).toarray()

    with one_thread_each():
        list(computing.map(fill, range(0, n, _AT_ONCE)))
    return below.T


def product(rows: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """rows @ matrix; few rows take their turns at each slice of the matrix, while it is in the processor's cache."""
    if len(rows) > _FEW:
        return np.matmul(rows, matrix)  # type: ignore[no-any-return]
    step = max(1, _SLICE // matrix.shape[1])
    found = np.zeros((len(rows), matrix.shape[1]), dtype=np.float32)
    for start in range(0, len(matrix), step):
        its = matrix[start : start + step]
        for row, sums in zip(rows[:, start : start + step], found, strict=True):
            sums += row @ its
    return found


def _unit_rows(counts: csr_matrix, idf: np.ndarray) -> csr_matrix:
    """Counts by rarity, float32, every row of length one.

    Done on the stored numbers alone: scipy's product and sklearn's normalize take 1.4 ms a message.
    """
    data = counts.data * idf[counts.indices]
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    length = np.sqrt(np.bincount(row, data**2, minlength=counts.shape[0]))
    length[length == 0] = 1
    unit = (data / length[row]).astype(np.float32)
    found = csr_matrix((unit, counts.indices, counts.indptr), shape=counts.shape)
    found.eliminate_zeros()
    return found


def _damped(counts: csr_matrix) -> csr_matrix:
    counts.data = 1 + np.log(counts.data)
    return counts
