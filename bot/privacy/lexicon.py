"""Word lists behind the recognition: names, ordinary words, cues, what always stays readable (folder lexicon/).

The lists are written for this project. Ordinary words are those of WordNet, which the spaCy pipeline
carries for its lemmatizer, and the words of visitors it lacks.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Iterator

from bot import plain_yaml

FOLDER = Path(__file__).with_name("lexicon")
_ENDINGS = (
    ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("d", ""), ("ied", "y"), ("ing", ""), ("ing", "e"),
    ("er", ""), ("er", "e"), ("ier", "y"), ("est", ""), ("ly", ""), ("ily", "y"), ("ness", ""),
)  # fmt: skip
# endings of words for states and people, also misspelled ones: confuzed, depresed, worring
_STATES = (
    "ed", "ing", "in", "ous", "ful", "less", "able", "ible", "ish", "ive", "ic", "ical", "ual", "ly", "ty", "nt", "gen",
    "amorous", "er", "or", "ist", "an", "ies", "ss", "tion", "ment",
)  # fmt: skip


@dataclass(frozen=True)
class Lexicon:
    """given, surnames: lower case, without accents. also: those that are ordinary words too."""

    given: frozenset[str]
    surnames: frozenset[str]
    also: frozenset[str]
    words: frozenset[str]

    def is_listed(self, word: str) -> bool:
        """A given name, perhaps an ordinary word as well. word: as `fold` makes it."""
        return word in self.given or ("-" in word and all(part in self.given for part in word.split("-")))

    def is_given(self, word: str) -> bool:
        """A given name that is hardly anything else."""
        return self.is_listed(word) and word not in self.also

    def is_name(self, word: str) -> bool:
        """A given name or a surname, perhaps an ordinary word as well."""
        return self.is_listed(word) or word in self.surnames or (
            "-" in word and all(part in self.given or part in self.surnames for part in word.split("-"))
        )

    def is_ordinary(self, word: str) -> bool:
        """A word of the language that is no name, in any of its usual forms."""
        if word in self.also:
            return True
        if self.is_name(word):
            return False
        if "-" in word:
            parts = [part for part in word.split("-") if part]
            return all(map(self.is_ordinary, parts)) and not all(map(self.is_name, parts))
        return word in self.words or any(
            word.endswith(end) and word[: len(word) - len(end)] + base in self.words for end, base in _ENDINGS
        )


    def is_unknown(self, word: str) -> bool:
        """Neither a word nor a name we know, nor one of them mistyped: perhaps a rare name."""
        if len(word) < 4 or self.is_name(word) or self.is_ordinary(word) or word.endswith(_STATES):
            return False
        return not any(near in self.words for near in _one_slip_away(word))


def load_lexicon(pipeline: Path) -> Lexicon:
    """pipeline: folder of the spaCy pipeline, which carries the WordNet words."""
    from spacy.lang.en.stop_words import STOP_WORDS
    from spacy.lookups import Lookups

    tables = Lookups().from_disk(pipeline / "lemmatizer" / "lookups")
    words = set(STOP_WORDS) | _read("other_words.txt")
    for name in ("lemma_index", "lemma_exc"):
        for entries in tables.get_table(name).values():
            words.update(word for word in entries if word.isalpha())
    given, surnames = _read("first_names.txt"), _read("surnames.txt")
    return Lexicon(*map(frozenset, (given, surnames, _read("also_words.txt"), words)))


def kept_phrases() -> re.Pattern[str]:
    """What stays readable though it looks like a name."""
    return re.compile(r"(?<!\w)(?:" + "|".join(_lines("kept.txt")) + r")(?!\w)", re.IGNORECASE)


def _one_slip_away(word: str) -> Iterator[str]:
    """All that is one missing, extra, wrong or swapped letter away."""
    for i in range(len(word) + 1):
        left, right = word[:i], word[i:]
        yield left + right[1:]
        if len(right) > 1:
            yield left + right[1] + right[0] + right[2:]
        for letter in "aeioustrnlcdhmpgbykwvf":
            yield left + letter + right
            yield left + letter + right[1:]


def words(file: str, key: str) -> frozenset[str]:
    """The words of one list in lexicon/<file>.yml."""
    return frozenset(_listed(file)[key].split())


def any_of(file: str, key: str) -> str:
    """The same list as alternatives of a regular expression; _ stands for a space."""
    return "|".join(_listed(file)[key].replace("_", r"\s+").split())


@lru_cache(maxsize=8)
def _listed(file: str) -> dict[str, str]:
    lists: dict[str, str] = plain_yaml.read((FOLDER / f"{file}.yml").read_text(encoding="utf-8"))
    return lists


def fold(word: str) -> str:
    """Lower case, no accents, a plain apostrophe."""
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
        word = word.replace("\u2019", "'")
    return word.lower()


def _read(name: str) -> set[str]:
    return {fold(word) for line in _lines(name) for word in line.split()}


def _lines(name: str) -> list[str]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
