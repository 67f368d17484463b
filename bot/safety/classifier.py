"""The screen's second stage: kernel ridge regression over sentence vectors, plus linear weights on n-grams.

A text is compared with a few thousand training messages; the score of each class is
    sum over them of exp(-2 * GAMMA * (1 - cosine)) * their weight  +  the n-grams' weights
so meaning decides, and words and spelling help. The most alarming part of a message counts: the whole, each
clause, and windows of long clauses, because the one sentence that matters may stand in the middle of a story.
The file holds plain arrays and the hash of the training messages; `python -m bot.safety.train` makes it.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
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
GAMMA = 1.0
SHARPNESS = 6.0
WHOLE = 0.50  # probability of danger from which a whole message is a hit
PART, AND_WHOLE = 0.80, 0.15  # a clause or window says less of what is meant: it needs more, and a little of the whole
ALONE = 0.90  # from here a part is a hit whatever the whole looks like
WINDOW, STEP = 24, 14  # words
MOST_PARTS = 40  # a message of 1,000 characters has about ten
_FORMAT = 1
_MARKUP = re.compile(r"[{}<>\[\]\"|]+")  # code around words: what was said stands between
_WORD = re.compile(r"\S+")
_NOT_LETTERS = re.compile(r"[^a-z ]+")

Encode = Callable[[Sequence[Sequence[str]]], list[np.ndarray]]  # groups of a text and its parts -> vectors of each
Cut = Callable[[str], list[str]]


@dataclass
class SafetyClassifier:
    """labels [K], "none" first; vectors float32 [m, 384]; weights [m, K]; spelling [SIZE, K]; rarity [SIZE]."""

    labels: list[str]
    vectors: np.ndarray
    weights: np.ndarray
    spelling: np.ndarray
    rarity: np.ndarray
    made_from: str

    def __post_init__(self) -> None:
        self.vectors = np.asfortranarray(self.vectors)  # so that vector @ vectors.T reads the memory in its order

    def probabilities(self, vectors: np.ndarray, texts: Sequence[str]) -> np.ndarray:
        """[n, K] for n texts and their unit vectors [n, 384]."""
        cosines = np.stack([vector @ self.vectors.T for vector in vectors])  # a few rows: faster one by one
        scores = np.exp(2 * GAMMA * (cosines - 1)) @ self.weights
        scores += weighted(counts(texts), self.rarity) @ self.spelling
        powers = np.exp(SHARPNESS * (scores - scores.max(axis=1, keepdims=True)))
        found: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
        return found

    def save(self, path: Path = FILE) -> None:
        """Writes plain arrays; vectors as bytes, weights in half precision."""
        np.savez_compressed(
            path,
            format=np.array(_FORMAT),
            labels=np.array(self.labels),
            vectors=np.round(self.vectors * 400).clip(-127, 127).astype(np.int8),
            weights=self.weights.astype(np.float16),
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
                    file["vectors"].astype(np.float32) / 400,
                    file["weights"].astype(np.float32),
                    file["spelling"].astype(np.float32),
                    file["rarity"].astype(np.float32),
                    str(file["made_from"]),
                )
            shapes = made.weights.shape == (len(made.vectors), len(made.labels)), len(made.spelling) == SIZE
            if made.labels[0] != NONE or not all(shapes) or not np.isfinite(made.weights).all():
                raise ValueError("shape")
        except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile) as error:
            raise BrokenFile(path, "it is damaged; restore it, or run `python -m bot.safety.train`") from error
        return made


class ClassifierJudge:
    """The classifier with the process's encoder and the cut into clauses the intent classifier also uses, so that
    the vectors are made once."""

    def __init__(self, classifier: SafetyClassifier, encode: Encode, cut: Cut) -> None:
        self._classifier, self._encode, self._cut = classifier, encode, cut

    def judge(self, text: str) -> Judgement:
        """Judges one raw text by its parts."""
        pieces = parts(text, self._cut)
        chances = self._classifier.probabilities(self._encode([pieces])[0], pieces)
        danger = 1 - chances[:, 0]
        whole, most = danger[0], danger.max()
        hit = whole >= WHOLE or most >= ALONE or (most >= PART and whole >= AND_WHOLE)
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
