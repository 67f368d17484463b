"""All that erasing does in the log, on a real PostgreSQL as on SQLite."""

import pytest

from bot.database import Database
from bot.log.store import ConversationLog
from tests.unit.log.test_erasure import *  # noqa: F403


@pytest.fixture
def database(postgres_server):
    """A migrated, empty database."""
    made = Database(postgres_server.database())
    ConversationLog(made).migrate()
    yield made
    made.close()
