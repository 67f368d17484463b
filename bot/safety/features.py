"""Spelling features of a text for the safety classifier: hashed character and word n-grams of its plain form."""

from __future__ import annotations

from typing import Sequence

import numpy as np
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize

from bot.safety.normalise import normalise

CHARS, WORDS = 2**15, 2**16
SIZE = CHARS + WORDS
_chars = HashingVectorizer(
    analyzer="char_wb", ngram_range=(2, 4), n_features=CHARS, alternate_sign=False, norm=None, preprocessor=normalise
)
_words = HashingVectorizer(
    token_pattern=r"[a-z0-9']+",  # noqa: S106
    ngram_range=(1, 3),
    n_features=WORDS,
    alternate_sign=False,
    norm=None,
    preprocessor=normalise,
)


def counts(texts: Sequence[str]) -> csr_matrix:
    """Damped counts, float32 [len(texts), SIZE]: characters first, then words."""
    found = hstack([_chars.transform(texts), _words.transform(texts)]).tocsr().astype(np.float32)
    found.data = 1 + np.log(found.data)
    return found


def inverse_frequency(found: csr_matrix) -> np.ndarray:
    """How rare each n-gram is among these texts, float32 [SIZE]."""
    return np.asarray(
        np.log((1 + found.shape[0]) / (1 + np.bincount(found.indices, minlength=SIZE))) + 1, dtype=np.float32
    )


def weighted(found: csr_matrix, rarity: np.ndarray) -> csr_matrix:
    """Counts by rarity; the character part and the word part are unit rows each."""
    rare = (found @ diags(rarity)).tocsr()
    return hstack([normalize(rare[:, :CHARS]), normalize(rare[:, CHARS:])]).tocsr().astype(np.float32)
