"""Words for days: which rule reads which words. The rules are in phrases_dates.py and phrases_weeks.py.

Each rule is a pattern and a function from its match and today's date to a Mark; the first rule that matches
at a place counts.
"""

from __future__ import annotations

import re
from datetime import date

from bot.booking import phrases_dates as dates
from bot.booking import phrases_weeks as weeks
from bot.booking.phrases_spans import PARTS
from bot.booking.phrases_weeks import Rule
from bot.booking.phrases_words import DAY, MONTH, Mark


def day_mark(text: str, at: int, today: date) -> tuple[Mark, int] | None:
    """The mark that starts at this place of a plain text and where it ends."""
    beside = _BESIDE.match(text, at)
    inner = beside and day_mark(text, beside.end(), today)
    if beside and inner:
        return weeks.beside(beside[1], beside[2], inner[0], today), inner[1]
    if _VERB.match(text, at) and _SUBJECT.search(text[:at]):
        return None
    for pattern, rule in _RULES:
        found = pattern.match(text, at)
        mark = rule(found, today) if found else None
        if found and mark:
            return mark, found.end()
    return None


_VERB = re.compile(r"(?:wed|sat|sun|fri|march|may|mar)\b")
_SUBJECT = re.compile(r"\b(?:i|we|he|she|they|you|who|have|had|just|the|my)\s+$")  # "we wed young", "he sat there"
_COUNT = r"(?P<count>\d{1,2}(?:(?:-| or | to )\d{1,2})?|few|several)"
_HOLIDAYS = (
    "christmas eve|christmas (?:break|holidays?|vacation)|winter break|christmas(?: day)?|boxing day|new year'?s eve"
    "|new year(?:'?s)?(?: day)?|holidays?(?: season)?|thanksgiving(?: (?:day|break))?|black friday|cyber monday"
    "|mlk(?: day)?|martin luther king(?: jr\\.?)? day|presidents?'? day|valentine(?:'?s)?(?: day)?|halloween"
    "|4th of july|july 4th|independence day|memorial day|labor day|veterans?'? day|columbus day"
)
_BEFORE_A_VERB_LIKE_MONTH = "(?:" + "|".join(
    rf"(?<=\b{word} )" for word in ("in", "during", "this", "next", "until", "before", "after", "by", "of", "for")
) + ")"
_NUMBER = r"\d{1,2}(?:st|nd|rd|th)?(?!\d|:)"
_NUMBERS = (  # "3", "8, 9 or 10", "8th to 10th"; not the hour in "8, 10am"
    rf"{_NUMBER}(?:(?: ?- ?| to | through | until | and | or |, ?or |, ?"
    rf"|/)(?:the )?{_NUMBER}(?! ?[ap]m)(?! (?:00|15|30|45)\\b)(?! or \d+ ?[ap]m))*"
)
_WEEKS = (
    rf"\b(?:{PARTS.replace('(early', '(?P<part>early')})?(?:the )?(?:rest of )?(?:the )?"
    r"(?:(?P<which>this|next|following|coming) )?week(?P<after> after next)?\b(?!s)"
)
_BESIDE = re.compile(  # "the week of the 14th", "the monday after thanksgiving", "the day before christmas"
    rf"\b(?:the )?(week|day|weekend|{DAY}) (of|starting|beginning|commencing|after|following|before)(?: on)? "
    r"(?:the )?(?=\w)"
)
_RULES: list[tuple[re.Pattern[str], Rule]] = [
    (re.compile(pattern), rule)
    for pattern, rule in (
        (r"\b(\d{4})-(\d\d?)-(\d\d?)\b", dates.iso),
        (rf"\b(?:\d{{1,2}}([-./ ])(?:\d{{1,2}}|{MONTH})\1|\d{{1,2}} ?(?:{MONTH}) ?')(?:20)?\d\d\b", dates.absolute),
        (r"\b(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d\d))?\b(?!/)", dates.slashed),
        (rf"\b(?:the )?(first|1st|second|2nd|third|3rd|fourth|4th|last) (week|day|{DAY}) (?:of |in )?"
         rf"((?:next month|this month|the month|(?:the )?new year|next year)|(?:next |this )?({MONTH}))\b",
         dates.nth_of_month),
        (rf"\b(?:the )?({_HOLIDAYS})( week)?\b", dates.holiday),
        (rf"\b(?P<month>{MONTH})\.? (?:the )?(?P<numbers>{_NUMBERS})(?:,? (?P<year>20\d\d))?(?![\d:])",
         dates.month_days),
        (rf"\b(?:the )?(?P<numbers>{_NUMBERS}),? ?(?:of )?(?P<month>{MONTH})\b(?:,? (?P<year>20\d\d))?",
         dates.month_days),
        (r"\b(?:the )?(\d{1,2})(?:st|nd|rd|th)(?: ?(?:-|to|through|until) ?(?:the )?(\d{1,2})(?:st|nd|rd|th))?\b"
         r"(?! (?:session|appointment|visit|time|one|call|option)\b)",
         dates.the_nth),
        (rf"\b(?P<count>\d) weeks? (?:(?:from|on|after) )?(?:this |next )?(?P<day>{DAY}|today|tomorrow|tonight)\b",
         weeks.from_there),
        (r"\b(?P<day>today|tomorrow) (?:(?P<count>\d) )?weeks?\b", weeks.from_there),
        (r"\btomorrow\b", weeks.relative(1)),
        (r"\b(?:at )?(?:the )?(?:same|this) (?:time|day)(?: of day)? next (?=week\b)week\b", weeks.relative(7)),
        (r"\b(?:later )?today\b", weeks.relative(0)),
        (r"^(?:say |can (?:we|i) (?:do|come) |is )?(?:right )?now(?: please| possible| ok| if possible)?(?=[?!. ]*$)",
         weeks.relative(0)),
        (r"\b(?=tonight\b)", weeks.relative(0)),
        (r"\bthis (?=(?:very )?(?:early |late )?(?:morning|afternoon|evening|lunch|pm\b))", weeks.relative(0)),
        (rf"\b(?P<day>{DAY}) (?:(?P<count>\d) )?weeks?\b(?! (?:from|after|of))", weeks.from_there),
        (rf"\b(?:the )?(?:(one|{DAY}|weekend|week) after(?: that)?|following one)(?=\s*(?:$|[,.;!?]| (?:would|is"
         rf"|works|then|please|if"
         rf"|maybe)\b))",
         weeks.one_after),
        (r"\b(?:the )?week after\b(?! next)", weeks.week_after),
        (r"\b(?:the )?weekend after next\b", weeks.weekend_after_next),
        (r"\b(?:mid|middle of the)[- ]?week\b(?! of)", weeks.midweek),
        (rf"\b(?P<count>\d) (?P<day>{DAY}) from (?:now|today)\b", weeks.weekdays_on),
        (r"\b(?:the )?first day (?:of )?next (?=week\b)week\b", weeks.first_day),
        (rf"\b(?:the )?({DAY}) after next\b", weeks.after_next),
        (rf"\b(?:in|within)? ?(?:about |around |like |roughly |maybe )?(?:a )?{_COUNT} "
         r"(?P<unit>day|week|month)s?(?:'s?)?(?: time)?(?: (?:from|after) (?P<from>now|today|tomorrow))?\b",
         weeks.in_a_while),
        (r"\b(?:(?:with)?in|over|during|any time in)?(?: the)? ?(?:coming|next) (\d{1,2}|few|couple(?: of)?|several)?"
         r" ?(days|weeks|months)\b", weeks.within),
        (r"\bwithin(?: the next)?(?: a)? (\d{1,2}|few|couple(?: of)?)? ?(days?|weeks?|months?)\b", weeks.within),
        (r"\b(?:in|during|with|after)? ?(?:the )?new year\b", dates.new_year),
        (rf"\b(?:{PARTS.replace('(early', '(?P<part>early')})?(?:the )?(?:(?P<which>this|next|following) )?month\b",
         dates.this_month),
        (rf"\b{PARTS.replace('(early', '(?P<part>early')}(?:next |this )?(?P<month>{MONTH})\b", dates.month_rest),
        (rf"\b(?:{PARTS.replace('(early', '(?P<part>early')})?(?:the )?(?:(?P<which>this|next) )?year\b",
         dates.of_year),
        (rf"{_BEFORE_A_VERB_LIKE_MONTH}(?P<month>may|march|mar)\b(?! \d)", dates.month_rest),
        (rf"\b(?P<month>{'|'.join(m for m in MONTH.split('|') if m not in ('may', 'march', 'mar', 'sun'))})\b",
         dates.month_rest),
        (r"\b(?:(this|next|coming|following|the coming|any|every|some|at|on|over) )?(?:the )?weekend(s)?\b",
         weeks.weekend),
        (r"\b(?:any |every )?(?:week ?days?|working days?|work ?days?)\b|\b(?:during|in) the week\b",
         weeks.working_days),
        (_WEEKS, weeks.of_week),
        (rf"\b({DAY})(?:s)? ?(?:-|to|through|thru|until|till) ?({DAY})\b", weeks.weekday_range),
        (rf"\b(?:(this coming|this|next available|next free|next|coming|upcoming|the following|following|any"
         rf"|every other|every|each"
         rf"|all|most|some|alternate|last) )?({DAY})\b",
         weeks.this_weekday),
    )
]
