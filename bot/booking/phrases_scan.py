"""Finds the words of time in a sentence, one after another, with what stands between them: "not", "or", "after"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.booking import phrases_bounds as bounds
from bot.booking import phrases_negation as negation
from bot.booking.phrases_days import day_mark
from bot.booking.phrases_hours import hour_mark
from bot.booking.phrases_spans import first_and_last, span
from bot.booking.phrases_spelling import plain
from bot.booking.phrases_words import Mark

_ENDS = r"(?=\s*(?:$|[.,;!?]|(?:please|pls|if possible|thanks)\b))"
_ANY = re.compile(
    r"(?:as )?(?:soon|early)(?:est)? as (?:possible|you(?: guys)? can|we can|i can|you have)\b"
    r"|(?:the )?(?:soonest|earliest|quickest)|first available|(?:next|first) (?:available|free|open)"
    r"|(?:next|first) (?:opening|slot|appointment|availability)"
    r"|(?:the )?first (?:thing|time|one) (?:you(?: have|'ve(?: got)?| got)|available|free)|next avail\b"
    r"|(?:as )?quick(?:ly)? as (?:possible|you can)|(?:what|which)ever(?:'s| is) (?:first|soonest|earliest)"
    r"|(?<!too )(?:any ?time |very )?soon(?:ish)?\b"
    rf"|(?:^|(?<=really )|(?<=something )|(?<=please )|(?<=very ))early{_ENDS}"
    rf"|(?:right away|immediately|urgent(?:ly)?|quickly|straight ?away|at once){_ENDS}|(?:the )?(?:sooner"
    rf"|quicker) the better"
    r"|any ?time|any day|all (?:times|days)|any of (?:them|those|these)|flexible|(?:wide|completely|totally|fully) open"
    rf"|open schedule|schedule is (?:wide )?open|(?:^|free |open )all week(?: long)?{_ENDS}"
    rf"|(?:when|what|which)ever(?:{_ENDS}| (?:works?|suits?|is|day|time|you|one|slot)\b)|no (?:real "
    rf"|strong )?preference"
    r"|(?:don't|dont|doesn't|do not|does not) (?:really )?(?:mind|care|matter)"
    rf"(?: when| which| what (?:day|time)| to me)?{_ENDS}"
    r"|(?:don't|dont|do not) (?:mind|care) (?:when|which)|(?:you|u) (?:choose|pick|decide)|surprise me|up to you"
    rf"|anything(?={_ENDS}| (?:works|goes|is (?:fine|good|ok|okay)|available|free|open|you (?:have|'ve|got)|really"
    rf"|at all"
    r"|except|but|other than|apart|on|in|after|before|between|next|this|around|from|is better|will do)\b)"
)
_SOON = re.compile(
    r"as|(?:the )?(?:soon|earl|quick)|any time soon|very soon|first|the first|next|(?:what|which)ever(?:'s| is)|right"
    r"|immediately|urgent|straight"
    r"|at once"
)
_OR = re.compile(r"\b(?:or|otherwise|alternatively|else|if not|failing that|and if)\b|/")
_AND = re.compile(r"\b(?:and|plus|also)\b|[,;.&+]")
_IN_HOURS = re.compile(
    r"(?:(?:can|could|i|we|you|come|do|it|make|maybe|say|today|around|about|call|me|is|possible)\s)*"
    r"in (?:about |like )?(?P<count>\d|an?|half an?|2) hours?(?: or so| time)?(?: please)?[?.! ]*"
)
_SO = re.compile(r"\bso\b")
_THROUGH = re.compile(r"\s*(?:to|through|thru|until|till|-)\s*(?:the )?")
_NOW_TO = re.compile(r"\b(?:between|from) (?:now|today|tomorrow) (?:and|until|till|to|through)\b")
_STORY = re.compile(  # what is told of a life: "we argue every night", "he left in march"
    r"\b(?:i|we|he|she|they|it|who)(?:'ve|'s|'re|'d)?(?: \w+){0,4}? (?:argue\w*|fight\w*|fought|slept|sleeps?(?! in$)"
    r"|happen\w*|cr(?:y|ied|ies)|drinks?|drank|yell\w*|think about|thought about|touch\w*|cheat\w*|hit|hurt|left|met"
    r"|married|divorced|separated|wake up|woke|get up|can't sleep|sleep at|feel|felt|broke up|had (?:sex|an affair)"
    r"|have sex|kiss\w*|masturbat\w*|watch\w*|snor\w*|moved out|died)\b"
    r"|\b(?:happened|all night long|nightmares?|one night stand|at night)\b.*\b(?:he|she|we|i|us|me|it)\b"
)
_ASKS = re.compile(
    r"\b(?:book\w*|appointments?|available|availability|come in|see (?:you|someone)|can (?:i|we|you)|could (?:i|we|you)"
    r"|works?|please|free|prefer\w*|make it|do you have|slots?|session on|schedule|meet|suits?|better|best|any ?time"
    r"|so)\b"
    r"|\d ?[ap]m\b"
)


def marks_of(text: str, now: datetime) -> list[Mark]:
    """The marks of a text in order, bounds and ranges resolved. now: local to the practice."""
    words, today = _NOW_TO.sub("by", plain(text)), now.date()
    if _is_story(words):
        return []
    if soon := _IN_HOURS.fullmatch(words):
        return _in_hours(soon["count"], now)
    found = _ranges(words, found_in(words, today), today)
    marks: list[Mark] = []
    for place, (mark, start, end) in enumerate(found):
        before = words[found[place - 1][2] if place else 0 : start]
        after = words[end : found[place + 1][1] if place + 1 < len(found) else len(words)]
        before = negation.without_refusal(before) if place else before
        previous = marks[-1] if marks else None
        there = bounds.counted_from(previous, mark, bool(_OR.search(before)), today)
        bounded, lead = bounds.bounded(before, after, mark, there)
        before = before if lead else ""
        if previous and previous.about == "any":  # "I can't do anything before 11"
            lead = words[found[place - 2][2] if place > 1 else 0 : start]
        if bounds.is_turned(lead, words[start:], mark, bounded is not mark):
            bounded, before = bounds.turned(bounded, today), ""
        if bounds.ends_work(before, words[start:], mark):
            before = ""
        negated = negation.is_negated(before, after, bounded, marks, words[:start])
        joined = _joined(before) if place else ""
        if negated and previous and previous.negated and negation.has_not(before):
            joined = "new"  # "no fridays, no mornings" are two things, "no friday mornings" is one
        if bounded.about == "hour" and _SO.search(before):  # "I drop the kids at 8:30, so after 9"
            marks = [one for one in marks if one.about != "hour" or one.negated]
        marks.append(replace(bounded, negated=negated, joined=joined))
        if negation.is_refused_after(after, place == len(found) - 1):
            negation.negate_last(marks)
    return negation.wide_spans_stand(marks)


def _in_hours(count: str, now: datetime) -> list[Mark]:
    """Within the hour that begins so many hours from now."""
    start = now + timedelta(hours=int(count) if count.isdecimal() else 0.5 if "half" in count else 1)
    minute = start.hour * 60 + start.minute
    return [span(start.date(), start.date()), Mark("hour", minutes=frozenset(range(minute, minute + 60)))]


def _is_story(words: str) -> bool:
    """Whether "every night", "at weekends", "all day" tell of a life rather than ask for a time."""
    return bool(_STORY.search(words)) and not _ASKS.search(words)


def found_in(words: str, today: date) -> list[tuple[Mark, int, int]]:
    """The marks of a plain text, each with where it starts and ends."""
    found: list[tuple[Mark, int, int]] = []
    at = 0
    while at < len(words):
        hit = None
        if at == 0 or not (words[at - 1].isalnum() and words[at].isalnum()):
            last = found[-1] if found else None
            after_day = bool(last and last[0].about == "day" and re.fullmatch(r"[\s,]*", words[last[2] : at]))
            hit = day_mark(words, at, today) or hour_mark(words, at, after_day)
            if hit is None and (anything := _ANY.match(words, at)):
                about = "soon" if _SOON.match(anything[0]) else "any"
                hit = Mark(about, every=anything[0].startswith("any")), anything.end()
        if hit and hit[1] >= at:
            found.append((hit[0], at, hit[1]))
        at = hit[1] if hit and hit[1] > at else at + 1
        if hit and hit[1] == found[-1][1]:  # a word that names a day and a part of it: "tonight"
            part = hour_mark(words, found[-1][1], True)
            if part:
                found.append((part[0], found[-1][1], part[1]))
                at = part[1]
    return found


def _ranges(words: str, found: list[tuple[Mark, int, int]], today: date) -> list[tuple[Mark, int, int]]:
    """"from dec 7 to friday the 11th", "between the 3rd and the 10th": two days that are the ends of one."""
    merged: list[tuple[Mark, int, int]] = []
    for mark, start, end in found:
        last = merged[-1] if merged else None
        if last and mark.about == last[0].about == "day":
            gap = words[last[2] : start]
            between = words[: last[1]].rstrip().removesuffix(" the").endswith("between")
            if _THROUGH.fullmatch(gap) or (between and re.fullmatch(r"\s*and\s*(?:the )?", gap)):
                first = first_and_last(last[0], today)[0]
                until = first_and_last(mark, first - timedelta(1) if mark.weekdays else today)[1]
                if first <= until:
                    merged[-1] = (span(first, until), last[1], end)
                    continue
        merged.append((mark, start, end))
    return merged


def _joined(gap: str) -> str:
    return "or" if _OR.search(gap) else "and" if _AND.search(gap) else "new" if re.search(r"\bbut\b", gap) else ""
