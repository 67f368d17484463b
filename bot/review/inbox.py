"""Finding conversations: filters that combine, newest first, page after page without counting.

Pages go on from the last row (keyset), so the thousandth page costs what the first does.
"""

from __future__ import annotations

import re
import time as time_module
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, Mapping, Sequence
from urllib.parse import parse_qs, urlencode
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.database import Database
from bot.review.tables import case_outcomes, cases, filters, words

PAGE = 50
REMEMBERED = 60.0  # seconds
STATES = ("new", "read", "work", "done")
SIGNS = ("unsure", "unhelpful", "helpful", "safety", "booked")
_C = cases.c


@dataclass(frozen=True)
class Wish:
    """What is looked for; empty: anything. Dates are days of the practice, both included."""

    since: str = ""
    until: str = ""
    outcome: str = ""
    signs: tuple[str, ...] = ()
    model: str = ""
    state: str = ""
    assignee: str = ""
    text: str = ""
    kind: str = ""  # visitor (and demo) when empty; test

    @classmethod
    def of(cls, query: Mapping[str, Sequence[str]]) -> Wish:
        """From an address; what cannot be understood counts as not said."""

        def said(name: str) -> str:
            return query.get(name, [""])[0].replace("\x00", "")[:200].strip()

        return cls(
            since=said("since") if day_of(said("since")) else "",
            until=said("until") if day_of(said("until")) else "",
            outcome=said("outcome"),
            signs=tuple(sign for sign in SIGNS if sign in query.get("signs", [])),
            model=said("model"),
            state=said("state") if said("state") in STATES else "",
            assignee=said("assignee"),
            text=said("text"),
            kind="test" if said("kind") == "test" else "",
        )

    def address(self) -> str:
        """The same as an address's query."""
        told = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name)}
        return urlencode(told, doseq=True)

    @property
    def is_any(self) -> bool:
        """Whether nothing is asked."""
        return self == Wish()


@dataclass(frozen=True)
class Found:
    """One page. `after`: what to ask for the next one, "" at the end."""

    rows: list[Any]
    after: str


class Inbox:
    """Reads cases. disclosures: whether the reader may see conversations with a safety flag."""

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._database, self._zone = database, zone
        self._choices: tuple[float, dict[str, list[str]]] = (-REMEMBERED, {})

    def find(self, wish: Wish, disclosures: bool, after: str = "", limit: int = PAGE) -> Found:
        """The newest first; `after` as the page before gave it."""
        query = sa.select(cases).order_by(_C.started_at.desc(), _C.id.desc()).limit(limit + 1)
        with self._database.reading() as connection:
            for condition in self._conditions(wish, disclosures):
                query = query.where(condition)
            if (place := _place(after)) is not None:
                query = query.where(_before(*place))
            rows = connection.execute(query).all()
        more = len(rows) > limit
        return Found(rows[:limit], _mark(rows[limit - 1]) if more else "")

    def ids(self, wish: Wish, disclosures: bool, most: int) -> list[str]:
        """The ids of the conversations, for an export."""
        query = sa.select(_C.conversation_id).order_by(_C.started_at.desc(), _C.id.desc()).limit(most)
        with self._database.reading() as connection:
            for condition in self._conditions(wish, disclosures):
                query = query.where(condition)
            return list(connection.execute(query).scalars())

    def neighbours(self, wish: Wish, disclosures: bool, case: Any) -> tuple[str, str]:
        """Ids of the newer and the older conversation of the same list; "" at an end."""
        with self._database.reading() as connection:
            conditions = self._conditions(wish, disclosures)
            found = []
            for side, order in (
                (_after(case.started_at, case.id), (_C.started_at, _C.id)),
                (_before(case.started_at, case.id), (_C.started_at.desc(), _C.id.desc())),
            ):
                query = sa.select(_C.conversation_id).where(*conditions, side).order_by(*order).limit(1)
                found.append(connection.execute(query).scalar() or "")
        return found[0], found[1]

    def choices(self) -> dict[str, list[str]]:
        """What the filters offer: outcomes, model versions and assignees that occur, at most a minute old."""
        if time_module.monotonic() - self._choices[0] < REMEMBERED:
            return self._choices[1]
        with self._database.reading() as connection:
            found = {
                "outcomes": _distinct(connection, case_outcomes.c.outcome),
                "models": _distinct(connection, _C.model_version),
                "assignees": [name for name in _distinct(connection, _C.assignee) if name],
            }
        self._choices = (time_module.monotonic(), found)
        return found

    def saved(self, account_id: int) -> list[Any]:
        """Filters an account keeps."""
        query = sa.select(filters).where(filters.c.account_id == account_id).order_by(filters.c.name)
        with self._database.reading() as connection:
            rows: list[Any] = connection.execute(query).all()
            return rows

    def save(self, account_id: int, name: str, query: str) -> None:
        """Keeps a filter; one of the same name gives way."""
        wish = Wish.of(parse_qs(query))
        mine = [filters.c.account_id == account_id, filters.c.name == name[:60]]
        with self._database.transaction() as connection:
            connection.execute(filters.delete().where(*mine))
            values = {"account_id": account_id, "name": name[:60], "query": wish.address()}
            connection.execute(filters.insert().values(values))

    def unsave(self, account_id: int, filter_id: int) -> None:
        """Forgets a filter of this account."""
        with self._database.transaction() as connection:
            connection.execute(filters.delete().where(filters.c.id == filter_id, filters.c.account_id == account_id))

    def _conditions(self, wish: Wish, disclosures: bool) -> list[Any]:
        found = [_C.kind == "test" if wish.kind == "test" else _C.kind != "test"]
        if not disclosures:
            found.append(_C.safety.is_(False))
        if day := day_of(wish.since):
            found.append(_C.started_at >= self._midnight(day))
        if day := day_of(wish.until):
            found.append(_C.started_at < self._midnight(day + timedelta(days=1)))
        found += [_C[sign].is_(True) for sign in wish.signs]
        if wish.outcome:
            found.append(
                _C.id.in_(sa.select(case_outcomes.c.case_id).where(case_outcomes.c.outcome == wish.outcome))
            )
        for column, value in ((_C.model_version, wish.model), (_C.state, wish.state), (_C.assignee, wish.assignee)):
            if value:
                found.append(column == value)
        if wish.text:
            found.append(self._says(wish.text))
        return found

    def _says(self, text: str) -> Any:
        """Every word must begin a word of the visitor's."""
        asked = re.findall(r"[^\W_]+", text.lower())[:8]
        if not asked:
            return sa.true()
        if not self._database.is_sqlite:
            wanted = " & ".join(f"{word}:*" for word in asked)
            matches = sa.func.to_tsvector("simple", words.c.words).op("@@")(sa.func.to_tsquery("simple", wanted))
            return _C.id.in_(sa.select(words.c.case_id).where(matches))
        wanted = " ".join(f'"{word}"*' for word in asked)
        # the plus keeps SQLite to walking the newest first: looking the matches up and sorting them is slower for
        # words that many use, and never much quicker
        return sa.text(
            "+review_cases.id IN (SELECT rowid FROM review_search WHERE review_search MATCH :wanted)"
        ).bindparams(wanted=wanted)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(0), self._zone).astimezone(timezone.utc)


def _distinct(connection: Any, column: Any) -> list[str]:
    """Each value once, hopping along the index instead of reading all of it."""
    found: list[str] = []
    value = connection.execute(sa.select(sa.func.min(column))).scalar()
    while value is not None:
        found.append(value)
        value = connection.execute(sa.select(sa.func.min(column)).where(column > value)).scalar()
    return found


def day_of(text: str) -> date | None:
    """An ISO day that sums can be made with; None for anything else."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if date(2000, 1, 1) < found < date(2200, 1, 1) else None


def _before(at: datetime, case_id: int) -> Any:
    return sa.and_(_C.started_at <= at, sa.or_(_C.started_at < at, _C.id < case_id))  # the first part seeks


def _after(at: datetime, case_id: int) -> Any:
    return sa.and_(_C.started_at >= at, sa.or_(_C.started_at > at, _C.id > case_id))


def _mark(row: Any) -> str:
    return f"{row.started_at.isoformat()}~{row.id}"


def _place(after: str) -> tuple[datetime, int] | None:
    at, _, case_id = after.partition("~")
    try:
        found = datetime.fromisoformat(at)
        return (found, int(case_id)) if found.tzinfo and case_id.isascii() and len(case_id) < 10 else None
    except (ValueError, OverflowError):
        return None
