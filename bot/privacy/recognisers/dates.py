"""Dates of birth. A date counts only behind or before a word of birth; other dates belong to the question."""

from __future__ import annotations

import re
from typing import Any, Iterator

from bot.privacy.recognisers.base import Found, Recogniser

DOB = "DOB"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:r?uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_UNITS = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth"
_DAY_WORD = (
    rf"(?:(?:twenty|thirty)[\s\-]?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|one|two|three|four|five|six|seven|eight|nine)|twentieth|thirtieth|{_UNITS}|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty)"
)
_DAY = rf"(?:\d{{1,2}}(?:\s?(?:st|nd|rd|th))?(?!\d)|{_DAY_WORD}(?!\w))"
_TWO_WORDS = r"(?:(?:twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|ninety|oh|hundred(?:\s+and)?)(?:[\s\-]+(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))?|\w+teen|ten|eleven|twelve)"
_YEAR = rf"(?:(?:1[89]|20)\d\d(?!\d)|['\u2019]\s?\d\d(?!\d)|\d\d(?!\d)|(?:nineteen|twenty|two\s+thousand(?:\s+and)?)[\s\-]+{_TWO_WORDS}|(?:nineteen|two\s+thousand)(?:\s+and)?[\s\-]+\w+|two\s+thousand)"
_FULL_YEAR = rf"(?:(?:1[89]|20)\d\d(?!\d)|['\u2019]\s?\d\d(?!\d)|(?:nineteen|twenty|two\s+thousand(?:\s+and)?)[\s\-]+{_TWO_WORDS})"
_SEP = r"\s?[/.\-\u2010-\u2015|\\]\s?"
_DATE = rf"""(?:
    (?:19|20)\d\d{_SEP}\d{{1,2}}{_SEP}\d{{1,2}}(?!\d) | \d{{1,2}}{_SEP}\d{{1,2}}{_SEP}(?:\d{{4}}|\d{{2}})(?!\d) |
    \d{{1,2}}\s\d{{1,2}}\s(?:(?:19|20)\d\d|\d\d)(?!\d) | (?:19|20)\d{{6}}(?!\d) | (?:0\d|1[0-2])[0-3]\d(?:(?:19|20)?\d\d)(?!\d) |
    \d{{1,2}}{_SEP}{_MONTH}{_SEP}(?:\d{{4}}|\d{{2}})(?!\d) | {_MONTH}{_SEP}\d{{1,2}}{_SEP}(?:\d{{4}}|\d{{2}})(?!\d) |
    {_MONTH}(?!\w)\s*(?:the\s+)?{_DAY}(?:[\s,]*(?:of\s+|in\s+)?{_YEAR})? | (?:the\s+)?{_DAY}\s*(?:of\s+|day\s+of\s+)?{_MONTH}(?!\w)(?:[\s,]*(?:of\s+|in\s+)?{_YEAR})? |
    {_MONTH}(?!\w)[\s,]*(?:of\s+)?{_FULL_YEAR} | \d{{1,2}}{_SEP}(?:(?:19|20)\d\d|\d{{1,2}})(?!\d)
)"""
_CUE = r"""(?:\bd\.?\s?o\.?\s?b\b\.?|\bdates?\s+of\s+birth\b|\bbirth\s?dates?\b|\bb-?days?\b|\bbday\b|\bbirth\s?days?\b|\bborn\b|\bbirth\b|\bnacid[oa]\b|\bcumplea\S+)"""
_FILL = r"""(?:\s*(?:[:=\-\u2013\u2014(,]|\#|is|was|are|were|on|in|it'?s|its|at|being|i'?m|my|his|her|of|=>|listed\s+as|falls|date|back|day|also|would\s+be|around|way|wife'?s|husband'?s|s|for\s+\w+(?:\s+\w+)?|both)(?![a-z'])\s*){0,6}"""
_DAYS_OF_WEEK = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day[\s,]+(?:the\s+)?)?"
_BEHIND = re.compile(rf"{_CUE}\s*{_FILL}\s*{_DAYS_OF_WEEK}(?P<date>{_DATE})(?![\w/])", re.IGNORECASE | re.VERBOSE)
_CUED_YEAR = re.compile(rf"(?:\bd\.?o\.?b\.?|\bdate\s+of\s+birth|\bbirth\s?(?:date|year)|\byear\s+of\s+birth)\b\s*(?:is|was|:|=|-)?\s*(?P<date>{_FULL_YEAR})", re.IGNORECASE)
_BEFORE = re.compile(
    rf"(?<![\w/])(?P<date>{_DATE})(?![\w/])\s*[,(\-]?\s*(?:(?:is|was|=|being|for)\s+)?(?:(?:my|his|her|our|their|the|wife'?s|husband'?s|son'?s|daughter'?s|partner'?s|as|when)\s+){{0,3}}"
    r"(?:i\s+was\s+|he\s+was\s+|she\s+was\s+)?(?:actual\s+|real\s+)?(?:d\.?o\.?b\b|date\s+of\s+birth|birth\s?date|birth\s?day|b-?day|born|birth)",
    re.IGNORECASE | re.VERBOSE,
)
_ALSO = re.compile(rf"\s*(?:,|and|&|/|;|\(?(?:and\s+)?(?:mine|hers?|his|my\s+\w+'?s?|theirs|mine'?s)\)?|is|was|\bon\b|:|the){{1,8}}\s*(?P<date>{_DATE})(?![\w/])", re.IGNORECASE | re.VERBOSE)
_NATURAL = re.compile(_CUE[3:-1] + r"|birth|born|nacid|bday|b-day|cumple|d\.?\s?o\.?\s?b", re.IGNORECASE)


class BirthDateRecogniser(Recogniser):
    """The date beside a word of birth, and a second one joined to it by "and"."""

    KINDS = (DOB,)

    def find(self, text: str, artifacts: Any = None) -> Iterator[Found]:
        """Dates of birth, in digits or words."""
        if not _NATURAL.search(text):
            return
        for pattern_ in (_BEHIND, _CUED_YEAR, _BEFORE):
            for match in pattern_.finditer(text):
                yield Found(*match.span("date"), DOB, 0.9)
                also = _ALSO.match(text, match.end("date"))
                if also:
                    yield Found(*also.span("date"), DOB, 0.85)
