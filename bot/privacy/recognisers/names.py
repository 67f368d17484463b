"""Names of people: behind a cue, in the name lists, or seen by the spaCy pipeline in properly written text.

Small letters are usual in chats, and many names are words too; so a word list alone decides only for names that
are hardly anything else, and all others need a cue, a capital inside a sentence, or a known neighbour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Iterator

from bot.privacy.lexicon import Lexicon, fold
from bot.privacy.recognisers.base import Found, Recogniser
from bot.privacy.recognisers.cues import (
    AFTER_CUE,
    BESIDE,
    CALENDAR,
    DESCRIBES,
    GREETED,
    INTRODUCES,
    MODAL,
    NOT_A_NAME,
    PARTICLES,
    PLACE_AFTER,
    PLACE_BEFORE,
    RELATIVE,
    SIGN_OFF,
    SIGNATURE,
    SPEAKING,
    STRONG,
    TITLE,
    VERBISH,
)

NAME = "NAME"
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019\-][^\W\d_]+)*", re.UNICODE)
_POSSESSIVE = re.compile(r"['\u2019]s$", re.IGNORECASE)
_SHORT = re.compile(r"(?i)['\u2019](?:s|m|re|ve|ll|d|t)$")
_JOINED = re.compile(r"[ \t]{1,2}|\.[ \t]?|-")
_MOST = 4  # words of one name
_GENERATIONS = ("jr", "sr", "ii", "iii", "iv")
_PREFIXES = ("al-", "el-", "o'", "mc", "ben-", "abu-", "d'", "fitz")


@dataclass
class Word:
    """A word of the message. capital: a capital that tells something; opens: it begins a sentence."""

    start: int
    end: int
    low: str
    capital: bool
    opens: bool
    caps: bool  # all capitals in a text that is not: ED, ADA


class NameRecogniser(Recogniser):
    """One pass that marks the words which are names, and one that joins neighbours to whole names."""

    KINDS = (NAME,)

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._lexicon = lexicon

    def find(self, text: str, artifacts: Any = None) -> Iterator[Found]:
        """The names, without titles and without 's."""
        words = split(text)
        if not words:
            return
        sure: dict[int, int] = {}  # index of a name's first word -> index of its last
        cues: set[int] = set()
        for at, word in enumerate(words):
            if self._stands_alone(words, at, text):
                sure[at] = at
        for first, last in self._by_cue(text, words):
            sure[first] = max(last, sure.get(first, first))
            cues.add(first)
        for first, last in self._by_pipeline(words, artifacts):
            sure[first] = max(last, sure.get(first, first))
        end = -1
        for first in sorted(sure):
            last = self._extended(text, words, first, sure[first], first in cues)
            if first > end or last > end:
                first = _with_particles(text, words, first)
                yield Found(words[first].start, words[last].end, NAME, 0.6)
                end = max(end, last)
                yield from self._beside(text, words, last, sure)

    def _stands_alone(self, words: list[Word], at: int, text: str) -> bool:
        """In the list of given names, and hardly anything else."""
        word, lexicon = words[at], self._lexicon
        if word.low.endswith("s") and word.low[:-1] in lexicon.surnames and word.capital and at and words[at - 1].low == "the":
            return word.low[:-1] not in lexicon.also  # "the Hoffmans"
        if word.low not in lexicon.given or (at and words[at - 1].low in PLACE_BEFORE and _touch(text, words, at - 1)):
            return False
        if at + 1 < len(words) and words[at + 1].low in PLACE_AFTER:
            return False
        if word.low not in lexicon.also:
            return (len(word.low) > 2 or word.capital) and not (word.caps and len(word.low) < 4)
        if _touch(text, words, at):
            after = words[at + 1]
            surname = after.low in lexicon.surnames and after.low not in lexicon.also and after.low not in lexicon.given
            if surname and after.low not in NOT_A_NAME and word.low not in MODAL:  # "hope delaney"
                return True
            if word.capital and after.capital and lexicon.is_name(after.low):  # "May Lin"
                return True
            if word.capital and re.match(r" and (?:i|me|my|we)\b", text[word.end :], re.IGNORECASE):  # "Mark and I"
                return True
        return word.capital and not word.opens and word.low not in CALENDAR and _lower_around(words, at)

    def _by_cue(self, text: str, words: list[Word]) -> Iterator[tuple[int, int]]:
        at = {word.start: index for index, word in enumerate(words)}
        for pattern_, accept in (
            (STRONG, self._after_strong), (INTRODUCES, self._after_im), (GREETED, self._after_greeting),
            (BESIDE, self._beside_cue), (RELATIVE, self._after_relative), (TITLE, self._after_title), (AFTER_CUE, self._after_call),
        ):  # fmt: skip
            for match in pattern_.finditer(text):
                first = at.get(match.end())
                if first is not None and accept(text, words, first):
                    yield first, first
        for match in SPEAKING.finditer(text):  # "jo here", "this is jo speaking"
            first = at.get(match.start("name"))
            inside = [i for i, w in enumerate(words) if w.start >= match.start("name") and w.end <= match.end("name")]
            if first is not None and inside and all(self._speaks(words[i]) for i in inside):
                yield first, inside[-1]
        for pattern_ in (SIGN_OFF, SIGNATURE):
            match = pattern_.search(text)
            first = at.get(match.start("name")) if match else None
            if match and first is not None and self._signed(words, first, pattern_ is SIGNATURE):
                yield first, first

    def _after_strong(self, text: str, words: list[Word], at: int) -> bool:
        """ "my name is ...": anything but words that cannot be a name there."""
        word, low = words[at], words[at].low
        if low in NOT_A_NAME or _SHORT.search(low):
            return False
        if low in self._lexicon.given or not self._lexicon.is_ordinary(low):
            return True
        own = re.search(r"(?i)\b(?:my|his|her)\s+names?\s*(?:is|'s|:)?\s*$", text[: word.start]) is not None
        if word.capital and low not in DESCRIBES or low in self._lexicon.surnames:
            return own or low in self._lexicon.surnames
        return own and _ends_phrase(text, word.end) and len(low) > 2 and low not in VERBISH and not _looks_described(low)

    def _after_call(self, text: str, words: list[Word], at: int) -> bool:
        """ "call me ...": a name, not "back" or "crazy"."""
        low = words[at].low
        if low in NOT_A_NAME or low in CALENDAR or low in VERBISH or _SHORT.search(low):
            return False
        return self._likely(words[at]) and (low in self._lexicon.given or words[at].capital or _ends_phrase(text, words[at].end))

    def _after_im(self, text: str, words: list[Word], at: int) -> bool:
        """ "i'm ...", "this is ...": far more often a state than a name."""
        word, low = words[at], words[at].low
        if low in NOT_A_NAME or low in DESCRIBES or _SHORT.search(low):
            return False
        if low in self._lexicon.given:
            if low not in self._lexicon.also or (word.capital and low not in CALENDAR):
                return True
            return _ends_phrase(text, word.end) and low not in VERBISH and low not in CALENDAR
        if word.capital:
            return not self._lexicon.is_ordinary(low)
        follows = words[at + 1].low if at + 1 < len(words) else ""
        return not self._lexicon.is_ordinary(low) and follows in self._lexicon.surnames and _touch(text, words, at)

    def _beside_cue(self, text: str, words: list[Word], at: int) -> bool:
        """ "with ...", "hello ...": only what is written like a name and is no other word."""
        word = words[at]
        return word.capital and word.low not in NOT_A_NAME and not word.caps and not self._lexicon.is_ordinary(word.low)

    def _after_greeting(self, text: str, words: list[Word], at: int) -> bool:
        """ "hi i'm zorah, ...": at the beginning of a message an unknown word is a name."""
        low = words[at].low
        if low in NOT_A_NAME or low in DESCRIBES or _SHORT.search(low):
            return False
        ends = _ends_phrase(text, words[at].end)
        if low in self._lexicon.given:
            return ends or words[at].capital
        return ends and not self._lexicon.is_ordinary(low) and len(low) > 2 and not _looks_described(low)

    def _after_relative(self, text: str, words: list[Word], at: int) -> bool:
        """ "my husband ...": a name when what follows treats it as one."""
        word, low = words[at], words[at].low
        if low in NOT_A_NAME or _SHORT.search(low):
            return False
        if low in self._lexicon.given and (low not in self._lexicon.also or word.capital):
            return True
        if low in self._lexicon.given:
            return low not in VERBISH and low not in CALENDAR and _treated_as_name(text, word.end)
        return word.capital and not word.opens and not self._lexicon.is_ordinary(low)

    def _after_title(self, text: str, words: list[Word], at: int) -> bool:
        low = words[at].low
        if low in NOT_A_NAME or _SHORT.search(low) or low in CALENDAR:
            return False
        if low in self._lexicon.surnames or low in self._lexicon.given:
            return low not in self._lexicon.also or words[at].capital or low not in VERBISH and _ends_phrase(text, words[at].end)
        return not self._lexicon.is_ordinary(low) and len(low) > 2

    def _likely(self, word: Word) -> bool:
        return word.low in self._lexicon.given or not self._lexicon.is_ordinary(word.low) or (word.capital and not word.opens)

    def _speaks(self, word: Word) -> bool:
        """ "jo here": a name, or a word that is written like one and is no other."""
        if word.low in NOT_A_NAME or _SHORT.search(word.low) or word.low in VERBISH:
            return False
        return self._lexicon.is_name(word.low) or not self._lexicon.is_ordinary(word.low)

    def _signed(self, words: list[Word], at: int, whole_line: bool) -> bool:
        low = words[at].low
        if low in NOT_A_NAME or low in VERBISH or low in CALENDAR:
            return False
        if low in self._lexicon.given:
            return not whole_line or low not in self._lexicon.also
        return (words[at].capital or not whole_line) and not self._lexicon.is_ordinary(low) and not _looks_described(low)

    def _by_pipeline(self, words: list[Word], artifacts: Any) -> Iterator[tuple[int, int]]:
        """Persons the spaCy pipeline saw, when they are written like names."""
        for entity in getattr(artifacts, "entities", None) or ():
            if entity.label_ != "PERSON":
                continue
            inside = [i for i, w in enumerate(words) if w.start >= entity.start_char and w.end <= entity.end_char + 2]
            inside = [i for i in inside if words[i].low not in NOT_A_NAME and words[i].capital]
            while inside and self._lexicon.is_ordinary(words[inside[0]].low) and (
                words[inside[0]].opens or words[inside[0]].low not in self._lexicon.given
            ):
                inside = inside[1:]
            if not inside or not any(self._personal(words[i]) for i in inside):
                continue
            yield inside[0], inside[-1]

    def _personal(self, word: Word) -> bool:
        return self._lexicon.is_name(word.low) or not self._lexicon.is_ordinary(word.low)

    def _extended(self, text: str, words: list[Word], first: int, last: int, by_cue: bool) -> int:
        """The last word of the name: initials, particles, surnames, second given names."""
        last = self._over_comma(text, words, first, last)
        while last + 1 < len(words) and last - first + 1 < _MOST and _touch(text, words, last):
            word = words[last + 1]
            initial = len(word.low) == 1 and (word.capital or text[word.end : word.end + 1] == ".") and word.low != "i"
            particle = word.low in PARTICLES
            if initial or particle:
                further = last + 2
                if further < len(words) and _touch(text, words, last + 1) and (
                    self._continues(words[further]) or (particle and self._continues(words[min(further + 1, len(words) - 1)]))
                ):
                    last = further
                    continue
                if initial and not particle and word.capital and _ends_phrase(text, word.end):
                    last += 1
                break
            loose = by_cue or _ends_phrase(text, word.end) or text[word.end : word.end + 2].strip()[:1].isdigit()
            if not self._continues(word, loose) and word.low not in _GENERATIONS:
                break
            last += 1
        return last

    def _over_comma(self, text: str, words: list[Word], first: int, last: int) -> int:
        """ "Kaur, Jaspreet": a surname, a comma, a given name."""
        if first != last or last + 1 >= len(words) or text[words[last].end : words[last + 1].start] != ", ":
            return last
        surname, given = words[last], words[last + 1]
        swapped = surname.low in self._lexicon.surnames and surname.low not in self._lexicon.given
        return last + 1 if swapped and surname.capital and given.capital and self._lexicon.is_given(given.low) else last

    def _continues(self, word: Word, loose: bool = False) -> bool:
        """Whether a word right behind a name belongs to it. loose: an ordinary word may be a surname there."""
        if word.low in NOT_A_NAME or _SHORT.search(word.low):
            return False
        if word.capital:
            return self._lexicon.is_name(word.low) and word.low not in CALENDAR or not self._lexicon.is_ordinary(word.low)
        if word.low in self._lexicon.also:
            return loose and word.low in self._lexicon.surnames and word.low not in VERBISH
        return self._lexicon.is_name(word.low) or (word.low.startswith(_PREFIXES) and not self._lexicon.is_ordinary(word.low))

    def _beside(self, text: str, words: list[Word], last: int, sure: dict[int, int]) -> Iterator[Found]:
        """ "ana and bo": the second of a pair is a name as well."""
        at = last + 2
        if at >= len(words) or at in sure or words[last + 1].low not in {"and", "n"} or "\n" in text[words[last].end : words[at].start]:
            return
        word = words[at]
        if _SHORT.search(word.low):
            return
        if word.low in self._lexicon.given and word.low not in VERBISH and (word.capital or word.low not in self._lexicon.also):
            good = True
        else:
            good = word.capital and not self._lexicon.is_ordinary(word.low) and word.low not in NOT_A_NAME
        if good:
            end = self._extended(text, words, at, at, True)
            yield Found(word.start, words[end].end, NAME, 0.55)


def split(text: str) -> list[Word]:
    """The words. Capitals tell nothing in a text that is all capitals or capitalises every word."""
    found = list(_WORD.finditer(text))
    letters = [c for c in text if c.isalpha()]
    longer = [m[0] for m in found if len(m[0]) > 3]
    shouting = len(letters) > 8 and sum(c.isupper() for c in letters) > 0.7 * len(letters)
    titled = len(longer) >= 6 and sum(w[0].isupper() for w in longer) > 0.85 * len(longer)
    words = []
    for match in found:
        whole = _POSSESSIVE.sub("", match[0])
        before = text[: match.start()].rstrip(" \t\"'(\u201c\u2018*-")
        opens = not before or before[-1] in ".!?\n:;\u2026" or not before[-1].isascii() and not before[-1].isalpha()
        written = whole[0].isupper() and not (len(whole) > 1 and whole.isupper())
        capital = written and not shouting and not titled
        caps = len(whole) > 1 and whole.isupper() and not shouting
        words.append(Word(match.start(), match.start() + len(whole), fold(whole), capital, opens, caps))
    return words


def _with_particles(text: str, words: list[Word], first: int) -> int:
    """The first word, with "de la" and the like before it."""
    while first and words[first - 1].low in PARTICLES and _touch(text, words, first - 1):
        first -= 1
    return first


def _touch(text: str, words: list[Word], at: int) -> bool:
    """Whether only a space, a hyphen or an initial's full stop stands between a word and the next."""
    if at + 1 >= len(words):
        return False
    between = text[words[at].end : words[at + 1].start]
    if between.startswith(".") and len(words[at].low) > 2 and words[at].low not in {"st", "jr", "dr"}:
        return False
    return _JOINED.fullmatch(between) is not None


def _lower_around(words: list[Word], at: int) -> bool:
    """Whether a neighbour is in small letters: else a heading or a brand is more likely."""
    return any(0 <= i < len(words) and not words[i].capital for i in (at - 1, at + 1))


def _ends_phrase(text: str, end: int) -> bool:
    return re.match(r"\s*(?:$|[,.!?;:)\n\u2026~]|-\s|(?:and|from|here|but|w|with|i|im|i'm|my|we|calling|again|btw|by the way)\b)", text[end:], re.IGNORECASE) is not None


def _treated_as_name(text: str, end: int) -> bool:
    return re.match(r"(?:'s|\u2019s)?\s*(?:$|[,.!?;)]|(?:and|is|was|has|had|says|said|wants|doesn'?t|doesnt|isn'?t|thinks|keeps|who|left|cheated|works|lives|died|told)\b)", text[end:], re.IGNORECASE) is not None


def _looks_described(low: str) -> bool:
    """Endings of words for states, also misspelled ones: confuzed, depresed, worring."""
    return low.endswith(("ed", "ing", "in", "ous", "ful", "less", "able", "ible", "ish", "ive", "ic", "ical", "ual", "sexual", "tic", "ly", "ty", "nt", "ous", "ated", "gen", "phobic", "amorous", "gamous", "er", "or", "ist", "an"))
