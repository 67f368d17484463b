"""Words for times of day: "after 4", "half past three", "2-4", "arvo", "after work"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

from bot.booking.phrases_words import DAY, MONTH, Mark

_END = 24 * 60
_NEAR = 30  # minutes that "around" allows on both sides
_PARTS = (  # words, first minute, first minute after it; the first row that matches counts
    (r"(?:bright and |very |really )?early(?: in the)? (?:morning|am)|first thing(?: in the morning)?",
     7 * 60, 10 * 60),
    (r"mid[- ]?morning", 9 * 60 + 30, 11 * 60 + 30),
    (r"late(?:r)?(?: in the)? morning", 10 * 60 + 30, 12 * 60),
    (r"early(?: in the)? afternoon", 12 * 60, 15 * 60),
    (r"mid[- ]?afternoon", 14 * 60, 16 * 60 + 1),
    (r"late(?:r)?(?: in the)? afternoon", 15 * 60 + 30, 18 * 60),
    (r"early(?: in the)? evening", 17 * 60, 19 * 60 + 1),
    (r"late(?:r)?(?: in the)? evening|late at night", 19 * 60, _END),
    (r"before (?:i (?:go to|start|leave for) )?(?:the )?(?:work|school)(?: run)?", 6 * 60, 9 * 60 + 31),
    (r"(?:once|when) i(?:'m| am)? (?:finish|done|get off|off|out)(?:ed)?(?: (?:with|of))?(?: work)?(?! at)",
     17 * 60, _END),
    (r"(?:straight |right )?after (?:i (?:get off|finish|leave) )?(?:my |the )?(?:work(?:day|ing day)?|office|shift|job"
     r"|business hours|hours)(?: hours)?(?! (?:ends|finishes|is over))", 17 * 60, _END),
    (r"outside (?:of )?(?:my |the )?(?:normal |regular |usual )?(?:office|business|working|work|school)?(?: hours)?"
     r"|out of (?:office |work |business )?hours", 17 * 60, _END),
    (r"after (?:the )?(?:school )?(?:drop(?:ping)?[- ]?off|run)(?: the kids)?", 9 * 60, 12 * 60),
    (r"after (?:the )?(?:school|kids are (?:out|done))(?: pick[- ]?up| run)?", 15 * 60, 18 * 60),
    (r"(?:once|when|after) (?:the |my |our )?(?:kids|children|baby|little ones?|son|daughter)"
     r"(?:'s| is| are| go(?:es)?)?(?: in| to| (?:fall(?:s|en)? )?asleep)*(?: bed(?:time)?)?"
     r"(?<=bed|eep|ime)|after (?:(?:the )?kids'? )?bed ?time", 19 * 60, _END),
    (r"(?:straight |right )?after lunch", 13 * 60, 17 * 60),
    (r"just before lunch", 10 * 60 + 30, 12 * 60 + 1),
    (r"mid-? ?day|(?:the |in the )?middle of the day", 11 * 60, 14 * 60),
    (r"before lunch", 6 * 60, 12 * 60),
    (r"after (?:dinner|supper|tea)", 19 * 60, _END),
    (r"before (?:dinner|supper)", 16 * 60, 18 * 60),
    (r"after breakfast", 9 * 60, 12 * 60),
    (r"(?:on |over |during |in )?(?:my |the |a |at )?lunch(?: ?-?(?:break|hour|time|s))?", 12 * 60, 13 * 60 + 31),
    (r"(?:while|when) (?:the |my |our )?(?:kids|children|son|daughter) (?:are|is) (?:at|in) (?:school|daycare|nursery)"
     r"|(?:during |in |within )?school (?:hours|time)", 9 * 60, 14 * 60 + 31),
    (r"(?:in |during )?(?:the )?day ?time|(?:during|in) the day|(?:during |within |in )?(?:business|office|working"
     r"|work) "
     r"hours", 9 * 60, 17 * 60),
    (r"(?:the |your )?(?:last|latest) (?:thing|slot|appointment|time|one|possible|available|session|opening"
     r"|you(?:'ve| have)(?: got)?)", 16 * 60, _END),
    (r"as late (?:in the day )?as (?:possible|you (?:can|have|do))|(?:the )?later(?: in the day)? the better",
     16 * 60, _END),
    (r"(?:(?:at |by |towards )?the )?end of (?:the )?(?:work(?:ing)? ?)?day(?! (?:it|i|we|what|he|she|they|all|this"
     r"|that|you)\b)"
     r"|\beod|(?:late|later)(?: on)? in the day", 16 * 60, _END),
    (r"all day(?: long)?|the whole day", 0, _END),
    (rf"(?<!too )late(?:ish)?(?= (?:on|{DAY})\b)", 16 * 60, _END),
    (rf"(?<!too )earl(?:y|ier)(?:ish)?(?: on)?(?: in the day|(?= (?:{DAY})\b))", 7 * 60, 11 * 60),
    (r"(?:not|nothing) too early(?: in the (?:morning|day))?", 10 * 60, _END),
    (r"(?:not|nothing) too late(?: in the (?:evening|day)| at night)?", 8 * 60, 18 * 60 + 1),
    (r"(?:the )?earlier(?: in the day)? the better", 0, 12 * 60),
    (r"(?:in the |the )?mornings?|ams|(?:in )?the am(?! i\b)", 5 * 60, 12 * 60),
    (r"^(?:the |in the )?am(?= (?:or|only|pls|please|works|is|on|best|if)\b| ?[.,!/]|$)", 5 * 60, 12 * 60),
    (r"(?:in the |the )?afternoons?|pms?|(?:in )?the pm", 12 * 60, 17 * 60 + 1),
    (r"(?:week|school )nights?|(?:in the |the )?evenings?|eve|tonight|(?<!all )(?<!one )(?:at )?night(?:time)?",
     17 * 60, _END),
)  # fmt: skip
_PART_RULES = [(re.compile(rf"\b(?:{words})\b"), frozenset(range(a, b))) for words, a, b in _PARTS]
_MORNING = frozenset(range(5 * 60, 12 * 60))
_GOES_ON = re.compile(  # what follows a bare number that is a time of day
    rf"\s*(?:$|[,.;!?)/+-]|\s(?:on|or|and|to|works?|working|please|pls|plz|is|would|will|if|sharp|next|this|today|so"
    rf"|tomorrow|in the|the|then|ok|okay|instead|latest|onwards?|i|we|thanks|thx|that|sounds|should|can|could|at|but"
    rf"|not"
    rf"|suits?|good|great|fine|perfect|maybe|till|until|any|each|every|for us|for me|it is|week ?days?|weekends?|be|was"
    rf"|for the|one|was|when|because|since|my|works|better|best|preferred|ideally|possible|available|free|open|or so"
    rf"|{DAY}|{MONTH})\b)"
)
_COUNTS = re.compile(  # what follows a number that counts something, though "at" or "after" stands before it
    r"\s*(?:%|-?(?:(?:more|other|long|full|whole|young|small|little|different|separate|good|great|bad) )?(?:people"
    r"|persons?|kids|children|years?|yrs?|months?|weeks?|wks?|days?|hours?|hrs?|minutes?"
    r"|mins?|seconds?|sessions?|times|of (?:us|them|the|my)|percent|dollars|bucks|euros|pounds|questions?|things?"
    r"|options"
    r"|other|street|st|avenue|ave|road|rd|visits?|appointments|marriages|partners|attempts|couples|affairs|different"
    r"|more|year|month|week|day|hour|minute|and a half|glasses|drinks|beers|tries|fights)\b"
    r"|(?: [\w'-]+){1,2} (?:street|st|avenue|ave|road|rd|lane|drive|boulevard|blvd)\b)"
)
_LEADS = re.compile(
    r"(?:\b(?:at|around|about|after|before|by|till|until|from|between|and|or|to|say|do|like|past|maybe|it|have|take"
    r"|with"
    r"|make|prefer)|@|,|^|-|~)\s*$"
)
_AFTER = re.compile(r"(?:any ?time |some ?time |free )?(?:after|past|from|starting(?: at| from)?|as of|since|post)\s+")
_DONE = re.compile(  # "i finish work at 5"
    r"(?:finish(?:es|ed)?|gets? off|gets? out|gets? home|am off|is off|i'm off|done|ends?|be back|am back|is over)"
    r"(?: (?:work|school|class|with work|from work))*(?: (?:at|by|around|about))*\s+"
)
_LATER = re.compile(r"(?:any )?(?:later|after) than\s+")
_BEFORE = re.compile(r"(?:any ?time |some ?time )?(?:before|prior to|(?:any )?(?:earlier|sooner) than)\s+")
_UNTIL = re.compile(r"(?:until|till|up to|up until)\s+")
_BY = re.compile(r"(?:by|at the latest|latest)\s+")
_OUT_BY = re.compile(  # "I need to be back by 2"
    r"(?:to (?:be|get|go|leave|finish)|leave)(?: (?:done|finished|out|back|home|away|gone|there|at work|to work"
    r"|in the office))*"
    r" (?:by|before|at)\s+"
)
_BOUNDS = (
    (_OUT_BY, "by"),
    (_DONE, "after"), (_LATER, "later"), (_AFTER, "after"), (_BEFORE, "before"), (_UNTIL, "until"), (_BY, "by"),
)  # fmt: skip
_ABOUT = re.compile(r"(?:at )?(?:around|about|approx\w*|circa|roughly|close to|near|like|~)\s*")
_AT = re.compile(r"(?:exactly )?(?:at|@)\s*(?:the )?")
BUSY = re.compile(r"\b(?:works?|working|at work|busy|meetings?|class(?:es)?|shift|school|tied up|not free|away)\s*$")
_ROUGH = re.compile(r"\s?-?ish\b|\s(?:or so|or thereabouts|give or take)\b")
_ON = re.compile(r"\s?(?:\+|(?:or|and) (?:later|after|anything later)\b|onwards?\b|and on\b|and up\b)")
_THAT_ON = re.compile(r"[\s,]*(?:so|and|then) (?:any ?time |anything |some ?time )?after (?:that|then)\b")
_BEFORE_THAT = re.compile(r"[\s,]*(?:so|and|then) (?:any ?time |anything |some ?time )?before (?:that|then)\b")
_OR_EARLIER = re.compile(r"\s?(?:(?:or|and) (?:earlier|before)\b|at the latest\b|latest\b)")
_TO = re.compile(r"\s*(?:-|to|until|till|and|through|thru)\s*")


@dataclass(frozen=True)
class _Clock:
    minute: int
    other: int | None  # the other half of the day, when the words leave it open
    sure: bool  # clearly a time, whatever stands around it
    end: int

    def shifted(self, to_other: bool) -> int:
        return self.other if to_other and self.other is not None else self.minute


def hour_mark(text: str, at: int, after_day: bool) -> tuple[Mark, int] | None:
    """The mark that starts at this place of a plain text and where it ends. after_day: a day was just named."""
    span = _range(text, at)
    if span:
        return span
    for rule, minutes in _PART_RULES:
        found = rule.match(text, at)
        if found and found.end() > at:
            return Mark("hour", minutes=minutes), found.end()
    if after_day and (found := re.compile(r"am\b").match(text, at)):  # "thurs am", but not "I am"
        return Mark("hour", minutes=_MORNING), found.end()
    for rule, kind in _BOUNDS:
        lead = rule.match(text, at)
        clock = lead and _clock(text, lead.end(), True)
        if clock:
            if kind == "until" and BUSY.search(text[:at]):
                kind = "after"
            return _bound(kind, clock), _over(rf"\s(?:on(?:wards?)?|or so)\b(?! (?:{DAY}|the))", text, clock.end)
    lead = _ABOUT.match(text, at)
    clock = lead and _clock(text, lead.end(), True)
    if clock:
        return _around(clock), _over(_ROUGH.pattern, text, clock.end)
    lead = _AT.match(text, at)
    clock = _clock(text, lead.end() if lead else at, bool(lead) or after_day)
    return _exact(text, clock) if clock else None


def _exact(text: str, clock: _Clock) -> tuple[Mark, int]:
    for rule, kind in ((_ON, "after"), (_THAT_ON, "after"), (_BEFORE_THAT, "before"), (_OR_EARLIER, "by")):
        tail = rule.match(text, clock.end)
        if tail:
            return _bound(kind, clock), tail.end()
    rough = _ROUGH.match(text, clock.end)
    if rough:
        return _around(clock), rough.end()
    other = frozenset() if clock.other is None else frozenset({clock.other})
    return Mark("hour", minutes=frozenset({clock.minute}), otherwise=other), clock.end


def _range(text: str, at: int) -> tuple[Mark, int] | None:
    lead = re.compile(r"(?:any ?time )?(?:between|from)\s+").match(text, at)
    first = _clock(text, lead.end() if lead else at, True)
    join = first and _TO.match(text, first.end)
    if not first or not join or ("and" in join[0] and not (lead and "between" in lead[0])):
        return None
    last = _clock(text, join.end(), True)
    if not last:
        return None
    if "to" in join[0] and not (lead or BUSY.search(text[:at]) or first.sure or last.sure or _LEADS.search(text[:at])):
        return None
    start, end = first.minute, last.minute
    if first.other is not None and last.other is None:  # "2-4pm", "10-2pm": the later start that is before the end
        start = max((m for m in (first.minute, first.other) if m < end), default=first.minute)
    elif end <= start:
        end = last.shifted(True)
    if end <= start and first.other is not None:
        start = first.shifted(True)
    if end <= start:
        return None
    return Mark("hour", minutes=frozenset(range(start, end))), last.end


def _bound(kind: str, clock: _Clock) -> Mark:
    def minutes(of: int) -> frozenset[int]:
        ends = {"after": (of, _END), "later": (of + 1, _END), "before": (0, of), "until": (0, of), "by": (0, of + 1)}
        low, high = ends[kind]
        return frozenset(range(low, high))

    moment = clock.minute
    if clock.other is not None and clock.minute == 8 * 60 and kind == "after":
        moment = 20 * 60  # "after 8" without more is said of evenings
    other = frozenset() if clock.other is None else minutes(clock.other)
    return Mark("hour", minutes=minutes(moment), otherwise=other)


def _around(clock: _Clock) -> Mark:
    def minutes(of: int) -> frozenset[int]:
        return frozenset(range(max(0, of - _NEAR), min(_END, of + _NEAR + 1)))

    other = frozenset() if clock.other is None else minutes(clock.other)
    return Mark("hour", minutes=minutes(clock.minute), otherwise=other)


def _clock(text: str, at: int, led: bool) -> _Clock | None:
    """A time of day at this place. led: a word before it says that a time comes ("at", "after")."""
    return next(_clocks(text, at, led), None)


_NOON = re.compile(r"(?:12 )?(noon|midnight)\b")
_HALF = re.compile(
    r"(half|quarter|\d\d?(?= minutes| past))(?: minutes)?(?: (past|after|to|til|till|of|before))? (\d{1,2})(?=ish\b|\b)"
)
_TIME = re.compile(
    r"(\d{1,2})(?:(?:[:.h]| (?=(?:00|15|30|45)\b)|(?=\d\d ?[ap]m?\b))([0-5]\d))?(?!\d)(?:\s?(o'?clock)|h(?:rs)?\b)?"
    r"(?:\s?(am|pm)\b|([ap])(?![a-z])|\s(?:in the |this )?(morning|afternoon|evening)\b|\s(at night)\b)?"
)
_HOURS24 = re.compile(r"([01]\d|2[0-3])([0-5]\d)(?:\s?(?:h|hrs?|hours))?\b")


def _clocks(text: str, at: int, led: bool) -> Iterator[_Clock]:
    if found := _NOON.match(text, at):
        yield _Clock(12 * 60 if found[1] == "noon" else 0, None, True, found.end())
    if found := _HALF.match(text, at):
        steps = {"half": 30, "quarter": 15}
        part = steps.get(found[1]) or int(found[1])
        if found[2] or found[1] == "half":
            before = found[2] in ("to", "til", "till", "of", "before")
            yield _clock_of(int(found[3]), -part if before else part, text, found.end())
    if (found := _HOURS24.match(text, at)) and _is_clock24(text, at, found.end(), led):
        yield _Clock(int(found[1]) * 60 + int(found[2]), None, True, found.end())
    found = _TIME.match(text, at)
    if not found or int(found[1]) > 23 or re.match(r"(?:st|nd|rd|th)\b|/|%|[.,]\d", text[found.end() :]):
        return
    hour, minute = int(found[1]), int(found[2] or 0)
    half = found[4] or (f"{found[5]}m" if found[5] else "") or ("am" if found[6] == "morning" else "")
    half = half or ("pm" if found[6] or found[7] else "")
    sure = bool(half or found[2] or found[3])
    if not sure and not _may_be_time(text, at, found.end(), led):
        return
    if half and 1 <= hour <= 12:
        yield _Clock((hour % 12 + 12 * (half == "pm")) * 60 + minute, None, True, found.end())
    elif hour == 0 or hour > 12:
        yield _Clock(hour * 60 + minute, None, sure, found.end())
    else:
        yield _clock_of(hour, minute, text, found.end(), sure)


def _is_clock24(text: str, at: int, end: int, led: bool) -> bool:
    """ "1630" is a time, "2027" a year and "1200 oak street" neither."""
    return not re.match(r"20[23]\d\b", text[at:]) and _may_be_time(text, at, end, led)


def _clock_of(hour: int, minute: int, text: str, end: int, sure: bool = True) -> _Clock:
    half = re.match(r"\s?(?:(am|pm)\b|in the (morning|afternoon|evening)\b|(at night)\b)", text[end:])
    morning = (hour % 12) * 60 + minute
    evening = morning + 12 * 60
    if half:
        is_morning = half[1] == "am" or half[2] == "morning"
        return _Clock(morning if is_morning else evening, None, True, end + half.end())
    if 9 <= hour <= 11 or hour == 8:  # without more, 8 to 11 are mornings and 12 to 7 are not
        return _Clock(morning, evening, sure, end)
    return _Clock(evening, morning, sure, end)


def _may_be_time(text: str, at: int, end: int, led: bool) -> bool:
    """Whether a bare number is a time of day, from what stands around it."""
    if _COUNTS.match(text, end):
        return False
    if led:
        return True
    goes_on = _GOES_ON.match(text, end) or _ROUGH.match(text, end) or _ON.match(text, end)
    return bool(goes_on and _LEADS.search(text[:at]))


def _over(pattern: str, text: str, at: int) -> int:
    found = re.compile(pattern).match(text, at)
    return found.end() if found else at
