"""Whether a word behind a cue is a name: one rule for each kind of cue."""

from __future__ import annotations

from typing import List

from bot.privacy.lexicon import Lexicon
from bot.privacy.recognisers.cues import (
    CALENDAR,
    CONTRACTION,
    DESCRIBES,
    ENDS_PHRASE,
    FORMAL_TITLE,
    NOT_A_NAME,
    OWN_NAME,
    TREATED_AS_NAME,
    VERBISH,
)
from bot.privacy.recognisers.words import Word, touch


class NameRules:
    """Each rule looks at words[at], right behind its cue, and answers whether a name begins there."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def after_strong(self, text: str, words: List[Word], at: int) -> bool:
        """ "my name is ...": a name even when it is an ordinary word, if nothing else fits."""
        word, low, lexicon = words[at], words[at].low, self._lexicon
        if impossible(low):
            return False
        if lexicon.is_listed(low) or low in lexicon.surnames or not lexicon.is_ordinary(low):
            return True
        if OWN_NAME.search(text[: word.start]) is None:
            return False
        if word.capital:
            return low not in DESCRIBES
        return ends_phrase(text, word.end) and len(low) > 2 and low not in VERBISH and low not in DESCRIBES

    def after_call(self, text: str, words: List[Word], at: int) -> bool:
        """ "call me ...", "ask for ...": a name, not "back" or "crazy"."""
        word, low = words[at], words[at].low
        if impossible(low) or low in CALENDAR or low in VERBISH:
            return False
        if self._lexicon.is_listed(low) or (word.capital and not word.opens):
            return True
        return self._lexicon.is_unknown(low) and ends_phrase(text, word.end)

    def after_im(self, text: str, words: List[Word], at: int) -> bool:
        """ "i'm ...", "this is ...": far more often a state than a name."""
        word, low, lexicon = words[at], words[at].low, self._lexicon
        if impossible(low) or low in DESCRIBES:
            return False
        if lexicon.is_listed(low):
            if low not in lexicon.also:
                return True
            sure = word.capital or (ends_phrase(text, word.end) and low not in VERBISH)
            return sure and low not in CALENDAR
        if word.capital:
            return not lexicon.is_ordinary(low)
        following = words[at + 1].low if touch(text, words, at) else ""
        return lexicon.is_unknown(low) and (following in lexicon.surnames or ends_phrase(text, word.end))

    def after_greeting(self, text: str, words: List[Word], at: int) -> bool:
        """ "hi i'm zorah, ...": at the beginning of a message an unknown word is a name."""
        word, low, lexicon = words[at], words[at].low, self._lexicon
        if impossible(low) or low in DESCRIBES:
            return False
        ends = ends_phrase(text, word.end)
        if low in CALENDAR:  # "it's june"
            return ends and not text[: word.start].rstrip().lower().endswith(("it's", "its"))
        if lexicon.is_listed(low):
            return ends or word.capital
        return ends and lexicon.is_unknown(low)

    def after_beside(self, text: str, words: List[Word], at: int) -> bool:
        """ "with ...", "hello ...": only what is written like a name and is no other word."""
        word = words[at]
        return word.capital and not impossible(word.low) and not self._lexicon.is_ordinary(word.low)

    def after_relative(self, text: str, words: List[Word], at: int) -> bool:
        """ "my husband ...": a name when what follows treats it as one."""
        word, low, lexicon = words[at], words[at].low, self._lexicon
        if impossible(low):
            return False
        if lexicon.is_listed(low):
            if low not in lexicon.also or word.capital:
                return True
            treated = TREATED_AS_NAME.match(text, word.end) is not None
            return treated and low not in VERBISH and low not in CALENDAR
        if word.capital:
            return not word.opens and not lexicon.is_ordinary(low)
        return lexicon.is_unknown(low) and TREATED_AS_NAME.match(text, word.end) is not None

    def after_title(self, text: str, words: List[Word], at: int) -> bool:
        """ "dr ...", "mrs ...", "hi ..."."""
        word, low, lexicon = words[at], words[at].low, self._lexicon
        if impossible(low) or low in CALENDAR:
            return False
        if word.capital and FORMAL_TITLE.search(text[: word.start]):
            return True
        if lexicon.is_name(low):
            return low not in lexicon.also or word.capital or (low not in VERBISH and ends_phrase(text, word.end))
        return lexicon.is_unknown(low)

    def speaks(self, word: Word) -> bool:
        """ "jo here": each word before "here" or "speaking"."""
        if impossible(word.low) or word.low in VERBISH:
            return False
        return self._lexicon.is_name(word.low) or not self._lexicon.is_ordinary(word.low)

    def signed(self, word: Word, sign_off: bool) -> bool:
        """The last words of a message, behind "thanks," (sign_off) or a dash."""
        low, lexicon = word.low, self._lexicon
        if low in NOT_A_NAME or low in VERBISH or low in CALENDAR:
            return False
        if lexicon.is_listed(low):
            return sign_off or low not in lexicon.also
        return lexicon.is_unknown(low) if sign_off else word.capital and not lexicon.is_ordinary(low)


def impossible(low: str) -> bool:
    """Never a name, whatever stands before it."""
    return low in NOT_A_NAME or CONTRACTION.search(low) is not None


def ends_phrase(text: str, end: int) -> bool:
    """Whether what follows text[:end] can follow a name."""
    return ENDS_PHRASE.match(text, end) is not None
