"""Bounds: "after the 10th", "not before 10", "away until the 5th", "the 1st or later"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from bot.booking.phrases_hours import BUSY
from bot.booking.phrases_spans import AHEAD, first_and_last, span
from bot.booking.phrases_words import Mark

_TURNED = re.compile(
    r"\b(?:not|no|never|nothing|isn't|don't|can't|cannot|cant|nor|won't|dont)"
    r"(?: (?!works?\b|want|like|mind|care|sure|too|rush|problem)[a-z']+){0,4}\s*$"
)
_BOUND_WORD = re.compile(r"before|after|past|until|till|by|(?:any )?(?:later|earlier|sooner)")
_BOUND = (
    (
        re.compile(
            r"\b(?:on or after|(?:am|is|are|be|get|'m|'re) back|from|starting|beginning|since|as of|as from)"
            r"(?: (?:from|on|the|in town|home))*\s*$"
        ),
        "from",
    ),
    (re.compile(r"\b(?:after|(?:later|after) than|past|following)(?: the)?\s*$"), "after"),
    (re.compile(r"\b(?:before|prior to|ahead of|(?:earlier|sooner) than)(?: the)?\s*$"), "before"),
    (re.compile(r"\b(?:by|until|till|up to|latest|no later than)(?: the)?\s*$"), "by"),
)
_UNTIL = re.compile("until|till|up to")
_DAY_TAILS = (  # "the 1st or later", "payday is the 1st so after that"
    (
        re.compile(r"\s*(?:(?:and )?onwards?|(?:or|and) (?:later|after(?:wards)?|anything later)|and on|forward)\b"),
        "from",
    ),
    (
        re.compile(
            r"[\s,]*(?:so|and|or|then|but|is fine|i'm free|we're free|,)*\s*(?:any ?time |some ?time |free )?"
            r"after (?:that|then|it)\b"
        ),
        "after",
    ),
    (re.compile(r"\s*(?:(?:or|and) (?:earlier|before)|at the latest|latest)\b"), "by"),
)
_AWAY = re.compile(
    r"\b(?:away|vacation|holiday|travel\w*|abroad|overseas|on leave|trip|busy|not back|out of town|gone)\b[\w ']*$"
)


def is_turned(lead: str, word: str, mark: Mark, is_bounded: bool) -> bool:
    """Whether "not" stands before a bound: "not before 10" is "from 10 on". word: the text from the mark on."""
    return bool(_TURNED.search(lead) and (is_bounded or (mark.about == "hour" and _BOUND_WORD.match(word))))


def ends_work(before: str, word: str, mark: Mark) -> bool:
    """ "I work till 5", which was read as "from 5 on"."""
    return bool(_UNTIL.match(word) and mark.about == "hour" and BUSY.search(before))


def turned(mark: Mark, today: date) -> Mark:
    """What the mark leaves out."""
    if mark.minutes is not None:
        whole_day = frozenset(range(24 * 60))
        return replace(mark, minutes=whole_day - mark.minutes, otherwise=mark.otherwise and whole_day - mark.otherwise)
    ahead = span(today, today + timedelta(AHEAD)).days or frozenset()
    return replace(mark, days=ahead - (mark.days or frozenset()))


def bounded(before: str, after: str, mark: Mark, today: date) -> tuple[Mark, str]:
    """The mark with the bound word beside it taken in ("after", "by"), and what stands before that word."""
    if mark.about != "day":
        return mark, before
    for pattern, kind in _BOUND:
        if found := pattern.search(before):
            if re.search("until|till", found[0]) and _AWAY.search(before[: found.start()]):
                return _span_of("from", mark, today), ""  # "away until the 5th": from then on
            return _span_of(kind, mark, today), before[: found.start()]
    for pattern, kind in _DAY_TAILS:
        if pattern.match(after):
            return _span_of(kind, mark, today), before
    return mark, before


def _span_of(kind: str, mark: Mark, today: date) -> Mark:
    first, last = first_and_last(mark, today)
    end = today + timedelta(AHEAD)
    bounds = {
        "from": (first, end),
        "after": (last + timedelta(1), end),
        "before": (today, first - timedelta(1)),
        "by": (today, last),
    }
    return span(*bounds[kind])


def counted_from(previous: Mark | None, mark: Mark, is_other: bool, today: date) -> date:
    """The day from which a weekday counts: in "next week after wednesday" it is the wednesday of that week."""
    if mark.weekdays and previous and previous.days and len(previous.days) < AHEAD // 2 and not is_other:
        return max(today, min(previous.days) - timedelta(1))
    return today
