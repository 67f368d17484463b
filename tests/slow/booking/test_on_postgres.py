"""All that booking keeps and erases, on a real PostgreSQL as on SQLite."""

import pytest
import sqlalchemy as sa

from bot.booking.tables import metadata
from tests.unit.booking.test_erasure import *  # noqa: F403
from tests.unit.booking.test_service import *  # noqa: F403


@pytest.fixture
def url(postgres_url):
    """An empty database with booking's tables."""
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(sa.text(f"TRUNCATE {', '.join(metadata.tables)}"))
    engine.dispose()
    return postgres_url
