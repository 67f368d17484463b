"""What is refused: "not mondays", "tuesdays don't work", "I work weekends", "any day but friday"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Sequence

from bot.booking.phrases_spans import AHEAD
from bot.booking.phrases_words import Mark

_PEOPLE = "i|we|he|she|they|who|husband|wife|partner|boyfriend|girlfriend"
_AT_WORK = (  # "I work weekends", "we have class on mondays"; but "mornings work best", "I work from home on fridays"
    rf"(?:{_PEOPLE})(?:'m|'re|'s| am| are| is| both| usually| normally| always| often| mostly| also| only| still"
    rf"| have to)*"
    r" (?:works?|working|at work|at school|in class|teach|teaches|study)(?! (?:best|better|well|for (?:me|us)|around"
    r"|from home|fine|good|great|out|late|early|on (?:us|it|our)|nearby|at home|in)\b)"
    r"|(?:have|has|got|'ve)(?: (?:a|an|my|our|to|some|kids?|kids'|yoga|evening|night|work|standing|other|weekly"
    r"|soccer|football|band"
    r"|swim|choir|gym))* (?:practice|class|classes|meetings?|shifts?|work|school|lessons?|rehearsals?|church|training"
    r"|plans|the kids|something on)"
)
_NOT = re.compile(
    r"\b(?:not|no|nor|never|without|except(?:ing)?|excluding|exclude|unless|avoid|avoiding|nothing|neither|cannot|can't"
    r"|cant|don't|dont|won't|wont|isn't|aren't|unable|skip|other than|apart from|aside from|instead of|than|busy"
    r"|unavailable|away|any \w+ but|anything but|everything but|all but|out of town|vacation|on holiday"
    r"|travel(?:l?ing)?"
    rf"|abroad|overseas|on leave|on a trip|tied up|not back|hate|worst|gone"
    rf"|out of (?:the )?(?:office|country)|(?:i'm|we're|i am|we are|be) out|{_AT_WORK})\b"
)
_THAT = r"(?:it|that|this|those|these|any of (?:those|these))"
_NOT_A_NOT = re.compile(  # a "not" that is not about the time that comes after it
    r"\bwhy (?:not|don't)\b|\b(?:can't|couldn't|couldnt) we\b|\bif (?:it'?s )?(?:not|no)(?: possible)?\b"
    r"|\bno (?:problem|rush|worries|preference|matter|hurry|pressure|stress|issue|big deal|need)\b"
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
    r"|no go|impossible|tricky|too (?:early|late|soon|far)|excluded|excepted|no(?=\s*[,;])"
    r"|(?:really |very |quite |pretty |so )?(?:difficult|tough|hard|awkward|a (?:problem|pain|nightmare|mess|no)"
    r"|crazy|hectic"
    r"|packed|full|busy|terrible|awful|not ideal|not (?:for|my)|the worst|a busy day|rough|taken|booked)\b"
    r"|(?:doesn'?t|don'?t|do not|does not|won'?t|wouldn'?t|can'?t|cannot|isn'?t|aren'?t|never)(?: really| usually)? "
    r"(?:work|suit|do\b|good|possible|great|fit|be possible|ok|happen|free|available|make|an option|come)\w*"
    r"(?: (?:it|that|me|for (?:me|us)))?"
    r"|(?:i'm|i am|we're|we are|he's|she's) (?:away|busy|out\b|travel\w+|unavailable|on vacation|not))"
)
_AT_THE_END_NOT = re.compile(r"[\s,]*(?:don't|doesn't|not|no|excluded|excepted)[\s.!]*")  # "mondays no"
_FINE = re.compile(
    r"\s*(?:is|are|would be|would|could|might)? ?(?:work|fine|ok|good|better|great|possible|perfect|best|suit|instead)"
)
_ONLY_LINKS = re.compile(
    r"(?:[\s,&/+]|\b(?:and|or|nor|on|in|at|the|either|neither|any|maybe|even|also|not|for|of|during)\b)*"
)


def has_not(text: str) -> bool:
    """Whether a word of refusal is in it."""
    return _NOT.search(text) is not None


def without_refusal(gap: str) -> str:
    """What stands between two marks, without what refuses the first of them."""
    return _AFTERWARDS_NOT.sub(" ", gap, count=1) if _AFTERWARDS_NOT.match(gap) else gap


def is_refused_after(after: str, is_last: bool) -> bool:
    """Whether the words after a mark refuse it."""
    return bool(_AFTERWARDS_NOT.match(after) or (is_last and _AT_THE_END_NOT.fullmatch(after)))


def is_negated(before: str, after: str, mark: Mark, marks: Sequence[Mark], earlier: str) -> bool:
    """Whether the words between a mark and the marks before it refuse it. earlier: the whole text before the mark."""
    previous = marks[-1] if marks else None
    said = _NOT_A_NOT.sub(" ", before)
    if mark.about in ("any", "soon"):
        return False
    if re.search(r"\b(?:but|bar|barring)\s*(?:not |no )?(?:on )?$", said) and (
        any(one.every or one.about == "any" for one in marks) or re.search(r"\b(?:any|every|each|all)\b", earlier)
    ):
        return True  # "any day but friday", "any day next week but friday"
    if _NOT.search(said):
        # "not before 10" is a bound that is turned round; a new sentence after the "not" is not meant by it
        return not re.search(r"[.;!?] |\bbut\b|\bso\b|\botherwise\b|\binstead\b(?! of)", said[_last_not(said) :])
    if previous is None or not previous.negated or not _ONLY_LINKS.fullmatch(said):
        return False
    if _FINE.match(after):
        return False
    listed = previous.about == mark.about and (mark.every or mark.about == "hour")
    return "," not in said or bool(re.search(r"\b(?:or|and|nor)\b", said)) or listed


def _last_not(said: str) -> int:
    return max(found.start() for found in _NOT.finditer(said))


def negate_last(marks: list[Mark]) -> None:
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


def wide_spans_stand(marks: list[Mark]) -> list[Mark]:
    """"no mornings next week" still wishes next week: what is refused inside a long span is not the span."""
    if any(not mark.negated and mark.about in ("day", "hour") for mark in marks):
        return marks
    narrow = any(mark.negated and not mark.days for mark in marks)
    wide = [bool(narrow and mark.days and 5 <= len(mark.days) < AHEAD // 2) for mark in marks]
    return [replace(m, negated=False, joined="") if stands else m for m, stands in zip(marks, wide, strict=True)]

