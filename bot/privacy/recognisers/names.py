"""Names of people: behind a cue, in the name lists, or seen by the spaCy pipeline in properly written text.

Small letters are usual in chats, and many names are words too; so a word list alone decides only for names that
are hardly anything else, and all others need a cue, a capital inside a sentence, or a known neighbour.
"""

from __future__ import annotations

from typing import Any, Iterator, List

from bot.privacy.lexicon import Lexicon
from bot.privacy.recognisers.base import Found, Recogniser
from bot.privacy.recognisers.cues import (
    AFTER_CUE,
    AND_I,
    BESIDE,
    CALENDAR,
    DETERMINERS,
    GENERATIONS,
    GREETED,
    INTRODUCES,
    MODAL,
    NOT_A_NAME,
    PARTICLES,
    PLACE_AFTER,
    PLACE_BEFORE,
    RELATIVE,
    SAYS,
    SIGN_OFF,
    SIGNATURE,
    SPEAKING,
    STRONG,
    TITLE,
    UNNAMED_BEFORE,
    VERBISH,
)
from bot.privacy.recognisers.name_rules import NameRules, ends_phrase, impossible
from bot.privacy.recognisers.words import Word, split, touch

NAME = "NAME"
_MOST = 4  # words of one name


class NameRecogniser(Recogniser):
    """Marks the words where a name begins, then joins the neighbours that belong to it."""

    KINDS = (NAME,)

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._lexicon = lexicon
        rules = self._rules = NameRules(lexicon)
        self._cues = (
            (STRONG, rules.after_strong), (INTRODUCES, rules.after_im), (GREETED, rules.after_greeting),
            (BESIDE, rules.after_beside), (RELATIVE, rules.after_relative), (TITLE, rules.after_title),
            (AFTER_CUE, rules.after_call),
        )  # fmt: skip

    def find(self, text: str, artifacts: Any = None) -> Iterator[Found]:
        """The names, without titles and without 's."""
        words = split(text)
        names: dict[int, int] = {at: at for at in range(len(words)) if self._stands_alone(words, at, text)}
        cued = dict(self._by_cue(text, words))
        if self._is_nothing_else(words):
            cued[0] = len(words) - 1
        for first, last in [*cued.items(), *self._by_pipeline(words, artifacts)]:
            names[first] = max(last, names.get(first, first))
        end = -1
        for first in sorted(names):
            last = self._extended(text, words, first, names[first], first in cued)
            if last > end:
                begins = _with_particles(text, words, first)
                yield Found(words[begins].start, words[last].end, NAME, 0.6)
                end = last
                yield from self._pair(text, words, last)

    def _is_nothing_else(self, words: List[Word]) -> bool:
        """A message of names only: "JOHN SMITH", "grace kim"."""
        if not 2 <= len(words) <= _MOST:
            return False
        if all(self._lexicon.is_name(word.low) for word in words):
            return self._lexicon.is_listed(words[0].low)
        return all(self._looks_like_one(word) or word.low in PARTICLES for word in words)

    def _stands_alone(self, words: List[Word], at: int, text: str) -> bool:
        """In the list of given names, and hardly anything else."""
        word, lexicon = words[at], self._lexicon
        before = words[at - 1] if at else None
        if before and before.low == "the" and word.capital and word.low.endswith("s"):  # "the Hoffmans"
            family = word.low[:-1]
            return family in lexicon.surnames and family not in lexicon.also
        after = words[at + 1] if at + 1 < len(words) else None
        if after and self._looks_like_one(word) and touch(text, words, at) and self._looks_like_one(after):
            return after.low not in PLACE_AFTER  # "Carlo Civaschi"
        if after and lexicon.is_listed(after.low) and self._over_comma(text, words, at, at) > at:
            return word.low not in lexicon.also
        if word.capital and word.opens and lexicon.is_unknown(word.low):
            return SAYS.match(text, word.end) is not None
        if before and word.capital and not word.opens and not before.capital and lexicon.is_unknown(word.low):
            return before.low not in UNNAMED_BEFORE  # "told Xochitl"
        if not lexicon.is_listed(word.low) or (before and before.low in PLACE_BEFORE and touch(text, words, at - 1)):
            return False
        if after and after.low in PLACE_AFTER:
            return False
        if word.low not in lexicon.also:
            return (len(word.low) > 2 or word.capital) and not (word.caps and len(word.low) < 4)
        if after and touch(text, words, at) and self._shown_by_neighbour(text, word, after):
            return not (before and before.low in DETERMINERS)  # "my Dom and I"
        lower_beside = any(other is not None and not other.capital for other in (before, after))
        return word.capital and not word.opens and word.low not in CALENDAR and lower_beside

    def _looks_like_one(self, word: Word) -> bool:
        """Written like a name, and no ordinary word."""
        return word.capital and not impossible(word.low) and not self._lexicon.is_ordinary(word.low)

    def _shown_by_neighbour(self, text: str, word: Word, after: Word) -> bool:
        """An ordinary word that its neighbour shows to be a name: "hope delaney", "May Lin", "Mark and I"."""
        lexicon = self._lexicon
        surname = after.low in lexicon.surnames and not (lexicon.also | lexicon.given | NOT_A_NAME) & {after.low}
        if surname and word.low not in MODAL:
            return True
        named = after.capital and lexicon.is_name(after.low)
        return word.capital and (named or any(follows.match(text, word.end) for follows in (AND_I, SAYS)))

    def _by_cue(self, text: str, words: List[Word]) -> Iterator[tuple[int, int]]:
        at = {word.start: index for index, word in enumerate(words)}
        for cue, accept in self._cues:
            for match in cue.finditer(text):
                first = at.get(match.end())
                if first is not None and accept(text, words, first):
                    yield first, first
        for match in SPEAKING.finditer(text):
            said = [i for i, w in enumerate(words) if match.start("name") <= w.start and w.end <= match.end("name")]
            if said and all(self._rules.speaks(words[i]) for i in said):
                yield said[0], said[-1]
        for pattern in (SIGN_OFF, SIGNATURE):
            signed = pattern.search(text)
            first = at.get(signed.start("name")) if signed else None
            if first is not None and self._rules.signed(words[first], pattern is SIGN_OFF):
                yield first, first

    def _by_pipeline(self, words: List[Word], artifacts: Any) -> Iterator[tuple[int, int]]:
        """Persons the spaCy pipeline saw, when they are written like names."""
        for entity in getattr(artifacts, "entities", None) or ():
            if entity.label_ != "PERSON":
                continue
            inside = [
                i for i, w in enumerate(words)
                if entity.start_char <= w.start and w.end <= entity.end_char and w.capital and w.low not in NOT_A_NAME
            ]  # fmt: skip
            while inside and self._is_other_word(words[inside[0]]):
                inside = inside[1:]
            if inside and any(not self._lexicon.is_ordinary(words[i].low) for i in inside):
                yield inside[0], inside[-1]

    def _is_other_word(self, word: Word) -> bool:
        return self._lexicon.is_ordinary(word.low) and (word.opens or not self._lexicon.is_listed(word.low))

    def _extended(self, text: str, words: List[Word], first: int, last: int, cued: bool) -> int:
        """The last word of the name: initials, particles, surnames, second given names."""
        last = self._over_comma(text, words, first, last)
        while last - first + 1 < _MOST and touch(text, words, last):
            word = words[last + 1]
            further = self._over_initial(text, words, last)
            if further > last:
                last = further
            elif self._continues(word, ends_phrase(text, word.end) or text[word.end :].lstrip()[:1].isdigit(), cued):
                last += 1
            else:
                break
        return last

    def _over_initial(self, text: str, words: List[Word], last: int) -> int:
        """Past an initial or a particle when a surname follows: "J. Smith", "de la Cruz"; else where it was."""
        word = words[last + 1]
        initial = len(word.low) == 1 and word.low != "i" and (word.capital or text[word.end : word.end + 1] == ".")
        if not initial and word.low not in PARTICLES:
            return last
        further = last + 2
        if touch(text, words, last + 1):
            if words[further].low in PARTICLES and touch(text, words, further):
                further += 1
            if self._continues(words[further]):
                return further
        return last + 1 if initial and word.capital and ends_phrase(text, word.end) else last

    def _over_comma(self, text: str, words: List[Word], first: int, last: int) -> int:
        """ "Kaur, Jaspreet": a surname, a comma, a given name."""
        if first != last or last + 1 >= len(words) or text[words[last].end : words[last + 1].start] != ", ":
            return last
        surname, given = words[last], words[last + 1]
        swapped = surname.low in self._lexicon.surnames and not self._lexicon.is_listed(surname.low)
        return last + 1 if swapped and surname.capital and given.capital and self._lexicon.is_given(given.low) else last

    def _continues(self, word: Word, loose: bool = False, cued: bool = False) -> bool:
        """Whether a word right behind a name belongs to it. loose: an ordinary word may be a surname there.
        cued: the name stands behind a cue, so that what is no ordinary word belongs to it."""
        low, lexicon = word.low, self._lexicon
        if low in GENERATIONS:
            return True
        if impossible(low):
            return False
        if word.capital:
            return low not in CALENDAR and (cued or lexicon.is_name(low) or not lexicon.is_ordinary(low))
        if low in lexicon.also:
            return (loose or cued) and low in lexicon.surnames and low not in VERBISH
        return lexicon.is_name(low) or lexicon.is_unknown(low) or (cued and not lexicon.is_ordinary(low))

    def _pair(self, text: str, words: List[Word], last: int) -> Iterator[Found]:
        """ "ana and bo": the second of a pair is a name as well."""
        at = last + 2
        if at >= len(words) or words[last + 1].low not in ("and", "n"):
            return
        if text[words[last].end : words[at].start].strip(" ").lower() not in ("and", "n"):
            return
        word, lexicon = words[at], self._lexicon
        if impossible(word.low) or word.low in VERBISH:
            return
        listed = lexicon.is_listed(word.low) and (word.capital or word.low not in lexicon.also)
        if listed or (not lexicon.is_ordinary(word.low) if word.capital else lexicon.is_unknown(word.low)):
            yield Found(word.start, words[self._extended(text, words, at, at, False)].end, NAME, 0.55)


def _with_particles(text: str, words: List[Word], first: int) -> int:
    """The first word, with "de la" and the like before it."""
    while first and words[first - 1].low in PARTICLES and touch(text, words, first - 1):
        first -= 1
    return first
