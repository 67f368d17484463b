"""Words for days: "next tuesday", "the 3rd", "dec 3-10", "in two weeks", "the week of the 14th", "weekends".

Each rule is a pattern and a function from its match and today's date to a Mark; the first rule that matches
at a place counts. Weeks run from Monday to Sunday.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Callable, Iterable

from bot.booking.phrases_words import DAY, MONTH, Mark, month, weekday

AHEAD = 400  # days: further than any practice books
Rule = Callable[[re.Match[str], date], "Mark | None"]


def day_mark(text: str, at: int, today: date) -> tuple[Mark, int] | None:
    """The mark that starts at this place of a plain text and where it ends."""
    for pattern, rule in _RULES:
        found = pattern.match(text, at)
        mark = rule(found, today) if found else None
        if found and mark:
            return mark, found.end()
    return None


def first_and_last(mark: Mark, today: date) -> tuple[date, date]:
    """The dates a day mark begins and ends with; a weekday means the coming one."""
    if mark.days:
        return min(mark.days), max(mark.days)
    coming = [_coming(day, today) for day in mark.weekdays or ()]
    return min(coming), max(coming)


def span(first: date, last: date) -> Mark:
    """All days from first to last."""
    return Mark("day", days=frozenset(first + timedelta(n) for n in range(max(0, (last - first).days + 1))))


def _days(days: Iterable[date]) -> Mark:
    return Mark("day", days=frozenset(days))


def _monday(day: date) -> date:
    return day - timedelta(day.weekday())


def _coming(day: int, today: date) -> date:
    return today + timedelta((day - today.weekday() - 1) % 7 + 1)


def _week(monday: date, part: str = "") -> Mark:
    first, last = {"early": (0, 1), "mid": (1, 3), "late": (3, 4), "": (0, 6)}[part]
    return span(monday + timedelta(first), monday + timedelta(last))


def _part(words: str | None) -> str:
    for part, named in (
        ("early", ("early", "earlier", "begin", "start", "first half")),
        ("mid", ("mid",)),
        ("late", ("late", "later", "end", "second half", "tail")),
    ):
        if words and words.startswith(named):
            return part
    return ""


_PARTS = (
    r"(?:the |at the |towards? the )?(early|earlier|beginning|start|first half|mid(?:dle)?|late|later|end|tail end"
    r"|second half)(?: part)?(?: of| in)?[ -]?"
)


# --- dates ---


def _date(number: int, of_month: int, year: int | None, today: date) -> date | None:
    """The next such date; None when there is none, such as February 30."""
    try:
        if year is not None:
            return date(year + 2000 if year < 100 else year, of_month, number)
        this_year = date(today.year, of_month, number)
        return this_year if this_year >= today else date(today.year + 1, of_month, number)
    except ValueError:
        return None


def _numbered(number: int, today: date) -> date | None:
    """The next day of a month with this number."""
    for ahead in range(0, 3):
        index = today.month - 1 + ahead
        try:
            day = date(today.year + index // 12, index % 12 + 1, number)
        except ValueError:
            continue
        if day >= today:
            return day
    return None


def _iso(m: re.Match[str], today: date) -> Mark | None:
    day = _date(int(m[3]), int(m[2]), int(m[1]), today)
    return span(day, day) if day else None


def _slashed(m: re.Match[str], today: date) -> Mark | None:
    first, second, year = int(m[1]), int(m[2]), int(m[3]) if m[3] else None
    day = _date(second, first, year, today) or _date(first, second, year, today)
    return span(day, day) if day else None


def _month_day(m: re.Match[str], today: date) -> Mark | None:
    number, name = int(m["number"]), m["month"]
    year = int(m["year"]) if "year" in m.re.groupindex and m["year"] else None
    day = _date(number, month(name), year, today)
    last = m["last"] if "last" in m.re.groupindex else None
    until = _date(int(last), month(name), day.year if day else None, today) if last else day
    return span(day, until) if day and until else None


def _the_nth(m: re.Match[str], today: date) -> Mark | None:
    day = _numbered(int(m[1]), today)
    if m[2]:
        last = _numbered(int(m[2]), day or today)
        return span(day, last) if day and last else None
    return span(day, day) if day else None


def _week_of(m: re.Match[str], today: date) -> Mark | None:
    inner = day_mark(m.string, m.end(), today)
    return _week(_monday(first_and_last(inner[0], today)[0])) if inner else None


def _month_rest(m: re.Match[str], today: date) -> Mark | None:
    number = month(m["month"])
    year = today.year + (number < today.month)
    return _month_part(year, number, _part(m["part"] if "part" in m.re.groupindex else ""), today)


def _month_part(year: int, number: int, part: str, today: date) -> Mark:
    end = calendar.monthrange(year, number)[1]
    first, last = {"early": (1, 8), "mid": (12, 18), "late": (end - 7, end), "": (1, end)}[part]
    return span(max(date(year, number, first), today), date(year, number, last))


def _this_month(m: re.Match[str], today: date) -> Mark | None:
    ahead = today.month - 1 + (m["which"] in ("next", "following"))
    return _month_part(today.year + ahead // 12, ahead % 12 + 1, _part(m["part"]), today)


def _nth_of_month(m: re.Match[str], today: date) -> Mark | None:
    """first week of december, last week of the month, second monday in january"""
    nth = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "last": -1}[m[1]]
    year, number = today.year, today.month
    if m[3] == "next month":
        year, number = year + number // 12, number % 12 + 1
    elif m[4]:
        number = month(m[4])
        year += number < today.month
    end = calendar.monthrange(year, number)[1]
    if m[2] == "week":
        return span(date(year, number, end - 6), date(year, number, end)) if nth < 0 else span(
            date(year, number, 1 + 7 * nth), date(year, number, min(end, 7 + 7 * nth))
        )
    named = [d for d in (date(year, number, n) for n in range(1, end + 1)) if d.weekday() == weekday(m[2])]
    return _days([named[nth]]) if nth < len(named) else None


# --- weekdays and weeks ---


def _this_weekday(m: re.Match[str], today: date) -> Mark | None:
    which, day = m[1] or "", weekday(m[2])
    plural = m[2].endswith("s") and m[2] not in ("tues", "thurs", "weds")
    if which in ("any", "every", "each", "all", "most", "some") or plural:
        return Mark("day", weekdays=frozenset({day}), every=True)
    if which == "next":
        return _days([_monday(today) + timedelta(7 + day)])
    if which == "last":
        return None
    if which:
        return _days([today if day == today.weekday() and which == "this" else _coming(day, today)])
    return Mark("day", weekdays=frozenset({day}))


def _weekday_range(m: re.Match[str], today: date) -> Mark | None:
    first, last = weekday(m[1]), weekday(m[2])
    count = (last - first) % 7 + 1
    return Mark("day", weekdays=frozenset((first + n) % 7 for n in range(count)), every=True)


def _from_there(m: re.Match[str], today: date) -> Mark | None:
    """two weeks from friday, a week on tuesday, friday week, tuesday after next"""
    groups = m.groupdict()
    weeks = int(groups.get("count") or 1)
    day = _coming(weekday(groups["day"]), today)
    return _days([day + timedelta(7 * weeks)])


def _after_next(m: re.Match[str], today: date) -> Mark | None:
    return _days([_monday(today) + timedelta(14 + weekday(m[1]))])


def _of_week(m: re.Match[str], today: date) -> Mark | None:
    """(early) next week, the end of this week, the week after next, in the week"""
    ahead = {"next": 1, "following": 1, "coming": 1 if today.weekday() > 3 else 0, "after next": 2}
    which = (m["which"] or "").strip()
    monday = _monday(today) + timedelta(7 * (2 if m["after"] else ahead.get(which, 0)))
    if not which and not m["part"] and not m["after"]:
        return None
    found = _week(monday, _part(m["part"]))
    if monday > today:
        return found
    if m["part"] in ("late", "later"):  # "later this week": from tomorrow on
        return span(today + timedelta(1), monday + timedelta(6))
    return _days(d for d in found.days or () if d >= today)


def _weekend(m: re.Match[str], today: date) -> Mark | None:
    which = (m[1] or "").strip()
    saturday = _monday(today) + timedelta(5)
    if which in ("any", "every", "some", "at", "on") or m[2]:
        return Mark("day", weekdays=frozenset({5, 6}), every=True)
    if which in ("next", "following"):
        saturday += timedelta(7)
    return _days(d for d in (saturday, saturday + timedelta(1)) if d >= today)


def _working_days(m: re.Match[str], today: date) -> Mark | None:
    return Mark("day", weekdays=frozenset(range(5)), every=True)


# --- so far from now ---


def _relative(offset: int) -> Rule:
    return lambda _m, today: span(today + timedelta(offset), today + timedelta(offset))


def _in_a_while(m: re.Match[str], today: date) -> Mark | None:
    """in two weeks, 10 days from now, in a month, in a few days, a week from today"""
    few = m["count"] in ("few", "several")
    count = 3 if few else int(m["count"].split("-")[0].split(" ")[0])
    start = today + timedelta(m["from"] == "tomorrow")
    if m["unit"] == "month":
        index = start.month - 1 + count
        year, number = start.year + index // 12, index % 12 + 1
        first = date(year, number, min(start.day, calendar.monthrange(year, number)[1]))
        return span(first, first + timedelta(6))
    first = start + timedelta(count * (7 if m["unit"] == "week" else 1))
    found = span(first, first + timedelta(2 if few else 0))
    return replace(found, otherwise=_week(_monday(first)).days or frozenset()) if m["unit"] == "week" else found


def _within(m: re.Match[str], today: date) -> Mark | None:
    """within two weeks, in the next few days, over the next 10 days"""
    count = {"few": 4, "couple": 2, "couple of": 2, "several": 5}.get(m[1] or "", 0) or int(m[1] or 1)
    unit = 30 if m[2].startswith("month") else 7 if m[2].startswith("week") else 1
    return span(today if m[0].startswith("within") else today + timedelta(1), today + timedelta(count * unit))


def _day_after(m: re.Match[str], today: date) -> Mark | None:
    return _relative(2 if m[1] == "after" else 1)(m, today)


# --- holidays ---


def _holiday(m: re.Match[str], today: date) -> Mark | None:
    first, last = _holiday_dates(m[1], today.year)
    if last < today:
        first, last = _holiday_dates(m[1], today.year + 1)
    return _week(_monday(first)) if m[2] else span(first, last)


def _holiday_dates(name: str, year: int) -> tuple[date, date]:
    november = date(year, 11, 1)
    thanksgiving = _coming(3, november - timedelta(1)) + timedelta(21)
    last_of_may, september = date(year, 5, 31), date(year, 8, 31)
    for word, first, last in (
        ("christmas eve", (12, 24), (12, 24)),
        ("christmas break", (12, 24), (1, 1)),
        ("christmas", (12, 25), (12, 25)),
        ("boxing", (12, 26), (12, 26)),
        ("new year's eve", (12, 31), (12, 31)),
        ("new years eve", (12, 31), (12, 31)),
        ("new year", (1, 1), (1, 1)),
        ("holiday", (12, 24), (1, 1)),
        ("valentine", (2, 14), (2, 14)),
        ("halloween", (10, 31), (10, 31)),
        ("4th of july", (7, 4), (7, 4)),
        ("july 4th", (7, 4), (7, 4)),
        ("independence", (7, 4), (7, 4)),
    ):
        if name.startswith(word):
            return date(year, *first), date(year + (last < first), *last)
    if name.startswith("memorial"):
        day = _monday(last_of_may)
    elif name.startswith("labor"):
        day = _coming(0, september)
    else:
        day = thanksgiving
    return day, day


def _new_year(m: re.Match[str], today: date) -> Mark | None:
    return span(date(today.year + 1, 1, 2), date(today.year + 1, 1, 31))


_COUNT = r"(?P<count>\d{1,2}(?:(?:-| or | to )\d{1,2})?|few|several)"
_HOLIDAYS = (
    "christmas eve|christmas break|christmas|boxing day|new year'?s eve|new year(?:'?s)?(?: day)?|holidays?(?: season)?"
    "|thanksgiving|valentine(?:'?s)?(?: day)?|halloween|4th of july|july 4th|independence day|memorial day|labor day"
)
_BEFORE_A_VERB_LIKE_MONTH = "(?:" + "|".join(
    rf"(?<=\b{word} )" for word in ("in", "during", "this", "next", "until", "before", "after", "by", "of", "for")
) + ")"
_WEEKS = (
    rf"\b(?:{_PARTS.replace('(early', '(?P<part>early')})?(?:the )?(?:rest of )?(?:the )?"
    r"(?:(?P<which>this|next|following|coming) )?week(?P<after> after next)?\b(?!s)"
)
_RULES: list[tuple[re.Pattern[str], Rule]] = [
    (re.compile(pattern), rule)
    for pattern, rule in (
        (rf"\b(?:the )?week (?:of|starting|beginning|commencing)(?: on)? (?:the )?"
         rf"(?=\d|{MONTH}|{DAY}|christmas|thanks)", _week_of),
        (r"\b(\d{4})-(\d\d?)-(\d\d?)\b", _iso),
        (r"\b(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d\d))?\b(?!/)", _slashed),
        (rf"\b(?:the )?(first|1st|second|2nd|third|3rd|fourth|4th|last) (week|{DAY}) (?:of|in) "
         rf"((?:next month|this month|the month)|({MONTH}))\b", _nth_of_month),
        (rf"\b(?:the )?({_HOLIDAYS})( week)?\b", _holiday),
        (rf"\b(?P<month>{MONTH})\.? (?:the )?(?P<number>\d{{1,2}})(?:st|nd|rd|th)?"
         rf"(?: ?(?:-|to|through|and) ?(?P<last>\d{{1,2}})(?:st|nd|rd|th)?\b(?! ?[ap]m))?"
         r"(?:,? (?P<year>20\d\d))?(?![\d:])",
         _month_day),
        (rf"\b(?:the )?(?P<number>\d{{1,2}})(?:st|nd|rd|th)? ?(?:of )?(?P<month>{MONTH})\b(?:,? (?P<year>20\d\d))?",
         _month_day),
        (r"\b(?:the )?(\d{1,2})(?:st|nd|rd|th)(?: ?(?:-|to|through|until) ?(?:the )?(\d{1,2})(?:st|nd|rd|th))?\b",
         _the_nth),
        (r"\b(?:the )?day (after|following) (?:tomorrow)\b", _day_after),
        (r"\btomorrow\b", _relative(1)),
        (r"\b(?:later )?today\b", _relative(0)),
        (r"\b(?=tonight\b)", _relative(0)),
        (r"\bthis (?=(?:very )?(?:early |late )?(?:morning|afternoon|evening|lunch))", _relative(0)),
        (rf"\b{_COUNT} weeks? (?:from|on|after)(?: this| next)? (?P<day>{DAY})\b", _from_there),
        (rf"\b(?P<day>{DAY}) week\b", _from_there),
        (rf"\b(?:the )?({DAY}) after next\b", _after_next),
        (rf"\b(?:in|within)? ?(?:about |around |like |roughly |maybe )?(?:a )?{_COUNT} "
         r"(?P<unit>day|week|month)s?(?:'s?)?(?: time)?(?: (?:from|after) (?P<from>now|today|tomorrow))?\b",
         lambda m, t: _in_a_while(m, t) if m[0].lstrip().startswith("in ") or m["from"] or "time" in m[0] else None),
        (r"\b(?:(?:with)?in|over|during|any time in)?(?: the)? ?(?:coming|next) (\d{1,2}|few|couple(?: of)?|several)?"
         r" ?(days|weeks|months)\b", _within),
        (r"\bwithin(?: the next)?(?: a)? (\d{1,2}|few|couple(?: of)?)? ?(days?|weeks?|months?)\b", _within),
        (r"\b(?:in|during|with|after)? ?(?:the )?new year\b", _new_year),
        (rf"\b(?:{_PARTS.replace('(early', '(?P<part>early')})?(?:the )?(?:(?P<which>this|next|following) )?month\b",
         _this_month),
        (rf"\b{_PARTS.replace('(early', '(?P<part>early')}(?:next |this )?(?P<month>{MONTH})\b", _month_rest),
        (rf"{_BEFORE_A_VERB_LIKE_MONTH}(?P<month>may|march|mar)\b(?! \d)", _month_rest),
        (rf"\b(?P<month>{'|'.join(m for m in MONTH.split('|') if m not in ('may', 'march', 'mar', 'sun'))})\b",
         _month_rest),
        (r"\b(this|next|coming|following|the coming|any|every|some|at|on|over)?(?: the)? ?weekend(s)?\b", _weekend),
        (r"\b(?:any |every )?(?:week ?days?|working days?|work ?days?)\b|\b(?:during|in) the week\b", _working_days),
        (_WEEKS, _of_week),
        (rf"\b({DAY})(?:s)? ?(?:-|to|through|thru|until|till) ?({DAY})\b", _weekday_range),
        (rf"\b(?:(this coming|this|next|coming|the following|following|any|every|each|all|most|some|last) )?({DAY})\b",
         _this_weekday),
    )
]
