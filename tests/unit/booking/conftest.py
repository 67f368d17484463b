"""See tests/booking_fixtures.py. Here on SQLite; tests/slow/booking/test_on_postgres.py does the same on PostgreSQL."""

import pytest

from tests.booking_fixtures import *  # noqa: F403
from tests.databases import migrated


@pytest.fixture
def url(tmp_path):
    """An empty database with booking's tables."""
    return migrated(tmp_path / "booking.db", "booking")
