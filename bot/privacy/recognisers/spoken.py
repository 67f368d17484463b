"""Numbers said in words: "six five oh, five five five, double two three four"."""

from __future__ import annotations

import re
from typing import Any, Iterator, NamedTuple, Tuple

from bot.privacy.recognisers.base import Found, Recogniser, cued
from bot.privacy.recognisers.numbers import CARD, CARD_CUE, PHONE, PHONE_CUE, SSN, SSN_CUE, luhn

_ONES = {
    "zero": "0", "oh": "0", "o": "0", "ow": "0", "nought": "0", "naught": "0", "nil": "0",
    "one": "1", "won": "1", "two": "2", "to": "2", "too": "2", "three": "3", "tree": "3", "four": "4", "fore": "4",
    "for": "4", "five": "5", "fife": "5", "six": "6", "seven": "7", "eight": "8", "ate": "8", "nine": "9", "niner": "9",
}  # fmt: skip
_SOUND_ALIKE = {"won", "tree", "fore", "for", "ate", "to", "too", "ow", "o"}  # count only between real digits
_TENS = {
    "twenty": "2", "thirty": "3", "forty": "4", "fourty": "4", "fifty": "5", "sixty": "6", "seventy": "7",
    "eighty": "8", "ninety": "9",
}  # fmt: skip
_TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16",
    "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
_ZEROS = {"hundred": "00", "thousand": "000"}
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_BETWEEN = set("dash hyphen space then and dot point area code plus pause comma slash er um uh".split())
_SSN_GROUPS = re.compile(r"\D*(?:\w+\W+){3}\W*(?:\w+\W+){2}\W*(?:\w+\W*){4}")
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|\n")
_JOINS = set(",.-/()&+;:") | {"\u2013", "\u2014", "\u2026"}


_Part = Tuple[int, int, str, bool, bool]  # start, end, digits, said in a word, may be another word


class _Number(NamedTuple):
    start: int
    end: int
    value: str
    words: int  # how many of its parts were words


class SpokenNumberRecogniser(Recogniser):
    """Runs of digit words, mixed with digits; numbers of seven and more digits."""

    KINDS = (PHONE, SSN, CARD)

    def find(self, text: str, artifacts: Any = None) -> Iterator[Found]:
        """Phones, SSNs and cards that are at least partly in words."""
        for number in _numbers(text):
            count = len(number.value)
            kind = _kind(text, number, count)
            if kind and number.words:
                yield Found(number.start, number.end, kind, 0.9)


def _kind(text: str, number: _Number, count: int) -> str | None:
    if 13 <= count <= 19 and (luhn(number.value) or cued(CARD_CUE, text, number.start)):
        return CARD
    if count == 9 and cued(SSN_CUE, text, number.start):
        return SSN
    said = text[number.start : number.end]
    if count == 9 and _SSN_GROUPS.fullmatch(said):
        return SSN if re.search(r"[,\-]", said) else PHONE
    if count == 4 and cued(SSN_CUE, text, number.start):
        return SSN
    if 10 <= count <= 15 or 7 <= count and cued(PHONE_CUE, text, number.start):
        return PHONE
    return PHONE if count == 7 and number.words >= 6 else None


def _numbers(text: str) -> Iterator[_Number]:
    """Maximal runs; a run ends at any word that neither says digits nor stands between them."""
    run: list[_Part] = []
    times, tens = 1, False
    for token in _TOKEN.finditer(text):
        word = token[0].lower()
        said = _said(word)
        if word in _TIMES:
            times = _TIMES[word]
            run.append((*token.span(), "", True, False))
        elif word.isdigit() and len(word) <= 11:
            run.append((*token.span(), word * times, False, False))
            times, tens = 1, False
        elif said is not None and not (word in _SOUND_ALIKE and not _in_the_middle(run)):
            if tens and len(said) == 1 and said != "0":  # twenty two
                start, _, before, *_ = run.pop()
                run.append((start, token.end(), before[:-1] + said, True, False))
                tens = False
            else:
                run.append((*token.span(), said * times, True, word in _SOUND_ALIKE))
                tens = word in _TENS
            times = 1
        elif word in _JOINS or (word in _BETWEEN and run):
            tens = tens and word == "-"
        else:
            yield from _closed(run)
            run, times, tens = [], 1, False
    yield from _closed(run)


def _said(word: str) -> str | None:
    if word in _TENS:
        return _TENS[word] + "0"
    return _ONES.get(word) or _TEENS.get(word) or _ZEROS.get(word)


def _in_the_middle(run: list[_Part]) -> bool:
    return len(run) >= 2 and all(len(part[2]) <= 4 for part in run[-2:])


def _closed(run: list[_Part]) -> Iterator[_Number]:
    while run and (run[-1][2] == "" or run[-1][4]):
        run = run[:-1]
    if run:
        yield _Number(run[0][0], run[-1][1], "".join(part[2] for part in run), sum(part[3] for part in run))
