"""The screen's second stage: kernel ridge regression over sentence vectors, plus linear weights on n-grams.

A text is compared with twenty thousand training messages; the score of each class is
    sum over them of ((1 + cosine) / 2) ** 2 * their weight  +  the n-grams' weights
so meaning decides, and words and spelling help. With this kernel the sum is a quadratic form of the text's vector,
made once: what a text costs does not grow with the messages. The most alarming part of a message counts: the whole,
each clause, and windows of long clauses, because the one sentence that matters may stand in the middle of a story.
The file holds plain arrays and the hash of the training messages; `python -m bot.safety.train` makes it.
"""

from __future__ import annotations

import hashlib
import math
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Sequence

import numpy as np

from bot.errors import BrokenFile
from bot.safety.features import SIZE, counts, weighted
from bot.safety.normalise import normalise
from bot.safety.screen import Judgement

FILE = Path(__file__).with_name("classifier.npz")
TRAINING = Path(__file__).with_name("training")
NONE = "none"
SHARPNESS = 6.0
WHOLE = 0.30  # probability of danger from which a whole message is a hit
SHORT, SHORT_WHOLE = 4, 0.48  # so few words say little: they need more
PART, AND_WHOLE = 0.80, 0.15  # a clause or window says less of what is meant: it needs more, and a little of the whole
ALONE = 0.90  # from here a part is a hit whatever the whole looks like
ONE_WORD = 0.95  # "goodnight", "/restart": a word alone says little (a signal needs no classifier's consent)
WINDOW, STEP = 24, 14  # words
MOST_PARTS = 40  # a message of 1,000 characters has about ten
_FORMAT = 2
_FEW = 10
_MARKUP = re.compile(r"[{}<>\[\]\"|]+")  # code around words: what was said stands between
_WORD = re.compile(r"\S+")
_NOT_LETTERS = re.compile(r"[^a-z ]+")

Encode = Callable[[Sequence[Sequence[str]]], list[np.ndarray]]  # groups of a text and its parts -> vectors of each
Cut = Callable[[str], list[str]]


@dataclass
class SafetyClassifier:
    """labels [K], "none" first; forms float32 [385, K, 385]: of each class, over a vector with a 1 at its end;
    spelling [SIZE, K]; rarity [SIZE]."""

    labels: list[str]
    forms: np.ndarray
    spelling: np.ndarray
    rarity: np.ndarray
    made_from: str

    def probabilities(self, vectors: np.ndarray, texts: Sequence[str]) -> np.ndarray:
        """[n, K] for n texts and their unit vectors [n, 384]."""
        return self.judged(vectors, self.spelled(texts))

    def spelled(self, texts: Sequence[str]) -> np.ndarray:
        """What the n-grams of n texts say, [n, K]."""
        found: np.ndarray = weighted(counts(texts), self.rarity) @ self.spelling
        return found

    def judged(self, vectors: np.ndarray, spelled: np.ndarray) -> np.ndarray:
        """Probabilities [n, K] from n texts' unit vectors [n, 384] and what their n-grams say."""
        ended = with_one(vectors)
        size = ended.shape[1]
        flat = self.forms.reshape(size, -1)
        # a few rows are faster one by one: OpenBLAS first copies the whole matrix for two
        halves = np.stack([row @ flat for row in ended]) if len(ended) <= _FEW else ended @ flat
        scores = np.matmul(halves.reshape(len(ended), -1, size), ended[:, :, None])[:, :, 0] + spelled
        powers = np.exp(SHARPNESS * (scores - scores.max(axis=1, keepdims=True)))
        found: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
        return found

    def save(self, path: Path = FILE) -> None:
        """Writes plain arrays, half of each symmetric form, in half precision."""
        upper = np.triu_indices(self.forms.shape[0])
        np.savez_compressed(
            path,
            format=np.array(_FORMAT),
            labels=np.array(self.labels),
            forms=self.forms.transpose(1, 0, 2)[:, upper[0], upper[1]].astype(np.float16),
            spelling=self.spelling.astype(np.float16),
            rarity=self.rarity.astype(np.float16),
            made_from=np.array(self.made_from),
        )

    @classmethod
    def load(cls, path: Path = FILE) -> SafetyClassifier:
        """Reads what save wrote, without pickle. Raises BrokenFile on anything else."""
        try:
            with np.load(path, allow_pickle=False) as file:
                if int(file["format"]) != _FORMAT:
                    raise ValueError("format")
                made = cls(
                    [str(label) for label in file["labels"]],
                    _whole(file["forms"].astype(np.float32)),
                    file["spelling"].astype(np.float32),
                    file["rarity"].astype(np.float32),
                    str(file["made_from"]),
                )
            shapes = made.forms.shape[1] == len(made.labels), len(made.spelling) == SIZE
            if made.labels[0] != NONE or not all(shapes) or not np.isfinite(made.forms).all():
                raise ValueError("shape")
        except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile) as error:
            raise BrokenFile(path, "it is damaged; restore it, or run `python -m bot.safety.train`") from error
        return made


def with_one(vectors: np.ndarray) -> np.ndarray:
    """[n, 385]: a 1 at the end of each vector: one form then holds the square, the line and the constant."""
    return np.concatenate([vectors, np.ones((len(vectors), 1), dtype=np.float32)], axis=1)


def closeness(vectors: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The kernel of unit vectors [n, 384] with others [m, 384]: ((1 + cosine) / 2) ** 2, float32 [n, m]."""
    near: np.ndarray = ((1 + vectors @ others.T) / 2) ** 2
    return near


def forms_of(vectors: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The forms [385, K, 385] of the sums over vectors [m, 384] of closeness * weights [m, K]."""
    ended = with_one(vectors)
    made = [(ended * its[:, None]).T @ ended / 4 for its in weights.T.astype(np.float32)]
    return np.ascontiguousarray(np.stack(made, axis=1))


def _whole(upper: np.ndarray) -> np.ndarray:
    size = int(math.sqrt(2 * upper.shape[1]))  # a triangle with its diagonal has size * (size + 1) / 2 numbers
    row, column = np.triu_indices(size)
    forms = np.zeros((size, len(upper), size), dtype=np.float32)
    forms[row, :, column] = forms[column, :, row] = upper.T
    return forms


class ClassifierJudge:
    """The classifier with the process's encoder and the cut into clauses the intent classifier also uses, so that
    the vectors are made once."""

    def __init__(self, classifier: SafetyClassifier, encode: Encode, cut: Cut) -> None:
        self._classifier, self._encode, self._cut = classifier, encode, cut
        self._beside = ThreadPoolExecutor(2, thread_name_prefix="screen-spelling")

    def judge(self, text: str) -> Judgement:
        """Judges one raw text by its parts. Spelling is looked at beside: encoding leaves Python free."""
        pieces = parts(text, self._cut)
        spelled = self._beside.submit(self._classifier.spelled, pieces)
        chances = self._classifier.judged(self._encode([pieces])[0], spelled.result())
        danger = 1 - chances[:, 0]
        whole, most = danger[0], danger.max()
        words = len(pieces[0].split())
        least = SHORT_WHOLE if words <= SHORT else WHOLE
        hit = whole >= least or most >= ALONE or (most >= PART and whole >= AND_WHOLE)
        if words == 1:
            hit = most >= ONE_WORD
        classes = zip(self._classifier.labels[1:], chances.max(axis=0)[1:], strict=True)
        return Judgement(bool(hit), float(most), {label: float(chance) for label, chance in classes})


def parts(text: str, cut: Cut) -> list[str]:
    """The whole text first; its plain form if it was disguised; what stands in code; clauses and windows."""
    whole = text.strip()
    plain = normalise(whole)
    pieces = [whole]
    if _letters(plain) != _letters(whole.casefold()):
        pieces.append(plain)
    if _MARKUP.search(whole):
        pieces += [piece.strip() for piece in _MARKUP.split(whole) if " " in piece.strip()]
    for clause in cut(whole) or [whole]:
        if clause != whole:
            pieces.append(clause)
        words = list(_WORD.finditer(clause))
        if len(words) > WINDOW + STEP:
            starts = range(0, len(words) - STEP, STEP)
            pieces += [clause[words[at].start() : words[at : at + WINDOW][-1].end()] for at in starts]
    return list(dict.fromkeys(pieces))[:MOST_PARTS]


def fingerprint(folder: Path = TRAINING) -> str:
    """The hash of all training messages: what the classifier was made from."""
    found = hashlib.sha256()
    for path in sorted(folder.glob("*.yml")):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text)
