"""The database: migrations of several features side by side, transactions that hold, errors without values."""

import threading
import time

import pytest
import sqlalchemy as sa

from bot.database import LOCK_WAIT_MS, Clash, Database
from bot.log.store import ConversationLog


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/chat.db")
    yield database
    database.close()


def test_a_migration_that_fails_leaves_nothing_half_made(database, tmp_path):
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text("from alembic import context\nfrom bot.database import run_migrations\n"
                                   "run_migrations(context)\n")  # fmt: skip
    (folder / "versions" / "0001_x.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\nrevision = '0001'\ndown_revision = None\n"
        "def upgrade():\n    op.create_table('half', sa.Column('id', sa.Integer))\n    raise RuntimeError('stop')\n"
    )
    with pytest.raises(RuntimeError):
        database.migrate(folder, "x_version")
    with database.reading() as connection:
        assert not sa.inspect(connection).has_table("half")


def test_what_a_writer_read_first_cannot_change_before_it_writes(database):
    ConversationLog(database).migrate()
    with database.transaction() as connection:
        connection.execute(sa.text("CREATE TABLE counted (n INTEGER)"))
        connection.execute(sa.text("INSERT INTO counted VALUES (0)"))

    def count():
        for _ in range(25):
            with database.transaction() as connection:
                n = connection.execute(sa.text("SELECT n FROM counted")).scalar()
                connection.execute(sa.text("UPDATE counted SET n = :n"), {"n": n + 1})

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert connection.execute(sa.text("SELECT n FROM counted")).scalar() == 100


def test_a_refused_row_is_reported_without_its_values_and_rolled_back(database):
    with database.transaction() as connection:
        connection.execute(sa.text("CREATE TABLE names (name TEXT UNIQUE)"))
    with pytest.raises(Clash) as error:
        with database.transaction() as connection:
            for _ in range(2):
                connection.execute(sa.text("INSERT INTO names VALUES ('canary-7391')"))
    assert "canary" not in str(error.value) and error.value.__cause__ is None
    with database.reading() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM names")).scalar() == 0


def test_what_is_up_to_date_is_migrated_without_waiting_for_a_writer(database):
    log = ConversationLog(database)
    log.migrate()
    with database.transaction():
        began = time.monotonic()
        ConversationLog(Database(str(database.engine.url))).migrate()
        assert time.monotonic() - began < LOCK_WAIT_MS / 1000
