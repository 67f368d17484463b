"""A message as a row of words, with what their writing tells about names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import List

from bot.privacy.lexicon import fold

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019\-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['\u2019]s$", re.IGNORECASE)
_JOINED = re.compile(r"[ \t]{1,2}|\.[ \t]?|-")
_ABBREVIATED = ("st", "jr", "dr")


@dataclass(frozen=True)
class Word:
    """text[start:end], without 's. low: in small letters, no accents. capital: a capital that tells something.
    opens: it begins a sentence. caps: all capitals in a text that is not (ED, ADA)."""

    start: int
    end: int
    low: str
    capital: bool
    opens: bool
    caps: bool


def split(text: str) -> List[Word]:
    """The words. Capitals tell nothing in a text that is all capitals or capitalises every word."""
    found = list(_WORD.finditer(text))
    letters = [c for c in text if c.isalpha()]
    longer = [m[0] for m in found if len(m[0]) > 3]
    shouting = len(letters) > 8 and sum(c.isupper() for c in letters) > 0.7 * len(letters)
    titled = len(longer) >= 6 and sum(w[0].isupper() for w in longer) > 0.85 * len(longer)
    words = []
    for match in found:
        whole = _POSSESSIVE.sub("", match[0])
        all_capitals = len(whole) > 1 and whole.isupper()
        capital = whole[0].isupper() and not all_capitals and not shouting and not titled
        opens = _opens(text[: match.start()].rstrip(" \t\"'(\u201c\u2018*-"))
        end = match.start() + len(whole)
        words.append(Word(match.start(), end, fold(whole), capital, opens, all_capitals and not shouting))
    return words


def touch(text: str, words: List[Word], at: int) -> bool:
    """Whether only a space, a hyphen or an initial's full stop stands between a word and the next."""
    if at + 1 >= len(words):
        return False
    between = text[words[at].end : words[at + 1].start]
    if between.startswith(".") and len(words[at].low) > 2 and words[at].low not in _ABBREVIATED:
        return False
    return _JOINED.fullmatch(between) is not None


def _opens(before: str) -> bool:
    if not before or before[-1] in ".!?\n:;\u2026":
        return True
    return not before[-1].isascii() and not before[-1].isalpha()  # an emoji
