"""Dates: "dec 3rd", "12/3", "the 3rd", "dec 7-10", "first week of december", "in january", "before christmas"."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from bot.booking.phrases_spans import coming, days, monday, part, span, week
from bot.booking.phrases_words import Mark, month, weekday


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


def iso(m: re.Match[str], today: date) -> Mark | None:
    day = _date(int(m[3]), int(m[2]), int(m[1]), today)
    return span(day, day) if day else None


def slashed(m: re.Match[str], today: date) -> Mark | None:
    first, second, year = int(m[1]), int(m[2]), int(m[3]) if m[3] else None
    day = _date(second, first, year, today) or _date(first, second, year, today)
    return span(day, day) if day else None


def month_day(m: re.Match[str], today: date) -> Mark | None:
    number, name = int(m["number"]), m["month"]
    year = int(m["year"]) if "year" in m.re.groupindex and m["year"] else None
    day = _date(number, month(name), year, today)
    last = m["last"] if "last" in m.re.groupindex else None
    until = _date(int(last), month(name), day.year if day else None, today) if last else day
    if day is None or until is None:
        return None
    one_or_other = last and m["to"].strip() in ("or", "and", ",") and "between" not in m.string[: m.start()]
    return days({day, until}) if one_or_other else span(day, until)


def the_nth(m: re.Match[str], today: date) -> Mark | None:
    day = _numbered(int(m[1]), today)
    if m[2]:
        last = _numbered(int(m[2]), day or today)
        return span(day, last) if day and last else None
    return span(day, day) if day else None


def month_rest(m: re.Match[str], today: date) -> Mark | None:
    number = month(m["month"])
    year = today.year + (number < today.month)
    return _month_part(year, number, part(m["part"] if "part" in m.re.groupindex else ""), today)


def _month_part(year: int, number: int, which: str, today: date) -> Mark:
    end = calendar.monthrange(year, number)[1]
    first, last = {"early": (1, 8), "mid": (12, 18), "late": (end - 7, end), "": (1, end)}[which]
    return span(max(date(year, number, first), today), date(year, number, last))


def this_month(m: re.Match[str], today: date) -> Mark | None:
    ahead = today.month - 1 + (m["which"] in ("next", "following"))
    return _month_part(today.year + ahead // 12, ahead % 12 + 1, part(m["part"]), today)


def nth_of_month(m: re.Match[str], today: date) -> Mark | None:
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
    return days([named[nth]]) if nth < len(named) else None


def holiday(m: re.Match[str], today: date) -> Mark | None:
    first, last = _holiday_dates(m[1], today.year)
    if last < today:
        first, last = _holiday_dates(m[1], today.year + 1)
    return week(monday(first)) if m[2] else span(first, last)


def _holiday_dates(name: str, year: int) -> tuple[date, date]:
    november = date(year, 11, 1)
    thanksgiving = coming(3, november - timedelta(1)) + timedelta(21)
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
        day = monday(last_of_may)
    elif name.startswith("labor"):
        day = coming(0, september)
    else:
        day = thanksgiving
    return day, day


def new_year(m: re.Match[str], today: date) -> Mark | None:
    return span(date(today.year + 1, 1, 2), date(today.year + 1, 1, 31))
