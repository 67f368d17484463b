"""The conversation log: SQLite by default, PostgreSQL by URL. Errors never repeat what a visitor wrote."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Iterator

import alembic.command
import alembic.config
import sqlalchemy as sa
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from bot.errors import BotError, StorageUnavailable
from bot.log.tables import conversations, feedback, turns

LOCK_WAIT_MS = 2000


class NotStored(BotError):
    """The log refused what it was given. The message does not repeat it."""


class Clash(NotStored):
    """It is stored already, or its conversation is gone."""


class TurnExists(Clash):
    """This message, or this turn's number, is stored already: read it instead."""


@dataclass(frozen=True)
class Conversation:
    """One visitor's session, as far as a turn needs it."""

    id: str
    expires_at: datetime
    locale: str


@dataclass(frozen=True)
class Turn:
    """A visitor's message or choice and everything that came of it. `at` is UTC."""

    conversation_id: str
    message_id: str
    number: int
    at: datetime
    text: str | None
    choice: str | None
    outcome: str
    confidence: float
    alternatives: list[list[Any]]
    answer_id: str
    messages: list[dict[str, Any]]
    model_version: str
    latency_ms: float
    events: list[dict[str, Any]]


class ConversationLog:
    """All reads and writes of conversations. Safe to use from several threads."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._sqlite = self._url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"pool_pre_ping": not self._sqlite}
        if self._sqlite and self._url.database:  # SQLAlchemy 1.4 would open the file anew for every call
            options |= {"poolclass": QueuePool, "connect_args": {"check_same_thread": False}}
        self._engine = sa.create_engine(self._url, hide_parameters=True, **options)
        if self._sqlite:
            sa.event.listen(self._engine, "connect", _prepare_sqlite)

    def migrate(self) -> None:
        """Brings the tables to this version; makes the folder of a SQLite file first."""
        if self._sqlite and self._url.database:
            _make_folder(Path(self._url.database).parent)
        config = alembic.config.Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self._transaction() as connection:
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "head")

    def close(self) -> None:
        """Gives the connections back."""
        self._engine.dispose()

    def check(self) -> None:
        """Raises StorageUnavailable unless the log can be read."""
        with self._transaction() as connection:
            connection.execute(sa.select(conversations.c.id).limit(1))

    def start(
        self, token_hash: str, locale: str, notice_version: str, expires_at: datetime, opening: list[dict[str, Any]]
    ) -> Conversation:
        """A new conversation, known by the hash of its token only."""
        made = Conversation(uuid.uuid4().hex, expires_at, locale)
        with self._transaction() as connection:
            connection.execute(
                conversations.insert().values(
                    **asdict(made),
                    token_hash=token_hash,
                    started_at=_now(),
                    notice_version=notice_version,
                    opening=opening,
                )
            )
        return made

    def find(self, token_hash: str) -> Conversation | None:
        """The conversation of this token, unless it has expired."""
        with self._transaction() as connection:
            row = connection.execute(sa.select(conversations).where(conversations.c.token_hash == token_hash)).first()
        if row is None or _utc(row.expires_at) <= _now():
            return None
        return Conversation(row.id, _utc(row.expires_at), row.locale)

    def opening(self, conversation_id: str) -> list[dict[str, Any]]:
        """The bot's first messages."""
        with self._transaction() as connection:
            query = sa.select(conversations.c.opening).where(conversations.c.id == conversation_id)
            return connection.execute(query).scalar() or []

    def turns(self, conversation_id: str, last: int | None = None) -> list[Turn]:
        """The turns in order; with `last`, only so many of the latest."""
        query = sa.select(turns).where(turns.c.conversation_id == conversation_id)
        with self._transaction() as connection:
            rows = connection.execute(query.order_by(turns.c.number.desc()).limit(last)).all()
        return [_turn(row) for row in reversed(rows)]

    def turn(self, conversation_id: str, message_id: str) -> Turn | None:
        """The stored turn of a message id."""
        query = sa.select(turns).where(turns.c.conversation_id == conversation_id, turns.c.message_id == message_id)
        with self._transaction() as connection:
            row = connection.execute(query).first()
        return _turn(row) if row else None

    def add(self, turn: Turn) -> None:
        """Stores one turn, whole. Raises TurnExists when its message id or number is taken."""
        try:
            with self._transaction() as connection:
                connection.execute(turns.insert().values(**asdict(turn)))
        except Clash:
            raise TurnExists("This turn is stored already.") from None

    def add_feedback(self, conversation_id: str, bot_message_id: str, helpful: bool, note: str | None) -> bool:
        """Keeps a visitor's judgement of one bot message; False when it is not of this conversation."""
        known = {m["id"] for turn in self.turns(conversation_id) for m in turn.messages}
        if bot_message_id not in known | {m["id"] for m in self.opening(conversation_id)}:
            return False
        key = {"conversation_id": conversation_id, "bot_message_id": bot_message_id}
        with self._transaction() as connection:
            connection.execute(_delete_feedback(key))
            connection.execute(feedback.insert().values(**key, helpful=helpful, note=note, at=_now()))
        return True

    def erase(self, conversation_id: str) -> None:
        """Removes everything of a conversation."""
        with self._transaction() as connection:
            for table in (feedback, turns):
                connection.execute(table.delete().where(table.c.conversation_id == conversation_id))
            connection.execute(conversations.delete().where(conversations.c.id == conversation_id))
        if self._sqlite:
            self._empty_wal()

    def _empty_wal(self) -> None:
        """secure_delete clears the database file; the write-ahead log keeps the words until it is emptied."""
        with self._transaction() as connection:
            connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise Clash(
                "The conversation log refused this: it is stored already, or its conversation is gone."
            ) from None
        except ValueError:  # a lone surrogate; a null byte on PostgreSQL
            raise NotStored("The conversation log cannot hold this text; clean it first.") from None
        except SQLAlchemyError as error:  # the statement and its values are left out on purpose
            raise StorageUnavailable(f"The conversation log cannot be used now ({type(error).__name__}).") from None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageUnavailable(f"The folder {folder} of the database cannot be made: {error.strerror}.") from None


def _delete_feedback(key: dict[str, str]) -> Any:
    return feedback.delete().where(
        feedback.c.conversation_id == key["conversation_id"], feedback.c.bot_message_id == key["bot_message_id"]
    )


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    for pragma in (
        "journal_mode=WAL",  # readers and the writer do not wait for one another
        "synchronous=NORMAL",  # survives kill -9; a power cut may cost the last turns, never the file
        "foreign_keys=ON",
        "secure_delete=ON",  # what is erased is overwritten
        f"busy_timeout={LOCK_WAIT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _turn(row: Any) -> Turn:
    values = {name: value for name, value in row._mapping.items() if name != "id"}
    return Turn(**{**values, "at": _utc(row.at)})


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _utc(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=timezone.utc)  # SQLite keeps no zone
