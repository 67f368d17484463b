"""The conversation log: reads and writes of conversations. Errors never repeat what a visitor wrote."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.conversation import Before, Conversation, Turn, TurnExists
from bot.database import Clash, Database
from bot.log.tables import conversations, feedback, turns

# Built once: SQLAlchemy takes longer to build and look up a statement than SQLite to run it.
_CONVERSATION = sa.select(conversations.c.id, conversations.c.expires_at, conversations.c.locale).where(
    conversations.c.token_hash == sa.bindparam("token_hash")
)
_TURN = sa.select(turns).where(
    turns.c.conversation_id == sa.bindparam("conversation_id"), turns.c.message_id == sa.bindparam("message_id")
)
_LATEST = (  # the conversation comes along with each turn; a new one has a row without
    _CONVERSATION.add_columns(turns.c.number, turns.c.events)
    .select_from(conversations.outerjoin(turns, turns.c.conversation_id == conversations.c.id))
    .order_by(turns.c.number.desc())
    .limit(sa.bindparam("last", type_=sa.Integer))
)
_ADD = turns.insert()


class ConversationLog:
    """All reads and writes of conversations. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def database(self) -> Database:
        """Where the log is."""
        return self._database

    def migrate(self) -> None:
        """Brings the tables to this version."""
        self._database.migrate(Path(__file__).parent / "migrations", "log_version")

    def check(self) -> None:
        """Raises StorageUnavailable unless the log can be read."""
        with self._database.reading() as connection:
            connection.execute(sa.select(conversations.c.id).limit(1))

    def start(
        self,
        token_hash: str,
        locale: str,
        notice_version: str,
        expires_at: datetime,
        opening: list[dict[str, Any]],
        kind: str = "visitor",
        erasure_hash: str | None = None,
    ) -> Conversation:
        """A new conversation, known by the hashes of its token and its erasure code. kind: visitor, test or demo."""
        made = Conversation(uuid.uuid4().hex, expires_at, locale)
        with self._database.transaction() as connection:
            connection.execute(
                conversations.insert().values(
                    **asdict(made),
                    token_hash=token_hash,
                    started_at=_now(),
                    notice_version=notice_version,
                    opening=opening,
                    kind=kind,
                    erasure_hash=erasure_hash,
                )
            )
        return made

    def find(self, token_hash: str) -> Conversation | None:
        """The conversation of this token, unless it has expired."""
        with self._database.reading() as connection:
            return _open(connection.execute(_CONVERSATION, {"token_hash": token_hash}).first())

    def opening(self, conversation_id: str) -> list[dict[str, Any]]:
        """The bot's first messages."""
        with self._database.reading() as connection:
            query = sa.select(conversations.c.opening).where(conversations.c.id == conversation_id)
            return connection.execute(query).scalar() or []

    def turns(self, conversation_id: str, last: int | None = None) -> list[Turn]:
        """The turns in order; with `last`, only so many of the latest."""
        query = sa.select(turns).where(turns.c.conversation_id == conversation_id)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(turns.c.number.desc()).limit(last)).all()
        return [turn_of(row) for row in reversed(rows)]

    def questions(self, since: datetime, most: int) -> dict[str, list[str]]:
        """What visitors asked since then, redacted as it is stored: each text once, the latest first, with the ids of
        the conversations it was asked in.

        Without what the safety screen answered, and without the practice's own tests.
        """
        asked = (
            sa.select(turns.c.text, turns.c.conversation_id, turns.c.at)
            .join(conversations, conversations.c.id == turns.c.conversation_id)
            .where(turns.c.at >= since, turns.c.text.isnot(None), turns.c.safety_reason.is_(None))
            .where(conversations.c.kind != "test")
            .subquery()
        )
        last = sa.func.max(asked.c.at)
        newest = sa.select(asked.c.text).group_by(asked.c.text).order_by(last.desc()).limit(most).subquery()
        query = sa.select(asked.c.text, asked.c.conversation_id).join(newest, newest.c.text == asked.c.text)
        found: dict[str, list[str]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(query.order_by(asked.c.at.desc())):
                found.setdefault(row.text, []).append(row.conversation_id)
        return found

    def turn(self, conversation_id: str, message_id: str) -> Turn | None:
        """The stored turn of a message id."""
        with self._database.reading() as connection:
            row = connection.execute(_TURN, {"conversation_id": conversation_id, "message_id": message_id}).first()
        return turn_of(row) if row else None

    def before(self, token_hash: str, message_id: str, last: int) -> Before | None:
        """What a message finds, in one look; None without a conversation of this token, or when it has expired.

        last: how many turns' events are wanted.
        """
        with self._database.reading() as connection:
            rows = connection.execute(_LATEST, {"token_hash": token_hash, "last": last}).all()
            conversation = _open(rows[0]) if rows else None
            if conversation is None:
                return None
            row = connection.execute(_TURN, {"conversation_id": conversation.id, "message_id": message_id}).first()
        if row:
            return Before(conversation, turn_of(row))
        said = [row for row in reversed(rows) if row.number is not None]
        number = said[-1].number + 1 if said else 1
        return Before(conversation, None, number, [event for row in said for event in row.events])

    def add(self, turn: Turn) -> None:
        """Stores one turn, whole. Raises TurnExists when its message id or number is taken."""
        try:
            with self._database.transaction() as connection:
                connection.execute(_ADD, vars(turn))  # asdict would copy every event, slower than to write them
        except Clash:
            raise TurnExists("This turn is stored already.") from None

    def add_feedback(
        self,
        conversation_id: str,
        bot_message_id: str,
        helpful: bool,
        note: str | None,
        safety: tuple[str, str] | None = None,
    ) -> bool:
        """Keeps a visitor's judgement of one bot message; False when it is not of this conversation.

        safety: outcome and reason, when the safety screen stopped at the note.
        """
        known = {m["id"] for turn in self.turns(conversation_id) for m in turn.messages}
        if bot_message_id not in known | {m["id"] for m in self.opening(conversation_id)}:
            return False
        key = {"conversation_id": conversation_id, "bot_message_id": bot_message_id}
        outcome, reason = safety or (None, None)
        flag = {"safety_outcome": outcome, "safety_reason": reason}
        with self._database.transaction() as connection:
            connection.execute(_delete_feedback(key))
            connection.execute(feedback.insert().values(**key, helpful=helpful, note=note, at=_now(), **flag))
        return True


def _delete_feedback(key: dict[str, str]) -> Any:
    return feedback.delete().where(
        feedback.c.conversation_id == key["conversation_id"], feedback.c.bot_message_id == key["bot_message_id"]
    )


def _open(row: Any) -> Conversation | None:
    """The conversation of a row, unless it has expired."""
    if row is None or utc(row.expires_at) <= _now():
        return None
    return Conversation(row.id, utc(row.expires_at), row.locale)


def turn_of(row: Any) -> Turn:
    """The turn of a row; one that was read without its events has none."""
    values = {name: value for name, value in row._mapping.items() if name != "id"}
    return Turn(**{"events": [], **values, "at": utc(row.at)})


def _now() -> datetime:
    return datetime.now(timezone.utc)


def utc(value: datetime) -> datetime:
    """Aware UTC."""
    return value if value.tzinfo else value.replace(tzinfo=timezone.utc)  # SQLite keeps no zone
