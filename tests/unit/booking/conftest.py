"""See tests/booking_fixtures.py."""

from tests.booking_fixtures import *  # noqa: F403
