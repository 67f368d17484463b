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

import yaml

FOLDER = Path(__file__).with_name("lexicon")
_ENDINGS = (
    ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("d", ""), ("ied", "y"), ("ing", ""), ("ing", "e"),
    ("er", ""), ("er", "e"), ("ier", "y"), ("est", ""), ("ly", ""), ("ily", "y"), ("ness", ""),
)  # fmt: skip


@dataclass(frozen=True)
class Lexicon:
    """given, surnames: lower case, without accents. also: those that are ordinary words too."""

    given: frozenset[str]
    surnames: frozenset[str]
    also: frozenset[str]
    words: frozenset[str]

    def is_given(self, word: str) -> bool:
        """A given name that is hardly anything else. word: as `fold` makes it."""
        return word in self.given and word not in self.also

    def is_name(self, word: str) -> bool:
        """A given name or a surname, perhaps an ordinary word as well."""
        return word in self.given or word in self.surnames

    def is_ordinary(self, word: str) -> bool:
        """A word of the language that is no name, in any of its usual forms."""
        if word in self.also:
            return True
        if self.is_name(word):
            return False
        if "-" in word:
            return all(not part or self.is_ordinary(part) for part in word.split("-"))
        return word in self.words or any(
            word.endswith(end) and word[: len(word) - len(end)] + base in self.words for end, base in _ENDINGS
        )


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


def kept_phrases(also: list[str]) -> re.Pattern[str]:
    """What always stays readable. also: the practice's own names, phone and links, as they are written."""
    patterns = [line for line in _lines("kept.txt")] + [re.escape(text) for text in also if text]
    return re.compile(r"(?<!\w)(?:" + "|".join(patterns) + r")(?!\w)", re.IGNORECASE)


def words(file: str, key: str) -> frozenset[str]:
    """The words of one list in lexicon/<file>.yml."""
    return frozenset(_listed(file)[key].split())


def any_of(file: str, key: str) -> str:
    """The same list as alternatives of a regular expression; _ stands for a space."""
    return "|".join(_listed(file)[key].replace("_", r"\s+").split())


@lru_cache(maxsize=8)
def _listed(file: str) -> dict[str, str]:
    lists: dict[str, str] = yaml.safe_load((FOLDER / f"{file}.yml").read_text(encoding="utf-8"))
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
