"""Erasing leaves what the visitor still needs, and nothing else; age takes the rest."""

from datetime import timedelta

import pytest

from bot.booking.erasure import BookingErasure
from bot.booking.outbox import Post
from bot.booking.records import NoSuchAppointment
from bot.booking.tables import metadata
from tests.booking_helpers import ANNA, NOW, book, send_all


@pytest.fixture
def erasure(database):
    return BookingErasure(database, timedelta(days=30))


def rows(database, name):
    with database.reading() as connection:
        return connection.execute(metadata.tables[name].select()).all()


def test_an_erased_conversation_leaves_its_appointment_and_nothing_else(booking, erasure, database):
    made, other = book(booking), booking.call_back("o" * 32, ANNA, "", "c2")
    hold = booking.hold("consultation", booking.free_times("consultation")[0], "c1")
    booking.call_back("k" * 32, ANNA, "after four", "c1")
    assert erasure.erase(["c1", "unknown"]) == {"held times": 1, "call-back requests": 1}
    assert booking.upcoming() == [made] and booking.call_backs() == [other]
    assert hold.start in booking.free_times("consultation")
    assert not [row for row in rows(database, "appointments") if row.conversation_id == "c1"]
    left = {row.subject_id for name in ("booking_events", "outbox") for row in rows(database, name)}
    assert left == {made.id, other.id}


def test_erasing_what_is_not_there_is_no_error(erasure):
    assert sum(erasure.erase(["nobody"]).values()) == 0
    assert sum(erasure.expire(NOW).values()) == 0


def test_contacts_go_30_days_after_the_appointment_and_not_a_moment_before(booking, erasure):
    made = book(booking, zone="Europe/Berlin")
    erasure.expire(made.end + timedelta(days=30))
    assert booking.find(made.reference) == made
    assert erasure.expire(made.end + timedelta(days=30, seconds=1))["contacts of appointments"] == 1
    assert (booking.find(made.reference).contact, booking.find(made.reference).visitor_zone) == (None, "")


def test_age_takes_requests_lapsed_holds_blocks_and_what_the_outbox_finished(booking, erasure, database, clock):
    booking.call_back("k" * 32, ANNA, "", "c1")
    booking.hold("consultation", booking.free_times("consultation")[0], "c2")
    booking.block(NOW + timedelta(days=1), NOW + timedelta(days=2), "away")
    far = book(booking, booking.free_times("consultation")[-1], "c3")
    clock.now += timedelta(days=40)
    send_all(booking.outbox(Post()))
    erasure.expire(clock.now)
    assert booking.call_backs() == [] and rows(database, "busy") == []
    assert [row.id for row in rows(database, "appointments")] == [far.id]
    assert booking.find(far.reference).contact == ANNA


def test_a_link_of_an_erased_hold_opens_nothing(booking, erasure):
    hold = booking.hold("consultation", booking.free_times("consultation")[0], "c1")
    erasure.erase(["c1"])
    with pytest.raises(NoSuchAppointment):
        booking.confirm(hold.id, ANNA)
