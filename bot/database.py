"""The one database of an installation: SQLite by default, PostgreSQL by URL.

Each feature keeps its own tables and its own migrations (an alembic folder and version table); this module
opens the database, runs those migrations, and translates errors. No error repeats a statement or its values:
they may be what a visitor wrote.
"""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any, Callable, Iterator

import alembic.command
import alembic.config
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import TypeDecorator

from bot.errors import BotError, StorageUnavailable

LOCK_WAIT_MS = 2000
_MIGRATION_LOCK = 7_326_001  # PostgreSQL advisory lock; any number, but always this one


class NotStored(BotError):
    """The database refused what it was given. The message does not repeat it."""


class Clash(NotStored):
    """It is stored already, or what it belongs to is gone."""


class UtcDateTime(TypeDecorator):
    """A column of aware UTC times, in and out; SQLite keeps no zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value if value is None else value.astimezone(timezone.utc)

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], datetime | None]:
        """Straight to the value: a search for free times reads thousands."""
        return _from_text if dialect.name == "sqlite" else _in_utc


def _from_text(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(f"{stored}+00:00")


def _in_utc(stored: datetime | None) -> datetime | None:
    return None if stored is None else stored.astimezone(timezone.utc)


class Database:
    """Connections and transactions. Safe to use from several threads and processes."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"pool_pre_ping": not self.is_sqlite}
        if self.is_sqlite and self._url.database:  # SQLAlchemy 1.4 would open the file anew for every call
            options |= {"poolclass": QueuePool, "connect_args": {"check_same_thread": False}}
        self.engine: Engine = sa.create_engine(self._url, hide_parameters=True, **options)
        if self.is_sqlite:
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)

    def migrate(self, folder: Path, version_table: str) -> None:
        """Brings one feature's tables to this version; processes that start together take turns.

        folder: its alembic scripts (env.py calls `run_migrations`). Makes the folder of a SQLite file first.
        Raises StorageUnavailable.
        """
        config = alembic.config.Config()
        config.set_main_option("script_location", str(folder))
        config.attributes["version_table"] = version_table
        if self._is_migrated(config, version_table):
            return  # without a lock: a process that steps back (a training) must not hold up visitors
        with self._alone(), self.transaction() as connection:
            if not self.is_sqlite:
                connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "head")

    def _is_migrated(self, config: alembic.config.Config, version_table: str) -> bool:
        newest = _newest(config.get_main_option("script_location"))
        try:
            with self.reading() as connection:
                return bool(connection.execute(sa.text(f"SELECT version_num FROM {version_table}")).scalar() == newest)  # noqa: S608
        except StorageUnavailable:  # there is no such table yet, or no database
            return False

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction that may write: committed at the end, rolled back on any error.

        On SQLite it takes the write lock at once, so that what it reads first cannot change before it writes.
        Raises Clash, NotStored or StorageUnavailable instead of SQLAlchemy's errors.
        """
        with _translated(), self.engine.connect() as plain:
            connection = plain.execution_options(writing=True)  # SQLAlchemy 1.4 gives a copy, not the same object
            with connection.begin():
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent look that waits for no writer. Raises as `transaction` does."""
        with _translated(), self.engine.begin() as connection:
            yield connection

    def forget_erased(self) -> None:
        """secure_delete clears the database file; SQLite's write-ahead log keeps the words until it is emptied."""
        if self.is_sqlite:
            with _translated(), self.engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")  # outside a transaction

    def close(self) -> None:
        """Gives the connections back."""
        self.engine.dispose()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """On SQLite, one process at a time: two first starts would both make the tables."""
        if not self.is_sqlite or not self._url.database:
            yield
            return
        file = Path(self._url.database)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            lock = open(file.with_name(file.name + ".lock"), "w")
        except OSError as error:
            raise StorageUnavailable(
                f"The folder {file.parent} of the database cannot be made or written: {error.strerror}."
            ) from None
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # freed when the file is closed, also by a kill
            yield


@cache
def _newest(folder: str) -> str | None:
    """The last of a feature's migrations; reading the scripts takes ten times as long as asking the database."""
    head: str | None = alembic.script.ScriptDirectory(folder).get_current_head()
    return head


def run_migrations(context: Any) -> None:
    """What each feature's alembic env.py does, inside the transaction that Database.migrate opened."""
    given = context.config.attributes
    context.configure(
        connection=given["connection"], version_table=given["version_table"], transactional_ddl=True
    )
    context.run_migrations()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise Clash("The database refused this: it is stored already, or what it belongs to is gone.") from None
    except ValueError:  # a lone surrogate; a null byte on PostgreSQL
        raise NotStored("The database cannot hold this text; clean it first.") from None
    except SQLAlchemyError as error:  # the statement and its values are left out on purpose
        raise StorageUnavailable(f"The database cannot be used now ({type(error).__name__}).") from None


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver would begin on its own, and never for tables: _begin_sqlite does
    for pragma in (
        "journal_mode=WAL",  # readers and the writer do not wait for one another
        "synchronous=NORMAL",  # survives kill -9; a power cut may cost the last turns, never the file
        "foreign_keys=ON",
        "secure_delete=ON",  # what is erased is overwritten
        f"busy_timeout={LOCK_WAIT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")
