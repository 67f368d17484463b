"""Dates: "dec 3rd", "12/3", "the 3rd", "dec 7-10", "first week of december", "in january", "before christmas"."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import Any

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


def absolute(m: re.Match[str], today: date) -> Mark | None:
    """12.9.2026, 12-09-26, 9-dec-2026: figures are read month first, or day first when only that lies ahead."""
    import dateparser  # takes half a second, which only such dates are worth

    for order in ("MDY", "DMY"):
        settings: Any = {"DATE_ORDER": order, "REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
        found = dateparser.parse(m[0].replace("'", ""), languages=["en"], settings=settings)
        if found and found.date() >= today:
            return days([found.date()])
    return None


def month_days(m: re.Match[str], today: date) -> Mark | None:
    """december 3; dec 8, 9 or 10; 8-10 december"""
    numbers, year = re.findall(r"\d+", m["numbers"]), int(m["year"]) if m["year"] else None
    found = [_date(int(number), month(m["month"]), year, today) for number in numbers]
    named = [day for day in found if day]
    if len(named) < len(numbers):
        return None
    is_list = re.search(r",|/|\bor\b|\band\b", m["numbers"]) and "between" not in m.string[: m.start()]
    return days(named) if is_list else span(named[0], named[-1])


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
    if not (m["which"] or m["part"] or "the" in m[0]):
        return None  # "once a month"
    ahead = today.month - 1 + (m["which"] in ("next", "following"))
    return _month_part(today.year + ahead // 12, ahead % 12 + 1, part(m["part"]), today)


def nth_of_month(m: re.Match[str], today: date) -> Mark | None:
    """first week of december, last week of the month, second monday in january"""
    nth = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "last": -1}[m[1]]
    year, number = today.year, today.month
    if m[3] == "next month":
        year, number = year + number // 12, number % 12 + 1
    elif m[3].endswith("year"):
        year, number = year + 1, 1
    elif m[4]:
        number = month(m[4])
        year += number < today.month
    end = calendar.monthrange(year, number)[1]
    if m[2] == "week":
        return span(date(year, number, end - 6), date(year, number, end)) if nth < 0 else span(
            date(year, number, 1 + 7 * nth), date(year, number, min(end, 7 + 7 * nth))
        )
    if m[2] == "day":
        day = date(year, number, end if nth < 0 else 1 + nth)
        return span(day, day)
    named = [d for d in (date(year, number, n) for n in range(1, end + 1)) if d.weekday() == weekday(m[2])]
    if nth < len(named) and named[nth] < today and m[3] in ("the month", "this month"):  # that of the next one
        return _weekday_of_month(weekday(m[2]), nth, year + number // 12, number % 12 + 1)
    return days([named[nth]]) if nth < len(named) else None


def _weekday_of_month(wanted: int, nth: int, year: int, number: int) -> Mark:
    every = (date(year, number, n) for n in range(1, calendar.monthrange(year, number)[1] + 1))
    return days([[day for day in every if day.weekday() == wanted][nth]])


def of_year(m: re.Match[str], today: date) -> Mark | None:
    """next year, early next year, the end of the year"""
    if not (m["which"] or m["part"]):
        return None
    year, which = today.year + (m["which"] == "next"), part(m["part"])
    first, last = {"early": (1, 2), "mid": (5, 8), "late": (12, 12), "": (1, 12)}[which]
    return span(max(today, date(year, first, 1)), date(year, last, calendar.monthrange(year, last)[1]))


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
        ("christmas holiday", (12, 24), (1, 1)),
        ("christmas vacation", (12, 24), (1, 1)),
        ("winter break", (12, 24), (1, 1)),
        ("christmas", (12, 25), (12, 25)),
        ("boxing", (12, 26), (12, 26)),
        ("new year's eve", (12, 31), (12, 31)),
        ("new years eve", (12, 31), (12, 31)),
        ("new year", (1, 1), (1, 1)),
        ("holiday", (12, 24), (1, 1)),
        ("valentine", (2, 14), (2, 14)),
        ("halloween", (10, 31), (10, 31)),
        ("veteran", (11, 11), (11, 11)),
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
    elif name.startswith(("mlk", "martin")):
        day = monday(date(year, 1, 21))
    elif name.startswith("president"):
        day = monday(date(year, 2, 21))
    elif name.startswith("columbus"):
        day = monday(date(year, 10, 14))
    else:
        day = thanksgiving + timedelta({"black friday": 1, "cyber monday": 4}.get(name, 0))
    return day, day


def new_year(m: re.Match[str], today: date) -> Mark | None:
    return span(date(today.year + 1, 1, 2), date(today.year + 1, 1, 31))
