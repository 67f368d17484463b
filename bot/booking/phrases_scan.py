"""Finds the words of time in a sentence, one after another, with what stands between them: "not", "or", "after"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.booking.phrases_days import day_mark
from bot.booking.phrases_hours import hour_mark
from bot.booking.phrases_spans import AHEAD, first_and_last, span
from bot.booking.phrases_words import Mark, plain

_ANY = re.compile(
    r"(?:as )?(?:soon|early)(?:est)?(?: as (?:possible|you can|we can|i can))?\b|soonest|earliest|first available"
    r"|(?:next|first) (?:available|free|open)|next (?:opening|slot|appointment|availability)|any ?time|any day"
    r"|whenever|any of (?:them|those|these)|whatever|don't mind when|right away|immediately|flexible|anything"
    r"|no preference|(?:the )?sooner the better|urgently|quickly"
)
_SOON = re.compile(r"as|soon|early|earl|first|next|right|immediately|the sooner|sooner|urgently|quickly")
_NOT = re.compile(
    r"\b(?:not|no|nor|never|without|except(?:ing)?|excluding|exclude|unless|avoid|avoiding|nothing|neither|cannot|can't"
    r"|cant|don't|dont|won't|wont|isn't|aren't|unable|skip|other than|apart from|aside from|instead of|rather than|busy"
    r"|unavailable|away|any \w+ but|anything but|everything but|all but|out of town)\b"
)
_THAT = r"(?:it|that|this|those|these|any of (?:those|these))"
_NOT_A_NOT = re.compile(  # a "not" that is not about the time that comes after it
    r"\bwhy not\b|\bif (?:it'?s )?(?:not|no)(?: possible)?\b|\bno (?:problem|rush|worries|preference|matter)\b"
    r"|\bnot (?:sure|too)\b|\b(?:don't|dont|doesn't) (?:mind|care|know|matter)\b|\bno longer than\b"
    r"|(?:^|[.,;!?] ?)(?:no|nope|nah)\b ?(?:[,.;!-]|wait|i meant|sorry)|\b(?:can't|cant|cannot) wait\b"
    rf"|\b(?:can't|cant|cannot|won't) (?:make|do) {_THAT}(?: then| one)? ?[,.;-]"
    r"|\bnot (?:that|this|those|these)(?: ones?| day| time)? ?[,.;-]|\bnone of (?:those|these|them)\b"
    r"|\b(?:that|it|this|those|these|none of (?:those|these|them|that))(?: one| day| time)?s?"
    r" (?:doesn't|don't|won't|can't|isn't|works? not|aren't)[^,.;]*"
)
_AFTERWARDS_NOT = re.compile(  # "tuesdays don't work"
    r"\s*(?:is|are|was|were|would be|'s|also|just|really|both|i|we|,|never)*\s*"
    r"(?:not (?:good|great|possible|ok|okay|an option|available|working|free|suitable)|bad\b|out\b(?! of town)|no good"
    r"|no go|impossible|tricky|too (?:early|late|soon|far)|don't$|doesn't$|not$|excluded|excepted"
    r"|(?:doesn'?t|don'?t|do not|does not|won'?t|wouldn'?t|can'?t|cannot|isn'?t|aren'?t|never)(?: really| usually)? "
    r"(?:work|suit|do\b|good|possible|great|fit|be possible|ok|happen|free|available|make|an option|come)\w*"
    r"(?: (?:it|that|me|for (?:me|us)))?"
    r"|(?:i'm|i am|we're|we are|he's|she's) (?:away|busy|out\b|travel\w+|unavailable|on vacation|not))"
)
_FINE = re.compile(
    r"\s*(?:is|are|would be|would|could|might)? ?(?:work|fine|ok|good|better|great|possible|perfect|best|suit|instead)"
)
_TURNED = re.compile(
    r"\b(?:not|no|never|nothing|isn't|don't|can't|cannot|cant|nor)(?: (?:do|come|make it|be there|any ?time|any))?\s*$"
)
_BOUND_WORD = re.compile(r"before|after|past|until|till|by|(?:any )?(?:later|earlier|sooner)")
_ONLY_LINKS = re.compile(
    r"(?:[\s,&/+]|\b(?:and|or|nor|on|in|at|the|either|neither|any|maybe|even|also|not|for|of|during)\b)*"
)
_OR = re.compile(r"\b(?:or|otherwise|alternatively|else|if not|failing that|and if)\b|/")
_AND = re.compile(r"\b(?:and|plus|also)\b|[,;.&+]")
_BOUND = (
    (re.compile(r"\b(?:on or after|from|starting|beginning|since|as of|as from)(?: (?:from|on|the))*\s*$"), "from"),
    (re.compile(r"\b(?:after|(?:later|after) than|past|following)(?: the)?\s*$"), "after"),
    (re.compile(r"\b(?:before|prior to|ahead of|(?:earlier|sooner) than)(?: the)?\s*$"), "before"),
    (re.compile(r"\b(?:by|until|till|up to|latest|no later than)(?: the)?\s*$"), "by"),
)  # fmt: skip
_THROUGH = re.compile(r"\s*(?:to|through|thru|until|till|-)\s*(?:the )?")
_NOW_TO = re.compile(r"\b(?:between|from) (?:now|today|tomorrow) (?:and|until|till|to|through)\b")


def marks_of(text: str, now: datetime) -> list[Mark]:
    """The marks of a text in order, bounds and ranges resolved. now: local to the practice."""
    words, today = _NOW_TO.sub("by", plain(text)), now.date()
    found = _ranges(words, _found(words, today), today)
    marks: list[Mark] = []
    for place, (mark, start, end) in enumerate(found):
        before = words[found[place - 1][2] if place else 0 : start]
        after = words[end : found[place + 1][1] if place + 1 < len(found) else len(words)]
        if place:
            before = _AFTERWARDS_NOT.sub(" ", before, 1) if _AFTERWARDS_NOT.match(before) else before
        previous = marks[-1] if marks else None
        bounded, lead = _bounded(before, mark, today)
        if _TURNED.search(lead) and (lead != before or (mark.about == "hour" and _BOUND_WORD.match(words, start))):
            bounded, before = _turned(bounded, today), ""  # "not before 10" is "from 10 on"
        negated = _is_negated(before, after, bounded, previous)
        marks.append(replace(bounded, negated=negated, joined=_joined(before) if place else ""))
        if _AFTERWARDS_NOT.match(after):
            _negate_last(marks)
    return _wide_spans_stand(marks)


def _found(words: str, today: date) -> list[tuple[Mark, int, int]]:
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


def _is_negated(before: str, after: str, mark: Mark, previous: Mark | None) -> bool:
    said = _NOT_A_NOT.sub(" ", before)
    if mark.about in ("any", "soon"):
        return False
    if re.search(r"\bbut\s*(?:not |no )?(?:on )?$", said) and previous is not None and previous.every:
        return True  # "any day but friday"
    if _NOT.search(said):
        # "not before 10" is a bound that is turned round; a new sentence after the "not" is not meant by it
        return not re.search(r"[.;!?] |\bbut\b|\botherwise\b|\binstead\b(?! of)", said[_last_not(said) :])
    if previous is None or not previous.negated or not _ONLY_LINKS.fullmatch(said):
        return False
    if _FINE.match(after):
        return False
    listed = previous.about == mark.about and (mark.every or mark.about == "hour")
    return "," not in said or bool(re.search(r"\b(?:or|and|nor)\b", said)) or listed


def _last_not(said: str) -> int:
    return max(found.start() for found in _NOT.finditer(said))


def _negate_last(marks: list[Mark]) -> None:
    """"tuesdays and wednesdays don't work": the words just before it, as far as they stand together."""
    about = None
    for place in range(len(marks) - 1, -1, -1):
        mark = marks[place]
        if mark.about in ("any", "soon") or (about is not None and about != mark.about and marks[place + 1].joined):
            return
        marks[place] = replace(mark, negated=True)
        about = mark.about
        if mark.joined not in ("", "or", "and"):
            return


def _turned(mark: Mark, today: date) -> Mark:
    if mark.minutes is not None:
        whole_day = frozenset(range(24 * 60))
        return replace(mark, minutes=whole_day - mark.minutes, otherwise=mark.otherwise and whole_day - mark.otherwise)
    ahead = span(today, today + timedelta(AHEAD)).days or frozenset()
    return replace(mark, days=ahead - (mark.days or frozenset()))


def _bounded(before: str, mark: Mark, today: date) -> tuple[Mark, str]:
    """The mark with the bound word before it taken in ("after", "by"), and what stands before that word."""
    if mark.about != "day":
        return mark, before
    for pattern, kind in _BOUND:
        if found := pattern.search(before):
            first, last = first_and_last(mark, today)
            end = today + timedelta(AHEAD)
            bounds = {
                "from": (first, end),
                "after": (last + timedelta(1), end),
                "before": (today, first - timedelta(1)),
                "by": (today, last),
            }
            return span(*bounds[kind]), before[: found.start()]
    return mark, before


def _joined(gap: str) -> str:
    return "or" if _OR.search(gap) else "and" if _AND.search(gap) else "new" if re.search(r"\bbut\b", gap) else ""


def _wide_spans_stand(marks: list[Mark]) -> list[Mark]:
    """"no mornings next week" still wishes next week: what is refused inside a long span is not the span."""
    if any(not mark.negated and mark.about in ("day", "hour") for mark in marks):
        return marks
    narrow = any(mark.negated and not mark.days for mark in marks)
    wide = [bool(narrow and mark.days and 5 <= len(mark.days) < AHEAD // 2) for mark in marks]
    return [replace(m, negated=False, joined="") if stands else m for m, stands in zip(marks, wide, strict=True)]

