"""Answers to offered times: "the second", "4 works", "later", "another day", "the friday one"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Sequence

from bot.booking.phrases import understand
from bot.booking.phrases_spelling import plain
from bot.booking.phrases_wish import Option, Wish

_NTH = {
    "1th": 0, "2th": 1, "3th": 2, "1st": 0, "first": 0, "1": 0, "2nd": 1, "second": 1, "2": 1, "3rd": 2, "third": 2,
    "3": 2, "last": -1,
}  # fmt: skip
_FILLER = (
    r"(?:(?:yes|yeah|yep|ok|okay|sure|great|perfect|hmm|um|oh|hi|then|let'?s|please|pls|the|i'?ll|we'?ll|i'?d|we'?d|i"
    r"|we"
    r"|would|take|have|do|does|go|with|for|like|prefer|want|choose|pick|is|it|that|works?|fine|good|best|suits?|me|us"
    r"|thanks|thank you|can|could|on|at|maybe|a|bit|little|much|anything|something|some|any|one|ones|there|got|you|are"
    r"|show|say|sounds|slot|slots|option|options|time|times|appointment|appointments|choice|number|available|free"
    r"|instead"
    r"|and|so|no|nope|not really|ideally|only|these|those|of|them|none|neither|don'?t|won'?t|can'?t|cannot|doesn'?t"
    r"|isn'?t"
    r"|aren'?t|work|in|day|what|see|give|need|make|book|all|be|just|really|unfortunately|sorry|too|that's|it's"
    r"|they're|'s"
    r"|possible|perhaps|well|actually|think|i'm|offer|move|to)\b|[\s,.!?;:'#-])*"
)
# "1th": plain() writes "the first" so; "1st" may also be meant as a date
_PICK = re.compile(rf"{_FILLER}([123]th|1st|2nd|3rd|first|second|third|last)\b{_FILLER}")
_NUMBERED = re.compile(r"(?:option|number|choice|slot|no\.?|#)\s*([1-3]|one)\b")
_MIDDLE = re.compile(rf"{_FILLER}middle\b{_FILLER}")
_BARE = re.compile(rf"{_FILLER}(\d{{1,2}})(?:th)?{_FILLER}")
_LATEST = re.compile(
    rf"{_FILLER}(?:(earliest|soonest|latest)|(earlier|later)(?= (?:one|slot|time|option|appointment)\b))\b{_FILLER}"
)
_ANY = re.compile(
    rf"{_FILLER}(?:whichever|whatever|any|any(?: one)? of (?:them|those|these)|either|both|all (?:good|fine|work|ok)"
    rf"|(?:don't|dont|do not) (?:mind|care)|no preference|(?:you|u) (?:choose|pick|decide)|up to you){_FILLER}"
)
_NOT_ANY = re.compile(r"\b(?:no|not|can't|cannot|don't (?!mind|care)|any ?\?|both of us)")
_CANNOT = (
    r"(?:can'?t|cannot|won'?t|doesn'?t|don'?t|do not|does not|not)(?: really)?"
    r" (?:do|make|work|suit|good|possible|manage)"
)
_NONE = r"(?:none|neither|not any|not)(?: of)? (?:those|these|them|that)"
_IN_DAY = r"(?: (?:in the|that|the same|on that|same) day)"
_MOVES = (
    ("another_day", r"(?:another|different|other) (?:day|date)s?"),
    ("later_that_day", rf"later{_IN_DAY}|too early(?: in the (?:day|morning))?|after those"),
    ("earlier_that_day", rf"earlier{_IN_DAY}"),
    ("later", r"later(?: (?:ones?|times?|on|please|pls))*|afterwards|(?:any ?time )?after (?:that|those|these|this"
              r"|then)|too soon"),
    ("earlier", r"(?:earlier|sooner)(?: (?:ones?|times?|on))*|(?:any ?time )?before (?:that|those|these|this|then)"
                r"|too (?:late|far(?: (?:away|off|out))?)"),
    (
        "more",
        r"more|what (?:do you|have you|you) (?:have|got)|what(?: is|'s| are)? (?:free|available|open|left)"
        r"|others?|else|another|different|other (?:ones?|times?|options?)|next(?: ones?)?|neither|none"
        rf"|{_NONE}(?: (?:works?|suits?|good))?|(?:{_CANNOT}|can'?t)(?: (?:any|either|one))?(?: of)? ?(?:those|these"
        rf"|them|that|it|this)?"
        rf"|(?:those|these|they|that|it|this|none)(?: (?:one|day|time)s?)? {_CANNOT}",
    ),
)  # fmt: skip
_DAYS_ON = (  # days counted from what was offered
    (re.compile(r"\b(?:the )?(?:next day|day after|following day)\b(?! (?:tomorrow|next|\w+ing\b))"), "day"),
    (re.compile(r"\b(?:the )?(?:week after|following week)(?: that)?\b(?! next)"), "week"),
    (re.compile(r"\b1 week (?:later|after(?: that)?)\b|\bsame (?:time|day)(?: of day)? (?:the )?(?:next"
                r"|following) week\b"), "seven"),
)  # fmt: skip
_YES = re.compile(
    rf"{_FILLER}(?:yes|yep|yeah|yup|ok|okay|sure|perfect|great|sounds good|that works|works for (?:me|us)|fine|good"
    rf"|please do|take it|book (?:it|that)|take that|do (?:it|that)){_FILLER}"
)
_THAT_ONE = re.compile(r"\b(?:this|next|coming|following|not|no|none|don't|can't|never|after|before|from|every|any"
                       r"|weeks?|in)\b")


_SHIFTED = re.compile(
    r"\b(half an?|\d+|an?)( and (?:a|1) half)? ?(hour|hr|minute|min)s?( and (?:a|1) half)? (later|earlier)\b"
)


@dataclass(frozen=True)
class Picked:
    """One of the offered times."""

    start: datetime


@dataclass(frozen=True)
class Moved:
    """Other times are wanted: "later", "earlier", "another_day" or "more"; on these days and minutes, when said."""

    way: str
    days: frozenset[date] | None = None
    minutes: frozenset[int] | None = None

    @property
    def wish(self) -> Wish | None:
        """The days and minutes that were said."""
        return Wish((Option(self.days, self.minutes),)) if self.days else None


def answer_to_offer(
    text: str, offered: Sequence[datetime], now: datetime, wish: Wish | None = None
) -> Picked | Moved | None:
    """What a message says about the offered local times; None when it is about something else.

    wish: the message read as a wish, when the caller has read it already.
    """
    words = plain(text)
    if not offered:
        return None
    if _LATEST.fullmatch(words):
        return Picked(max(offered) if re.search("latest|later", words) else min(offered))
    if _ANY.fullmatch(words) and not _NOT_ANY.search(words):
        return Picked(min(offered))
    if moved := _shifted(words, offered) or _moved(words, offered):
        return moved
    if len(offered) == 1 and _YES.fullmatch(words):
        return Picked(offered[0])
    place = _place(words, len(offered))
    wish = wish or understand(text, now)
    is_date = re.search(r"\b(?:1st|2nd|3rd)\b", words) and wish and any(map(wish.fits, offered))
    if place is not None and -1 <= place < len(offered) and not is_date:
        return Picked(offered[place])
    return _pointed_at(words, wish, offered)


def _shifted(words: str, offered: Sequence[datetime]) -> Moved | None:
    """ "30 minutes later" than the one time that is talked about."""
    found = _SHIFTED.search(words)
    if not found or len(offered) != 1:
        return None
    number, more, unit, after, way = found.groups()
    count = (float(number) if number.isdecimal() else 0.5 if "half" in number else 1) + (0.5 if more or after else 0)
    away = timedelta(minutes=round(count * (60 if unit.startswith("h") else 1)))
    start = offered[0] + away if way == "later" else offered[0] - away
    return Moved(way, frozenset([start.date()]), frozenset([start.hour * 60 + start.minute]))


def _moved(words: str, offered: Sequence[datetime]) -> Moved | None:
    last = max(offered).date()
    for pattern, unit in _DAYS_ON:
        if pattern.search(words):
            monday = last - timedelta(last.weekday())
            first = {"day": last + timedelta(1), "week": monday + timedelta(7), "seven": last + timedelta(7)}[unit]
            days = frozenset(first + timedelta(n) for n in range(7 if unit == "week" else 1))
            minutes = frozenset(start.hour * 60 + start.minute for start in offered) if "same time" in words else None
            return Moved("another_day", days, minutes)
    for way, move in _MOVES:
        if re.fullmatch(rf"{_FILLER}(?:{move})(?:\b|$){_FILLER}", words):
            that_day = frozenset(start.date() for start in offered) if way.endswith("_that_day") else None
            return Moved(way.removesuffix("_that_day"), that_day)
    return None


def _pointed_at(words: str, wish: Wish | None, offered: Sequence[datetime]) -> Picked | None:
    """The one of the offered times that the words fit: "4 works", "the friday one", "morning is fine"."""
    if wish is None:
        return _numbered(words, offered)
    if wish.soonest:
        return None
    fitting = [start for start in offered if wish.fits(start)]
    if not fitting and not wish.names_days:
        return _numbered(words, offered)
    if not fitting and not _THAT_ONE.search(words):  # "friday": the friday that was offered, not the coming one
        fitting = [start for start in offered if _is_that_weekday(wish, start)]
    if len(fitting) == 1 and _points_at_one(wish, words):
        return Picked(fitting[0])
    return _numbered(words, offered) if not fitting else None


def _is_that_weekday(wish: Wish, start: datetime) -> bool:
    minute = start.hour * 60 + start.minute
    return any(
        len(option.days or ()) == 1
        and start.weekday() in {day.weekday() for day in option.days or ()}
        and (option.minutes is None or minute in option.minutes)
        for option in wish.options
    )


def _points_at_one(wish: Wish, words: str) -> bool:
    """ "4 works", "the friday": but "after 4" asks what there is after 4, though one of the offered times is."""
    if re.search(r"\b(?:any|anything|something|what|have|got|else|other)\b", words):
        return False
    one_hour = all(len(option.minutes or ()) == 1 for option in wish.options)
    one_day = all(len(option.days or ()) == 1 for option in wish.options) and not wish.names_hours
    part = re.search(r"\b(?:morning|afternoon|evening|noon|lunch)\b", words)
    part = part if not wish.excluded and not _BOUND.search(words) and "?" not in words else None
    return bool(one_hour or one_day or part or re.search(r"\bone\b", words))


_BOUND = re.compile(r"\b(?:after|before|until|till|by|from|past|between|later|earlier|or|every|only)\b")


def _place(words: str, count: int) -> int | None:
    found = _PICK.fullmatch(words)
    if found:
        return _NTH[found[1]]
    if _MIDDLE.fullmatch(words):
        return count // 2
    found = _NUMBERED.search(words)
    return {"1": 0, "one": 0, "2": 1, "3": 2}[found[1]] if found else None


def _numbered(words: str, offered: Sequence[datetime]) -> Picked | None:
    """A bare "4" is the offered four o'clock; a bare "2" that is none of the offered hours is the second of them."""
    found = _BARE.fullmatch(words)
    if not found:
        return None
    number = int(found[1])
    at_that_hour = [start for start in offered if (start.hour - number) % 12 == 0]
    if len(at_that_hour) == 1:
        return Picked(at_that_hour[0])
    return Picked(offered[number - 1]) if 1 <= number <= len(offered) else None


def other_times(moved: Moved, offered: Sequence[datetime], free: Sequence[datetime]) -> list[datetime]:
    """Those of the free local times that the visitor asks for, in order; for "earlier" the last ones count."""
    if moved.way == "later":
        found = [start for start in free if start > max(offered)]
    elif moved.way == "earlier":
        found = [start for start in free if start < min(offered)]
    elif moved.way == "another_day":
        days = {start.date() for start in offered}
        found = [start for start in free if start.date() not in days]
    else:
        found = [start for start in free if start not in offered and start > min(offered)]
    named = [start for start in found if moved.days is None or start.date() in moved.days]
    exact = [start for start in named if moved.minutes is None or start.hour * 60 + start.minute in moved.minutes]
    return exact or named or found
