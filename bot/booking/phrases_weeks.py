"""Days by weekday, by week, or by how far away they are: "next tuesday", "the weekend", "in two weeks"."""

from __future__ import annotations

import calendar
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Callable

from bot.booking.phrases_spans import coming, days, first_and_last, monday, part, span, week
from bot.booking.phrases_words import DAY, Mark, weekday

Rule = Callable[[re.Match[str], date], "Mark | None"]


def this_weekday(m: re.Match[str], today: date) -> Mark | None:
    which, day = m[1] or "", weekday(m[2])
    plural = m[2].endswith("s") and m[2] not in ("tues", "thurs", "weds")
    if which in ("any", "every", "every other", "alternate", "each", "all", "most", "some", "next available") or plural:
        return Mark("day", weekdays=frozenset({day}), every=True)
    if which == "next":
        return days([monday(today) + timedelta(7 + day)])
    if which == "last":
        return None
    if which:
        return days([today if day == today.weekday() and which == "this" else coming(day, today)])
    return Mark("day", weekdays=frozenset({day}))


def weekday_range(m: re.Match[str], today: date) -> Mark | None:
    first, last = weekday(m[1]), weekday(m[2])
    count = (last - first) % 7 + 1
    return Mark("day", weekdays=frozenset((first + n) % 7 for n in range(count)), every=True)


def from_there(m: re.Match[str], today: date) -> Mark | None:
    """two weeks from friday, a week on tuesday, friday week, a week today"""
    weeks = int(m["count"] or 1)
    offset = {"today": 0, "tonight": 0, "tomorrow": 1}.get(m["day"])
    day = coming(weekday(m["day"]), today) if offset is None else today + timedelta(offset)
    return days([day + timedelta(7 * weeks)])


def weekdays_on(m: re.Match[str], today: date) -> Mark | None:
    """three fridays from now"""
    return days([coming(weekday(m["day"]), today) + timedelta(7 * (int(m["count"]) - 1))])


def first_day(_m: re.Match[str], today: date) -> Mark | None:
    return days([monday(today) + timedelta(7)])


def after_next(m: re.Match[str], today: date) -> Mark | None:
    return days([monday(today) + timedelta(14 + weekday(m[1]))])


def of_week(m: re.Match[str], today: date) -> Mark | None:
    """(early) next week, the end of this week, the week after next, in the week"""
    ahead = {"next": 1, "following": 1, "coming": 1 if today.weekday() > 3 else 0, "after next": 2}
    which = (m["which"] or "").strip()
    start = monday(today) + timedelta(7 * (2 if m["after"] else ahead.get(which, 0)))
    if not which and not m["part"] and not m["after"]:
        return None
    found = week(start, part(m["part"]))
    if start > today:
        return found
    if m["part"] in ("late", "later"):  # "later this week": from tomorrow on
        return span(today + timedelta(1), start + timedelta(6))
    return days(d for d in found.days or () if d >= today)


def beside(what: str, where: str, mark: Mark, today: date) -> Mark:
    """The week of, the day after, the friday before what a mark names."""
    first, last = first_and_last(mark, today)
    ahead = where in ("after", "following")
    if what == "day":
        return days([last + timedelta(1) if ahead else first - timedelta(1)])
    if what == "week":
        return week(monday(last) + timedelta(7) if ahead else monday(first) - timedelta(7 * (where == "before")))
    wanted = 5 if what == "weekend" else weekday(what)
    if where == "of":  # "tuesday of next week"
        return days(day for day in mark.days or () if day.weekday() in (wanted, wanted + (what == "weekend")))
    day = coming(wanted, last) if ahead else coming(wanted, first - timedelta(8))
    return span(day, day + timedelta(what == "weekend"))


def week_after(m: re.Match[str], today: date) -> Mark | None:
    """ "not next week but the week after": the one that follows what was named."""
    named_next = "next week" in m.string[: m.start()]
    return week(monday(today) + timedelta(14 if named_next else 7))


def one_after(m: re.Match[str], today: date) -> Mark | None:
    """ "not next tuesday but the one after", "next weekend or the weekend after"."""
    named = list(re.finditer(rf"\b(?:(this|next) )?({DAY}|weekend|week)\b", m.string[: m.start()]))
    if not named:
        return None
    which, name = named[-1].groups()
    if name == "week":
        return week(monday(today) + timedelta(14 if which == "next" else 7))
    wanted = 5 if name == "weekend" else weekday(name)
    first = monday(today) + timedelta(7 + wanted) if which == "next" else coming(wanted, today)
    return span(first + timedelta(7), first + timedelta(7 + (name == "weekend")))


def weekend_after_next(_m: re.Match[str], today: date) -> Mark | None:
    saturday = monday(today) + timedelta(19)
    return span(saturday, saturday + timedelta(1))


def midweek(_m: re.Match[str], _today: date) -> Mark | None:
    return Mark("day", weekdays=frozenset({1, 2, 3}), every=True)


def weekend(m: re.Match[str], today: date) -> Mark | None:
    which = (m[1] or "").strip()
    saturday = monday(today) + timedelta(5)
    if which in ("any", "every", "some", "at", "on") or m[2]:
        return Mark("day", weekdays=frozenset({5, 6}), every=True)
    if which in ("next", "following"):
        saturday += timedelta(7)
    return days(d for d in (saturday, saturday + timedelta(1)) if d >= today)


def working_days(m: re.Match[str], today: date) -> Mark | None:
    return Mark("day", weekdays=frozenset(range(5)), every=True)


def relative(offset: int) -> Rule:
    return lambda _m, today: span(today + timedelta(offset), today + timedelta(offset))


def in_a_while(m: re.Match[str], today: date) -> Mark | None:
    """in two weeks, 10 days from now, in a month, in a few days, a week from today"""
    if not (m[0].lstrip().startswith("in ") or m["from"] or "time" in m[0]):
        return None  # "two weeks" alone is how long something takes
    few = m["count"] in ("few", "several")
    counts = [3] if few else [int(number) for number in re.findall(r"\d+", m["count"])]
    count = counts[0]
    start = today + timedelta(m["from"] == "tomorrow")
    if m["unit"] == "month":
        index = start.month - 1 + count
        year, number = start.year + index // 12, index % 12 + 1
        first = date(year, number, min(start.day, calendar.monthrange(year, number)[1]))
        return span(first, first + timedelta(6))
    unit = 7 if m["unit"] == "week" else 1
    first = start + timedelta(count * unit)
    found = span(first, first + timedelta(2 if few else (counts[-1] - count) * unit))
    return replace(found, otherwise=week(monday(first)).days or frozenset()) if m["unit"] == "week" else found


def within(m: re.Match[str], today: date) -> Mark | None:
    """within two weeks, in the next few days, over the next 10 days"""
    count = {"few": 4, "couple": 2, "couple of": 2, "several": 5}.get(m[1] or "", 0) or int(m[1] or 1)
    unit = 30 if m[2].startswith("month") else 7 if m[2].startswith("week") else 1
    return span(today if m[0].startswith("within") else today + timedelta(1), today + timedelta(count * unit))
