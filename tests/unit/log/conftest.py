"""Each test of the log's tables on a real SQLite file and on a real PostgreSQL."""

import pytest
import sqlalchemy as sa

from bot.database import Database
from bot.log.store import ConversationLog
from bot.log.tables import metadata


@pytest.fixture(scope="session")
def postgres(postgres_server):
    database = Database(postgres_server.database())
    ConversationLog(database).migrate()
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def either(request, tmp_path):
    """A migrated, empty database."""
    if request.param == "postgres":
        database = request.getfixturevalue("postgres")
        with database.transaction() as connection:
            connection.execute(sa.text(f"TRUNCATE {', '.join(metadata.tables)}"))
        yield database
    else:
        database = Database(f"sqlite:///{tmp_path}/chat.db")
        ConversationLog(database).migrate()
        yield database
        database.close()
