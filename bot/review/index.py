"""Keeps the console's tables in step with the conversation log: reads what changed since it last looked.

Looking again is harmless, so it looks back a minute further than needed: a turn's time is taken before it is stored.
"""

from __future__ import annotations

import threading
import time
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.database import Clash, Database
from bot.review.ports import Transcripts
from bot.review.summary import Answer, Summary, summarise
from bot.review.tables import answers, case_outcomes, cases, flags, history, index_state, questions, words

OVERLAP = timedelta(minutes=1)
PAUSE = 2.0  # seconds between two looks
AT_ONCE = 100  # conversations a transaction: whoever chats meanwhile must not wait long for the lock


class Index:
    """One for each process; processes may do the same work twice, never wrong."""

    def __init__(self, database: Database, transcripts: Transcripts) -> None:
        self._database, self._transcripts = database, transcripts
        self._turn, self._looked = threading.Lock(), 0.0

    def catch_up(self, now: bool = False) -> None:
        """Reads what changed; does nothing when it looked two seconds ago or somebody is at it."""
        if not now and time.monotonic() - self._looked < PAUSE:
            return
        if not self._turn.acquire(blocking=now):
            return
        try:
            self._look()
            self._looked = time.monotonic()
        finally:
            self._turn.release()

    def clean(self) -> None:
        """After an erasure: rewrites the search index, which otherwise keeps erased words for a while.

        Call it once after many erasures; it reads the whole index.
        """
        with self._database.transaction() as connection:
            if not connection.execute(sa.select(index_state.c.erased)).scalar():
                return
            if self._database.is_sqlite:
                connection.execute(sa.text("INSERT INTO review_search (review_search) VALUES ('optimize')"))
            connection.execute(index_state.update().values(erased=0))
        self._database.forget_erased()

    def _look(self) -> None:
        began = datetime.now(timezone.utc)
        with self._database.reading() as connection:
            state = connection.execute(sa.select(index_state)).one()
        since = state.read_until and state.read_until - OVERLAP
        changed = self._transcripts.changed_since(since)
        for start in range(0, len(changed), AT_ONCE):
            found = [summarise(one) for one in self._transcripts.read(changed[start : start + AT_ONCE], events=False)]
            self._keep_all([one for one in found if one])
        if state.erased:
            self.clean()
        with self._database.transaction() as connection:
            connection.execute(index_state.update().values(read_until=began))

    def _keep_all(self, found: list[Summary]) -> None:
        try:
            with self._database.transaction() as connection:
                for summary in found:
                    _keep(connection, summary)
        except Clash:  # one was erased in between, or another process was quicker: one by one then
            for summary in found:
                try:
                    with self._database.transaction() as connection:
                        _keep(connection, summary)
                except Clash:
                    continue


def _keep(connection: Connection, summary: Summary) -> None:
    known = connection.execute(
        sa.select(cases.c.id, cases.c.turns, cases.c.state, cases.c.safety).where(
            cases.c.conversation_id == summary.case["conversation_id"]
        )
    ).first()
    if known is None:
        values = {**summary.case, "state": "new", "assignee": ""}
        case_id = connection.execute(cases.insert(), values).inserted_primary_key[0]
        connection.execute(words.insert(), {"case_id": case_id, "words": summary.words})
    else:
        case_id = known.id
        values = {**summary.case, "safety": summary.case["safety"] or known.safety}  # a told miss stays flagged
        if summary.case["turns"] > known.turns and known.state in ("read", "done"):
            _note(connection, case_id, known.state, summary.case["last_at"])
            values["state"] = "new"
        connection.execute(cases.update().where(cases.c.id == case_id).values(values))
        connection.execute(
            words.update().where(words.c.case_id == case_id, words.c.words != summary.words).values(words=summary.words)
        )
        connection.execute(case_outcomes.delete().where(case_outcomes.c.case_id == case_id))
    _keep_parts(connection, case_id, summary, known is None, quarantined=values["safety"])


def _keep_parts(connection: Connection, case_id: int, summary: Summary, is_new: bool, quarantined: bool) -> None:
    started_at = summary.case["started_at"]
    connection.execute(
        case_outcomes.insert(),
        [{"case_id": case_id, "outcome": outcome, "started_at": started_at} for outcome in summary.outcomes],
    )
    _keep_answers(connection, case_id, summary.answers)
    mine = sa.select(flags.c.message_id, flags.c.source).where(flags.c.case_id == case_id)
    kept = set() if is_new else {(row.message_id, row.source) for row in connection.execute(mine)}
    new = [asdict(flag) for flag in summary.flags if (flag.message_id, flag.source) not in kept]
    if new:
        connection.execute(flags.insert(), [{"case_id": case_id, **flag} for flag in new])
    if summary.questions or not is_new:
        _keep_questions(connection, case_id, [] if quarantined else summary.questions)


def _keep_answers(connection: Connection, case_id: int, found: list[Answer]) -> None:
    """Only what is new: a conversation that goes on is looked at again and again, and its visitor waits meanwhile."""
    mine = answers.c.case_id == case_id
    judged = sa.select(answers.c.message_id, answers.c.helpful).where(mine)
    known = {row.message_id: row.helpful for row in connection.execute(judged)}
    new = [{"case_id": case_id, **asdict(one)} for one in found if one.message_id not in known]
    if new:
        connection.execute(answers.insert(), new)
    for one in found:
        if known.get(one.message_id, one.helpful) != one.helpful:
            judgement = answers.update().where(mine, answers.c.message_id == one.message_id)
            connection.execute(judgement.values(helpful=one.helpful))


def _keep_questions(connection: Connection, case_id: int, found: list[Any]) -> None:
    mine = questions.c.case_id == case_id
    known = {row.message_id: row.reason for row in connection.execute(sa.select(questions).where(mine))}
    wanted = {question.message_id: question for question in found}
    gone = [message_id for message_id in known if message_id not in wanted]
    if gone:
        connection.execute(questions.delete().where(mine, questions.c.message_id.in_(gone)))
    for message_id, question in wanted.items():
        if message_id not in known:
            connection.execute(questions.insert(), {"case_id": case_id, **asdict(question)})
        elif known[message_id] != question.reason:
            connection.execute(
                questions.update().where(mine, questions.c.message_id == message_id).values(reason=question.reason)
            )


def _note(connection: Connection, case_id: int, before: str, at: datetime) -> None:
    row = {"case_id": case_id, "at": at, "who": "visitor", "what": "state", "before": before, "after": "new"}
    connection.execute(history.insert().values(row))
