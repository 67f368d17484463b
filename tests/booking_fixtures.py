"""Booking on a real SQLite file and on a real PostgreSQL, with a clock the test holds."""

import pytest
import sqlalchemy as sa

from bot.booking.service import Booking
from bot.booking.tables import metadata
from bot.database import Database
from tests.booking_helpers import RULES, Clock, Reversed, open_booking, outbox_by
from tests.databases import migrated
from tests.servers import Mailbox, Radicale


@pytest.fixture(scope="session")
def postgres_url(postgres_server):
    url = postgres_server.database()
    open_booking(url).migrate()
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path):
    """An empty database with booking's tables."""
    if request.param == "sqlite":
        return migrated(tmp_path / "booking.db", "booking")
    found = request.getfixturevalue("postgres_url")
    engine = sa.create_engine(found)
    with engine.begin() as connection:
        connection.execute(sa.text(f"TRUNCATE {', '.join(metadata.tables)}"))
    engine.dispose()
    return found


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def database(url):
    made = Database(url)
    yield made
    made.close()


@pytest.fixture
def booking(database, clock):
    return Booking(database, Reversed(), RULES, RULES.hours.zone, clock)


@pytest.fixture
def mailbox():
    server = Mailbox()
    yield server
    server.stop()


@pytest.fixture
def outbox(booking, mailbox):
    """A worker that sends mail and has no calendar."""
    return outbox_by(mailbox, booking)


@pytest.fixture(scope="session")
def radicale():
    server = Radicale()
    yield server
    server.remove()


@pytest.fixture
def practice_calendar(radicale):
    """A real calendar, empty."""
    radicale.clear()
    return radicale
