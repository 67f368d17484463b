"""Dates of birth. A date counts only behind or before a word of birth; other dates belong to the question."""

from __future__ import annotations

import re
from typing import Any, Iterator

from bot.privacy.recognisers.base import Found, Recogniser, pattern
from bot.privacy.text import SIGN

DOB = "DOB"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:r?uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_ONE_TO_NINE = r"one|two|three|four|five|six|seven|eight|nine"
_TEENS = r"ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_DAY_WORD = (
    r"(?:(?:twenty|thirty)[\s\-]?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|" + _ONE_TO_NINE + r")|"
    r"twentieth|thirtieth|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\w+teenth|"
    rf"{_ONE_TO_NINE}|{_TEENS}|twenty|thirty)"
)
_DAY = rf"(?:\d{{1,2}}(?:\s?(?:st|nd|rd|th))?(?!\d)|{_DAY_WORD}(?!\w))"
_TENS = r"twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|ninety|oh|hundred(?:\s+and)?"
_IN_WORDS = (
    r"(?:nineteen|twenty|two\s+thousand(?:\s+and)?)[\s\-]+"
    rf"(?:(?:{_TENS})(?:[\s\-]+(?:{_ONE_TO_NINE}|ten|eleven|twelve))?|\w+teen|ten|eleven|twelve)"
)
_CENTURY = r"(?:1[89]|20)\d\d(?!\d)|'\s?\d\d(?!\d)"
_FULL_YEAR = rf"(?:{_CENTURY}|{_IN_WORDS})"
_YEAR = rf"(?:{_CENTURY}|\d\d(?!\d)|{_IN_WORDS}|(?:nineteen|two\s+thousand)(?:\s+and)?[\s\-]+\w+|two\s+thousand)"
_SEP = r"\s?[/.\-\u2010-\u2015|\\]\s?"
_YEAR_DIGITS = r"(?:\d{4}|\d{2})(?!\d)"
_DATE = rf"""(?:
    (?:19|20)\d\d{_SEP}\d{{1,2}}{_SEP}\d{{1,2}}(?!\d) |
    \d{{1,2}}{_SEP}\d{{1,2}}{_SEP}{_YEAR_DIGITS} |
    \d{{1,2}}\s\d{{1,2}}\s(?:(?:19|20)\d\d|\d\d)(?!\d) |
    (?:19|20)\d{{6}}(?!\d) | (?:0\d|1[0-2])[0-3]\d(?:(?:19|20)?\d\d)(?!\d) |
    \d{{1,2}}{_SEP}{_MONTH}{_SEP}{_YEAR_DIGITS} | {_MONTH}{_SEP}\d{{1,2}}{_SEP}{_YEAR_DIGITS} |
    {_MONTH}(?!\w)\s*(?:the\s+)?{_DAY}(?:[\s,]*(?:of\s+|in\s+)?{_YEAR})? |
    (?:the\s+)?{_DAY}\s*(?:of\s+|day\s+of\s+)?{_MONTH}(?!\w)(?:[\s,]*(?:of\s+|in\s+)?{_YEAR})? |
    {_MONTH}(?!\w)[\s,]*(?:of\s+)?{_FULL_YEAR} |
    \d{{1,2}}{_SEP}(?:(?:19|20)\d\d|\d{{1,2}})(?!\d)
)"""
_MISTYPED = r"b(?:rith|irht|ith|irt|rth)[\s\-]?d(?:ay|ate|y)"
_BIRTH = (
    r"(?:\bd\.?\s?o\.?\s?b\b\.?|\bd/o/b\b|\bdates?[\s\-]+of[\s\-]+birth\b|\bbirth\s?da(?:te|y)s?\b|\bb-?days?\b|"
    rf"\b{_MISTYPED}\b|\bb/?d(?:ate)?\b|\byob\b|\bborn\b|\bbirth\b|\bnacid[oa]\b|\bcumplea\S+|"
    r"\bfecha\s+de\s+nacimiento\b|\b(?:turn(?:ed|ing|s)?|be)\s+\d{2}\b)(?:'s\b)?\??"
)
_FILLERS = (
    r"(?:\s*(?:[:=\-\u2013\u2014(,]|\([dmy/.\-\s]+\)|\#|=>|(?:is|was|are|were|on|in|it'?s|its|at|being|i'?m|my|his|her|"
    r"of|listed\s+as|falls|date|back|day|also|would\s+be|around|way|wife'?s|husband'?s|s|for\s+\w+(?:\s+\w+)?|both)"
    r"(?![a-z']))\s*){0,6}"
)
_WEEKDAY = r"(?:(?:a\s+)?(?:mon|tues|wednes|thurs|fri|satur|sun)day[\s,]+(?:the\s+)?)?"
_WHOSE = r"(?:(?:my|his|her|our|their|the|wife'?s|husband'?s|son'?s|daughter'?s|partner'?s|as|when)\s+){0,3}"
_NEAR = (
    pattern(rf"{_BIRTH}\s*{_FILLERS}\s*{_WEEKDAY}(?P<date>{_DATE})(?![\w/])"),
    pattern(
        r"(?:\bd\.?o\.?b\.?|\bdate\s+of\s+birth|\bbirth\s?(?:date|year)|\byear\s+of\s+birth|\byob)\b"
        r"\s*(?:is|was|:|=|-)?\s*"
        rf"(?P<date>{_FULL_YEAR})"
    ),
    pattern(
        rf"(?<![\w/])(?P<date>{_DATE})(?![\w/])\s*[,(\-]?\s*(?:(?:is|was|=|being|for)\s+)?{_WHOSE}"
        r"(?:(?:i|he|she)\s+was\s+)?(?:actual\s+|real\s+)?"
        r"(?:d\.?o\.?b\b|date\s+of\s+birth|birth\s?da(?:te|y)|b-?day|born|birth)"
    ),
)
# a whole date that can be an adult's
_ADULT_YEAR = r"(?:19[2-9]\d|200\d)(?!\d)"
_ROW_DATE = (
    rf"(?P<date>\d{{1,2}}[/.\-]\d{{1,2}}[/.\-](?:{_ADULT_YEAR}|[3-9]\d(?!\d))|{_ADULT_YEAR}-\d\d-\d\d|"
    rf"{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+{_ADULT_YEAR}|\d{{1,2}}\s+{_MONTH}\s+{_ADULT_YEAR})(?![\w/])"
)
_FAR = pattern(  # "born in san jose on march 3 1990", "birthday, since you ask, 3/4/1990": only whole dates of the past
    rf"(?:{_BIRTH}[^.!?\n\d]{{0,40}}?|\bb\.\s|\baged?:?\s*\d{{2}}\s*[,(/\-]?\s*)(?<![\w/]){_ROW_DATE}"
)
_SPOKEN = pattern(  # "dob is oh four twelve eighty eight"
    rf"{_BIRTH}\s*{_FILLERS}\s*(?P<date>(?:(?:zero|oh|{_ONE_TO_NINE}|{_TEENS}|{_TENS}|thirty|\d{{1,2}})[\s,\-]+){{2,7}}"
    rf"(?:zero|oh|{_ONE_TO_NINE}|{_TEENS}|{_TENS}|(?:19|20)?\d\d))(?!\w)"
)
# in a row of details: "<NAME>, 03/14/1985, <PHONE>"
_IN_ROW = (
    re.compile(rf"{SIGN}\s?[,;/|\n]\s?{_ROW_DATE}", re.IGNORECASE),
    re.compile(rf"{SIGN}\s{_ROW_DATE}(?=\s*(?:$|[,;/|\n{SIGN}]))", re.IGNORECASE),
    re.compile(rf"(?<![\w/]){_ROW_DATE}\s?[,;/|\n]\s?{SIGN}", re.IGNORECASE),
)
# "born 9/9/1972, hers is 10/1/1975"
_SECOND = pattern(
    r"\s*(?:,|and|&|/|;|\(?(?:and\s+)?(?:mine|hers?|his|my\s+\w+'?s?|theirs|mine'?s)\)?|is|was|i|he|she|were|born|in|"
    r"\bon\b|:|the|\s){1,12}\s*"
    rf"(?P<date>{_DATE})(?![\w/])"
)
_ANY = re.compile(
    rf"birth|born|nacid|nacimiento|bday|b-day|cumple|yob|\bb/?d|\bb\.\s|\baged?\b|{_MISTYPED}|d/o/b|\bturn|\bbe \d|"
    r"d\.?\s?o\.?\s?b",
    re.IGNORECASE,
)


class BirthDateRecogniser(Recogniser):
    """The date beside a word of birth, and a second one joined to it by "and"."""

    KINDS = (DOB,)

    def find(self, text: str, artifacts: Any = None) -> Iterator[Found]:
        """Dates of birth, in digits or words."""
        for row in _IN_ROW if SIGN in text else ():
            for match in row.finditer(text):
                yield Found(*match.span("date"), DOB, 0.7)
        if not _ANY.search(text):
            return
        for near in (*_NEAR, _FAR, _SPOKEN):
            for match in near.finditer(text):
                yield Found(*match.span("date"), DOB, 0.9)
                second = _SECOND.match(text, match.end("date"))
                if second:
                    yield Found(*second.span("date"), DOB, 0.85)
