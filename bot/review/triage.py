"""Unanswered questions, grouped by meaning, and what was decided about each group.

What was decided holds for good: a new question that is like one of a decided group does not come back. Verbatim words
never go to training: a decision hands on only the wordings a person has edited.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Callable, Sequence

import numpy as np
import sqlalchemy as sa

from bot.database import Database
from bot.review import grouping
from bot.review.ports import NotFound, Refusal
from bot.review.tables import candidates, cases, decisions, groups, questions

FAQ, DRAFT, OUT_OF_SCOPE, IGNORE = KINDS = ("faq", "draft", "out_of_scope", "ignore")
WORDLESS = "Only signs or emoji, no words"
SAME = 0.75  # cosine to a wording of a decided group: the same question
KEPT = 20  # wordings of a decided group that are remembered, as vectors
SHOWN = 40
_Q, _G, _D = questions.c, groups.c, decisions.c


@dataclass(frozen=True)
class GroupLine:
    """A group in the list; `title` is its central question, or says that there is no word in it."""

    id: int
    title: str
    questions: int
    visitors: int
    last_at: datetime


class Triage:
    """Reads and writes of groups. encode: texts -> unit vectors."""

    def __init__(self, database: Database, encode: Callable[[Sequence[str]], Any]) -> None:
        self._database, self._encode = database, encode
        self._turn = threading.Lock()
        self.progress: float | None = None  # of the grouping that runs in this process; None: none

    def groups(self, limit: int = 200) -> list[GroupLine]:
        """By how many visitors asked, two and more questions each."""
        query = sa.select(groups, _Q.text).join(questions, _Q.id == _G.title_id)
        query = query.order_by(_G.visitors.desc(), _G.questions.desc(), _G.last_at.desc()).limit(limit)
        with self._database.reading() as connection:
            return [
                GroupLine(row.id, _title(row.text), row.questions, row.visitors, row.last_at)
                for row in connection.execute(query)
            ]

    def group(self, group_id: int) -> dict[str, Any]:
        """{line, members, reasons, leanings}. Raises NotFound."""
        line = next((one for one in self.groups(10_000) if one.id == group_id), None)
        if line is None:
            raise NotFound("This group is gone: it was decided, grouped anew, or its conversations were erased.")
        members = self._members(group_id)
        leanings: dict[str, float] = defaultdict(float)
        counted = sa.select(_Q.reason, sa.func.count()).where(_Q.group_id == group_id).group_by(_Q.reason)
        with self._database.reading() as connection:
            reasons: Counter[str] = Counter(dict(connection.execute(counted).all()))
        for member in members:
            for name, probability in member.leanings:
                leanings[name] += float(probability)
        likely = [name for name in sorted(leanings, key=lambda n: -leanings[n])[:5] if name.startswith("faq/")]
        return {"line": line, "members": members, "reasons": reasons, "likely": likely}

    def is_stale(self) -> bool:
        """Whether there are questions that no grouping has looked at yet."""
        with self._database.reading() as connection:
            return connection.execute(sa.select(_Q.id).where(_Q.vector.is_(None)).limit(1)).first() is not None

    def regroup_in_background(self) -> None:
        """Starts a grouping unless one runs."""
        if self.progress is None:
            self.progress = 0.0
            threading.Thread(target=self._regroup_quietly, name="group", daemon=True).start()

    def regroup(self) -> int:
        """Groups everything that is undecided; tells how many groups there are."""
        with self._turn:
            self._encode_new()
            return self._group()

    def decide(self, group_id: int, kind: str, who: str, wordings: Sequence[str] = (), target: str = "") -> int:
        """One step for a whole group; gives the decision's id, for undoing it. Raises Refusal, NotFound."""
        if kind not in KINDS:
            raise Refusal("Choose one of the steps that are offered.")
        texts = [text for text in (wording.strip()[:300] for wording in wordings) if text]
        if kind in (FAQ, DRAFT) and not texts:
            raise Refusal("Please write the question in your own words; visitors' words are not used as they are.")
        line, members = self.group(group_id)["line"], self._members(group_id)
        kept = b"".join(member.vector for member in members[:KEPT] if member.vector)
        now = datetime.now(timezone.utc)
        values = {"kind": kind, "target": target, "text": "\n".join(texts), "visitors": line.visitors, "vectors": kept}
        with self._database.transaction() as connection:
            made = connection.execute(decisions.insert().values(**values, who=who, at=now))
            decision_id = int(made.inserted_primary_key[0])
            connection.execute(
                questions.update().where(_Q.group_id == group_id).values(group_id=None, decision_id=decision_id)
            )
            connection.execute(groups.delete().where(_G.id == group_id))
            row = {"decision_id": decision_id, "target": target, "kind": kind, "who": who, "at": now}
            if texts:
                rows = [{**row, "text": text, "state": "waiting"} for text in texts]
                connection.execute(candidates.insert(), rows)
        return decision_id

    def undo(self, decision_id: int) -> None:
        """Takes a decision back, unless its wordings were taken over already. Raises Refusal."""
        with self._database.transaction() as connection:
            mine = candidates.c.decision_id == decision_id
            if connection.execute(sa.select(candidates.c.id).where(mine, candidates.c.state != "waiting")).first():
                raise Refusal("Its wordings are in the FAQ editor already; take them out there.")
            connection.execute(candidates.delete().where(mine))
            connection.execute(questions.update().where(_Q.decision_id == decision_id).values(decision_id=None))
            connection.execute(decisions.delete().where(_D.id == decision_id))
        self.regroup()

    def decided(self, limit: int = 50) -> list[Any]:
        """The latest decisions first."""
        query = sa.select(_D.id, _D.kind, _D.target, _D.text, _D.visitors, _D.who, _D.at).order_by(_D.id.desc())
        with self._database.reading() as connection:
            rows: list[Any] = connection.execute(query.limit(limit)).all()
            return rows

    def _members(self, group_id: int) -> list[Any]:
        """The latest of them: enough to see what is asked."""
        query = sa.select(questions).where(_Q.group_id == group_id).order_by(_Q.at.desc()).limit(SHOWN)
        with self._database.reading() as connection:
            rows: list[Any] = connection.execute(query).all()
            return rows

    def _encode_new(self) -> None:
        with self._database.reading() as connection:
            new = connection.execute(sa.select(_Q.id, _Q.text).where(_Q.vector.is_(None))).all()
        for start in range(0, len(new), 200):
            part = new[start : start + 200]
            vectors = np.asarray(self._encode([row.text for row in part]), dtype=np.float16)
            self._tell(0.7 * start / len(new))
            with self._database.transaction() as connection:
                for row, vector in zip(part, vectors, strict=True):
                    connection.execute(questions.update().where(_Q.id == row.id).values(vector=vector.tobytes()))

    def _group(self) -> int:
        undecided = sa.select(questions, cases.c.kind).join(cases, cases.c.id == _Q.case_id)
        undecided = undecided.where(_Q.decision_id.is_(None), _Q.vector.isnot(None), cases.c.kind != "test")
        with self._database.reading() as connection:
            rows = connection.execute(undecided.order_by(_Q.at.desc())).all()
            known = connection.execute(sa.select(_D.id, _D.vectors)).all()
        if not rows:
            self._forget_groups()
            return 0
        size = len(rows[0].vector) // 2
        vectors = _unpacked([row.vector for row in rows], size)
        owners = [(one.id, vector) for one in known for vector in _unpacked([one.vectors], size)]
        same = grouping.near(vectors, [vector for _, vector in owners], SAME)
        open_rows = [row for row, at in zip(rows, same, strict=True) if at < 0]
        joined = grouping.combined(vectors[same < 0], [row.leanings for row in open_rows]) if open_rows else vectors
        found = grouping.group(joined[: len(open_rows)], progress=lambda part: self._tell(0.7 + 0.25 * part))
        with self._database.transaction() as connection:
            for row, at in zip(rows, same, strict=True):
                if at >= 0:
                    change = questions.update().where(_Q.id == row.id)
                    connection.execute(change.values(decision_id=owners[at][0], group_id=None))
            connection.execute(groups.delete())
            connection.execute(questions.update().where(_Q.group_id.isnot(None)).values(group_id=None))
            for one in found:
                _keep(connection, [open_rows[at] for at in one.members], open_rows[one.central].id)
        return len(found)

    def _forget_groups(self) -> None:
        with self._database.transaction() as connection:
            connection.execute(groups.delete())

    def _regroup_quietly(self) -> None:
        try:
            self.regroup()
        finally:
            self.progress = None

    def _tell(self, part: float) -> None:
        if self.progress is not None:
            self.progress = part


def _title(text: str) -> str:
    """The question, unless there is nothing to read in it: a list full of "???" tells nobody what it is about."""
    return text if any(c.isalnum() for c in text) else WORDLESS


def _keep(connection: Any, members: list[Any], title_id: int) -> None:
    values = {
        "title_id": title_id,
        "questions": len(members),
        "visitors": len({member.case_id for member in members}),
        "last_at": max(member.at for member in members),
    }
    group_id = connection.execute(groups.insert().values(values)).inserted_primary_key[0]
    ids = [member.id for member in members]
    for start in range(0, len(ids), 400):
        connection.execute(questions.update().where(_Q.id.in_(ids[start : start + 400])).values(group_id=group_id))


def _unpacked(blobs: list[bytes], size: int) -> Any:
    """float16 blobs of one or more vectors -> float32 [n, size]."""
    return np.frombuffer(b"".join(blobs), dtype=np.float16).astype(np.float32).reshape(-1, size)
