"""Answers to offered times: "the second", "4 works", "later", "another day", "the friday one"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Sequence

from bot.booking.phrases import Wish, understand
from bot.booking.phrases_words import plain

_NTH = {"1st": 0, "first": 0, "2nd": 1, "second": 1, "3rd": 2, "third": 2, "last": -1}
_FILLER = (
    r"(?:(?:yes|yeah|ok|okay|sure|great|perfect|hmm|um|oh|hi|then|let'?s|please|pls|the|i'?ll|we'?ll|i'?d|we'?d|i|we"
    r"|would|take|have|do|go|with|for|like|prefer|want|choose|pick|is|it|that|works?|fine|good|best|suits?|me|us|thanks"
    r"|thank you|can|could|on|at|maybe|a|bit|little|much|anything|something|some|any|one|ones|there|got|you|are|show"
    r"|what about|how about|sounds|slot|option|time|times|appointment|choice|number|available|free|instead|and|so|no"
    r"|nope|not really|ideally|only|these|those|of|them|none|neither|don'?t|won'?t|work|in|day)\b|[\s,.!?;:'#-])*"
)
_PICK = re.compile(rf"{_FILLER}(1st|first|2nd|second|3rd|third|last)\b{_FILLER}")
_NUMBERED = re.compile(r"(?:option|number|choice|no\.?|#)\s*([1-3])\b")
_BARE = re.compile(rf"{_FILLER}([1-3])(?:th)?{_FILLER}")
_LATEST = re.compile(rf"{_FILLER}(earliest|soonest|latest)\b{_FILLER}")
_MOVES = (
    ("another_day", r"(?:another|different|other) (?:day|date)s?|next day"),
    ("later", r"later(?: (?:ones?|times?|that day|in the day|on|please|pls))*|afterwards"),
    ("earlier", r"(?:earlier|sooner)(?: (?:ones?|times?|that day|in the day|on))*"),
    (
        "more",
        r"more|others?|else|another|different|other (?:ones?|times?|options?)|next|neither|none"
        r"|(?:none|neither|any) of (?:those|these|them)",
    ),
)  # fmt: skip
_YES = re.compile(
    rf"{_FILLER}(?:yes|yep|yeah|yup|ok|okay|sure|perfect|great|sounds good|that works|works for (?:me|us)|fine|good"
    rf"|please do){_FILLER}"
)


@dataclass(frozen=True)
class Picked:
    """One of the offered times."""

    start: datetime


@dataclass(frozen=True)
class Moved:
    """Other times are wanted: "later", "earlier", "another_day" or "more"."""

    way: str


def answer_to_offer(
    text: str, offered: Sequence[datetime], now: datetime, wish: Wish | None = None
) -> Picked | Moved | None:
    """What a message says about the offered local times; None when it is about something else.

    wish: the message read as a wish, when the caller has read it already.
    """
    words = plain(text)
    if not offered:
        return None
    for way, pattern in _MOVES:
        if re.fullmatch(rf"{_FILLER}(?:{pattern})\b{_FILLER}", words):
            return Moved(way)
    if len(offered) == 1 and _YES.fullmatch(words):
        return Picked(offered[0])
    wish = wish or understand(text, now)
    place = _place(words)
    if place is not None and -1 <= place < len(offered):
        return Picked(offered[place])
    if _LATEST.fullmatch(words):
        return Picked(max(offered) if "latest" in words else min(offered))
    if wish is None or wish.soonest:
        return None
    fitting = [start for start in offered if wish.fits(start)]
    if not fitting and not wish.names_days:
        return _numbered(words, offered)
    if not fitting and wish.names_days:  # "the friday one": the friday that was offered, not the coming one
        weekdays = {day.weekday() for option in wish.options for day in option.days or ()}
        if len(weekdays) == 1 and re.search(r"\bone\b", words):
            fitting = [start for start in offered if start.weekday() in weekdays]
    if len(fitting) == 1 and _points_at_one(wish, words):
        return Picked(fitting[0])
    return _numbered(words, offered) if not fitting else None


def _points_at_one(wish: Wish, words: str) -> bool:
    """ "4 works", "the friday": but "after 4" asks what there is after 4, though one of the offered times is."""
    if re.search(r"\b(?:any|anything|something|what|have|got)\b", words):
        return False
    one_hour = all(len(option.minutes or ()) == 1 for option in wish.options)
    one_day = all(len(option.days or ()) == 1 for option in wish.options) and not wish.names_hours
    return one_hour or one_day or re.search(r"\bone\b", words) is not None


def _place(words: str) -> int | None:
    found = _PICK.fullmatch(words)
    if found:
        return _NTH[found[1]]
    found = _NUMBERED.search(words)
    return int(found[1]) - 1 if found else None


def _numbered(words: str, offered: Sequence[datetime]) -> Picked | None:
    """A bare "2" that is none of the offered hours is the second of them."""
    found = _BARE.fullmatch(words)
    return Picked(offered[int(found[1]) - 1]) if found and int(found[1]) <= len(offered) else None


def other_times(moved: Moved, offered: Sequence[datetime], free: Sequence[datetime]) -> list[datetime]:
    """Those of the free local times that the visitor asks for, in order; for "earlier" the last ones count."""
    days = {start.date() for start in offered}
    if moved.way == "later":
        return [start for start in free if start > max(offered)]
    if moved.way == "earlier":
        return [start for start in free if start < min(offered)]
    if moved.way == "another_day":
        return [start for start in free if start.date() not in days]
    return [start for start in free if start not in offered and start > min(offered)]
