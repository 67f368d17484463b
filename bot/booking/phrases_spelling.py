"""A visitor's text made easy to read by rules: one spelling, figures for numbers, without what is no wish for a time
(greetings, what is past)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Callable, Iterable, Union

from bot.booking.phrases_words import DAY, MONTH, MONTHS, WEEKDAYS

_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MINUTES = {"fifteen": "15", "twenty": "20", "thirty": "30", "forty-five": "45", "forty five": "45"}
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth",
    "twenty-seventh", "twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first",
)  # fmt: skip
_SPELLINGS = {
    "tmrw": "tomorrow", "tmr": "tomorrow", "tmw": "tomorrow", "tmrrw": "tomorrow", "tmoro": "tomorrow",
    "tomo": "tomorrow", "2moro": "tomorrow", "2morrow": "tomorrow", "2mrw": "tomorrow", "2moz": "tomorrow",
    "tomoz": "tomorrow", "nex": "next", "weeek": "week", "wek": "week", "2day": "today", "2nite": "tonight",
    "tonite": "tonight", "arvo": "afternoon", "avo": "afternoon", "aft": "afternoon", "afternoons": "afternoon",
    "mornings": "morning", "mornin": "morning", "morn": "morning", "evenings": "evening", "evng": "evening",
    "evn": "evening", "eves": "evening", "nights": "night", "nite": "night", "nites": "night", "nxt": "next",
    "wk": "week", "wks": "weeks", "mth": "month", "mths": "months", "wknd": "weekend", "wkend": "weekend",
    "wknds": "weekends", "wkends": "weekends", "wkday": "weekday", "wkdays": "weekdays", "xmas": "christmas",
    "noonish": "around noon", "middayish": "around noon", "midday": "noon", "fortnight": "2 weeks",
    "asap": "as soon as possible", "bfore": "before", "b4": "before", "befor": "before", "aftr": "after",
    "anytime": "any time", "sometime": "some time", "lunchtime": "lunch", "lunchtimes": "lunch", "weds": "wednesday",
    "thr": "thursday", "thrs": "thursday", "tu": "tuesday", "ur": "your", "btwn": "between", "betw": "between",
    "til": "till",
    "lunes": "monday", "martes": "tuesday", "miercoles": "wednesday", "jueves": "thursday", "viernes": "friday",
    "sabado": "saturday", "domingo": "sunday",  # many visitors mix Spanish in
}  # fmt: skip
_VOCABULARY = (
    *WEEKDAYS, *(name for name in MONTHS if len(name) > 5), "tomorrow", "morning", "afternoon", "evening", "tonight",
    "weekend", "weekday", "christmas", "thanksgiving", "between", "lunchtime",
)  # fmt: skip
_LOOK_ALIKES = {"mourning", "sundae", "sundry", "christian", "christians", "mundane"}


def _ordinal(word: str) -> str:
    return f"{_ORDINALS.index(word.replace(' ', '-')) + 1}th"


_WRITTEN = "|".join(word.replace("-", "[- ]") for word in sorted(_ORDINALS, key=len, reverse=True))
_SAME_AGAIN = rf"(week|weekend|month|{DAY})"
_PART = "(?:morning|afternoon|evening)"
_LISTED = r"(?:, ?(?:or |and )?| or | and | ?/ ?)(?:on )?"
_GREETED = rf"(?:morning|afternoon|evening|night|day|week|weekend|new year|holidays|christmas|thanksgiving|{DAY})"
_PAST = (
    rf"\blast (?:night|month|year|time|summer|winter|spring|fall|christmas|thanksgiving|easter|weekend"
    rf"|{DAY})\b(?! (?:of|in) )"
    r"|\blast week\b(?! (?:of|in))|\byesterday(?: (?:at|around) \S+)?\b|\btoday (?:was|has been)\b"
    r"|\bthanks? (?:you )?for today\b|\b(?:an?|\d+|few|some|couple of|several) (?:day|week|month|year)s? ago\b"
    r"|\b(?:for|in|over) the (?:past|last) (?:\w+ )?(?:day|week|month|year|night)s?\b"
    r"|(?:^|[.,!] ?|\b(?:hi|hello|hey|there) )(?:good|lovely) (?:morning|afternoon|evening|night|day)\b"
    rf"|\b(?:have|had|hope|wish)\b[\w' ]{{0,20}} (?:good|nice|great|lovely|fab|wonderful|happy) {_GREETED}\b"
    rf"|\b(?:happy|merry|enjoy (?:your|the)) {_GREETED}\b|\b(?:1|one)[- ](?:on|to|2)[- ](?:1|one)\b|\bscale (?:of"
    rf"|from) 1 to 10\b"
    r"|(?:^|[,.!] ?|thanks )(?:see|talk|speak|chat)(?: to)?(?: you| u)? (?:soon|later)\b"
)
Replacement = Union[str, Callable[[re.Match[str]], str]]


def _compiled(rules: Iterable[tuple[str, Replacement]]) -> list[tuple[re.Pattern[str], Replacement]]:
    return [(re.compile(pattern), to) for pattern, to in rules]


_BEFORE_SPELLING = _compiled(
    (
        (r"\b([ap])\.\s?m\b\.?", r"\1m"),
        (r"&", " and "),
        (r"\bw/?c\b(?= *\d| *the| *mon)|\b(?:wk|week) (?:commencing|beginning|starting)\b", "week of"),
        (r"\bwk\b", "week"),
        (rf"\b({DAY})(?=\d)", r"\1 "),
        (r"\b(o) ?'? ?clock\b|\bo'?clock\b", "o'clock"),
        (r"\b(?:how|what) about\b", "say"),
        (r"\bthanks giving\b", "thanksgiving"),
        (r"\bmi\u00e9rcoles\b", "wednesday"),
        (r"\bs\u00e1bado\b", "saturday"),
        (r"\b(?:por|en|de) la (?:(ma[\u00f1n]ana)|(tarde)|noche)\b",
         lambda m: "morning" if m[1] else "afternoon" if m[2] else "evening"),
        (r"\bma\u00f1ana\b", "tomorrow"),
        (r"\ba las? (?=\d)", "at "),
        *((rf"\b{word}\b(?!-(?!ish)|\s(?:first|second|third|\w+th)\b)", figure) for word, figure in _MINUTES.items()),
        (r"\b(?:a|an|one) fortnight\b", "2 weeks"),
        (rf"\b(?:a )?couple (?:of )?(?:more )?(?=day|week|month|{DAY})", "2 "),
        (_PAST, " "),
        (r"^(?:no|nope|nah),? (?:thanks|thank you|thx)\b[\s,.!-]*|(?:^|: )(?:no|nope|nah)[,.!]+ (?=\S+ \S)", " "),
        (r"\b(?:a|an|one) (?=week\b|month|day\b)", "1 "),
        (r"\b1 (week|day|month) or (?:2|two)\b", r"1-2 \1s"),
        (rf"\b({'|'.join(_NUMBERS)})(ish)?\b", lambda m: f"{_NUMBERS.index(m[1]) + 2}{m[2] or ''}"),
        (r"\b(at|around|about|after|before|by|until|till|half|past|to|between|from|and)( like)? one\b"
         r"(?! (?:of|who|that|on|after|before))", r"\1 1"),
        (rf"^one(?= (?:on|this|next|tomorrow|today|{DAY})\b)", "1"),
        (r"\bone (?=o'?clock|30|15|45|am\b|pm\b)", "1 "),
    )
)  # fmt: skip
_AFTER_SPELLING = _compiled(
    (
        (rf"\bthe ({_WRITTEN})\b(?! (?:week|weekend|{DAY}|one|option|slot|time|half|available|thing|opening|appointment"
         r"|choice|free|session|visit|\d|few|step|part|place|of (?:them|those|these|all))\b)",
         lambda m: f"the {_ordinal(m[1])}"),
        (r"\bbefore (?=the end of\b)", "by "),
        (r"\bthis side of\b", "before"),
        (rf"\bprefer ({_PART}|{DAY}) (?:to|over) (?={_PART}|{DAY})", r"\1 rather than "),
        (rf"\b(?:towards? )?(?:the )?(?:(end)|(start|beginning)|(middle)) of (?:the )?({_PART})\b",
         lambda m: f"{'late' if m[1] else 'early' if m[2] else 'mid'} {m[4]}"),
        (r"\bnot (?:free |available )?(?:until|till|before) after\b", "after"),
        (r"\bnot (?:free |available )?(?:until|till)\b", "not before"),
        (r"\bnot for (?:another|at least|the next|about) (?=(?:\d+|few) (?:day|week|month))", "starting in "),
        (r"\bmwf\b", "mondays, wednesdays and fridays"),
        (r"\bm ?- ?f\b", "weekdays"),
        (r"\bt[/-]?th\b", "tuesdays and thursdays"),
        (rf"\b({MONTH}) (?:the )?({_WRITTEN})\b", lambda m: f"{m[1]} {_ordinal(m[2])}"),
        (rf"\b({_WRITTEN}) of (?=(?:{MONTH})\b)", lambda m: f"{_ordinal(m[1])} of "),
        (rf"\bnext (?:{DAY})(?:{_LISTED}(?:{DAY})\b)+",  # "next tuesday or thursday": both of next week
         lambda m: re.sub(rf"(?<!next )\b({DAY})\b", r"next \1", m[0])),
        (rf"\b(this) {_SAME_AGAIN}( still)?,? (or|and|but) (?:the )?next(?: one)?\b"
         rf"(?! (?:week|weekend|month|few|\d|{DAY}))", r"\1 \2 \4 next \2"),
        (rf"\bnot this {_SAME_AGAIN},? (?:but )?(?:the )?(?:next|following)(?: one)?\b"
         rf"(?! (?:week|weekend|month|{DAY}))",
         
         r"next \1"),
    )
)  # fmt: skip


def plain(text: str) -> str:
    """Lower case, one kind of apostrophe and dash, digits for numbers, usual spellings and slips mended."""
    text = text.casefold().translate({0x2019: "'", 0x2018: "'", 0x2013: "-", 0x2014: "-", 0xA0: " "})
    for pattern, to in _BEFORE_SPELLING:
        text = pattern.sub(to, text)
    text = re.sub(r"[a-z']+(?:-[a-z]+)?|2[a-z]+|b4", lambda m: _spelled(m[0]), text)
    for pattern, to in _AFTER_SPELLING:
        text = pattern.sub(to, text)
    return " ".join(text.split())


@lru_cache(4096)
def _spelled(word: str) -> str:
    """The word of time that is meant, or the word itself."""
    if word in _SPELLINGS:
        return _SPELLINGS[word]
    if len(word) < 5 or word in _LOOK_ALIKES or word in _VOCABULARY or word.removesuffix("s") in _VOCABULARY:
        return word
    for known in _VOCABULARY:
        slips = 2 if len(known) >= 8 and known != "christmas" else 1
        if word[0] == known[0] and abs(len(word) - len(known)) <= slips and _distance(word, known) <= slips:
            return known
    return word


def _distance(one: str, other: str) -> int:
    """Letters left out, added, changed or swapped with their neighbour."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, rows[i - 2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
