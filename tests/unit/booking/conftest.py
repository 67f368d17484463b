"""See tests/booking_fixtures.py. Here on SQLite; tests/slow/booking/test_on_postgres.py does the same on PostgreSQL."""

import pytest

from tests.booking_fixtures import *  # noqa: F403
from tests.databases import emptied


@pytest.fixture
def database():
    """An empty database with booking's tables."""
    return emptied("booking")


@pytest.fixture
def url(database):
    return str(database.engine.url)
