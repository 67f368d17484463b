"""The log's tables on a real SQLite file; tests/slow/test_log_on_postgres.py runs some of it on PostgreSQL."""

import pytest

from bot.database import Database
from tests.databases import migrated


@pytest.fixture
def database(tmp_path):
    """A migrated, empty database."""
    made = Database(migrated(tmp_path / "chat.db", "log"))
    yield made
    made.close()
