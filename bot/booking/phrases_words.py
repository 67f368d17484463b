"""The vocabulary of time: what a found word of time says (Mark), and a text made easy to read by rules."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_SHORT_DAYS = {
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip
_SHORT_MONTHS = {
    "jan": 0, "feb": 1, "mar": 2, "apr": 3, "jun": 5, "jul": 6, "aug": 7, "sep": 8, "sept": 8, "oct": 9, "nov": 10,
    "dec": 11,
}  # fmt: skip
_NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_MINUTES = {"fifteen": "15", "twenty": "20", "thirty": "30", "forty-five": "45", "forty five": "45"}
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth",
    "twenty-seventh", "twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first",
)  # fmt: skip
_SPELLINGS = {
    "tommorow": "tomorrow", "tommorrow": "tomorrow", "tomorow": "tomorrow", "tmrw": "tomorrow", "tmr": "tomorrow",
    "tmw": "tomorrow", "2moro": "tomorrow", "2morrow": "tomorrow", "tomoz": "tomorrow", "2day": "today",
    "2nite": "tonight", "tonite": "tonight", "arvo": "afternoon", "avo": "afternoon", "aft": "afternoon",
    "afternon": "afternoon", "afternoons": "afternoon", "mornings": "morning", "mornin": "morning",
    "morn": "morning", "moring": "morning", "evenings": "evening", "eve": "evening", "evng": "evening",
    "evenin": "evening", "nights": "night", "nite": "night", "nxt": "next", "wk": "week", "wks": "weeks",
    "wknd": "weekend", "wkend": "weekend", "xmas": "christmas", "noonish": "around noon", "midday": "noon",
    "fortnight": "2 weeks", "asap": "as soon as possible", "bfore": "before", "b4": "before", "aftr": "after",
    "thanks giving": "thanksgiving", "anytime": "any time", "lunchtime": "lunch", "lunchtimes": "lunch",
    "weds": "wednesday", "wensday": "wednesday", "wendsday": "wednesday", "thrusday": "thursday",
}  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """One word of time found in a text, and what it allows.

    about: "day", "hour", "any" or "soon". Days are a set of weekdays or a set of dates. otherwise: what it may also
    mean, minutes ("8" is the morning or the evening) or dates ("in two weeks" is a week when a weekday is named too).
    joined: the word before it ("or", "and", "").
    """

    about: str
    weekdays: frozenset[int] | None = None
    days: frozenset[date] | None = None
    minutes: frozenset[int] | None = None
    otherwise: frozenset[Any] = frozenset()
    every: bool = False
    negated: bool = False
    joined: str = ""


DAY = "|".join((*(f"{name}s?" for name in WEEKDAYS), *sorted(_SHORT_DAYS, key=len, reverse=True)))
MONTH = "|".join((*MONTHS, *sorted(_SHORT_MONTHS, key=len, reverse=True)))
_LONG_NAMES = [*WEEKDAYS, "january", "february", "august", "september", "october", "november", "december"]
_LOOK_ALIKES = {"mundane", "someday", "yesterday", "today", "sometimes", "remember", "members", "member", "midday",
                "weekday", "weekdays", "workday", "workdays", "monthly", "holiday", "sundays", "birthday"}  # fmt: skip


def weekday(word: str) -> int:
    """0 for Monday; the word matched DAY."""
    short = _SHORT_DAYS.get(word)
    return short if short is not None else WEEKDAYS.index(word.removesuffix("s"))


def month(word: str) -> int:
    """1 for January; the word matched MONTH."""
    short = _SHORT_MONTHS.get(word)
    return (short if short is not None else MONTHS.index(word)) + 1


def plain(text: str) -> str:
    """Lower case, one kind of apostrophe and dash, digits for numbers, usual spellings and slips mended."""
    text = text.casefold().translate({0x2019: "'", 0x2018: "'", 0x2013: "-", 0x2014: "-", 0xA0: " "})
    text = re.sub(r"\b([ap])\.\s?m\b\.?", r"\1m", text)
    for word, figure in _MINUTES.items():
        text = re.sub(rf"\b{word}\b(?!-|\s\w+th\b)", figure, text)
    text = re.sub(r"\b(?:a|an|one) fortnight\b", "2 weeks", text)
    text = re.sub(r"\ba couple (of )?(?=day|week|month)", "2 ", text)
    text = re.sub(  # what was is no wish
        rf"\blast (?:night|month|year|time|summer|winter|spring|fall|{DAY})\b|\blast week\b(?! (?:of|in))|\byesterday\b"
        r"|\b(?:an?|\d+|few|some|couple of) (?:day|week|month|year)s? ago\b", " ", text,
    )  # fmt: skip
    text = re.sub(r"\b(?:a|an|one) (?=week|month|fortnight|day\b)", "1 ", text)
    numbers = "|".join(_NUMBERS[2:])
    text = re.sub(rf"\b({numbers})(ish)?\b", lambda m: f"{_NUMBERS.index(m[1])}{m[2] or ''}", text)
    text = re.sub(
        r"\b(at|around|about|after|before|by|until|till|half|past|to|between|from|and)( like)? one\b(?! (of|who|that))",
        r"\1 1", text,
    )  # fmt: skip
    text = re.sub(r"\bone (?=o'?clock|30|15|45|am\b|pm\b)", "1 ", text)
    text = re.sub(r"[a-z']+(?:-[a-z]+)?", lambda m: _spelled(m[0]), text)
    ordinals = sorted(_ORDINALS, key=len, reverse=True)
    written = "|".join(word.replace("-", "[- ]") for word in ordinals)
    text = re.sub(
        rf"\bthe ({written})\b(?! (?:week|{DAY}|one|option|slot|time|half|available|thing|opening|appointment|choice))",
        lambda m: f"the {_ORDINALS.index(m[1].replace(' ', '-')) + 1}th", text,
    )  # fmt: skip
    text = re.sub(
        rf"\b({MONTH}) ({written})\b", lambda m: f"{m[1]} {_ORDINALS.index(m[2].replace(' ', '-')) + 1}th", text
    )
    return " ".join(text.split())


def _spelled(word: str) -> str:
    if word in _SPELLINGS:
        return _SPELLINGS[word]
    if len(word) < 6 or word in _LOOK_ALIKES or re.fullmatch(f"{DAY}|{MONTH}", word):
        return word
    close = difflib.get_close_matches(word, _LONG_NAMES, 1, 0.84)
    return close[0] if close and word[0] == close[0][0] else word
