"""The life of an appointment: hold, confirm, move, cancel, and what stands in its way."""

from datetime import datetime, timedelta, timezone

import pytest

from bot.booking.records import (
    PRACTICE,
    SYSTEM,
    VISITOR,
    AppointmentOver,
    AppointmentsThere,
    Event,
    NoSuchAppointment,
    TimeTaken,
    UnknownKind,
)
from bot.booking.service import Booking
from bot.booking.tables import metadata
from tests.booking_helpers import ANNA, NOW, book


def test_the_first_free_time_keeps_the_notice(booking):
    assert booking.free_times("consultation")[0] == datetime(2026, 11, 25, 21, tzinfo=timezone.utc)  # Wednesday, 13:00


def test_a_held_time_is_offered_to_nobody_else(booking):
    start = booking.free_times("consultation")[0]
    booking.hold("consultation", start, "c1")
    assert start not in booking.free_times("consultation")
    assert start in booking.free_times("consultation", conversation_id="c1")


def test_a_taken_time_comes_with_near_alternatives(booking):
    start = booking.free_times("consultation")[0]
    booking.hold("consultation", start, "c1")
    with pytest.raises(TimeTaken) as refused:
        booking.hold("consultation", start, "c2")
    assert refused.value.alternatives == booking.free_times("consultation", limit=3)


def test_a_conversation_holds_one_time(booking):
    first, second = booking.free_times("consultation", limit=2)
    booking.hold("consultation", first, "c1")
    booking.hold("consultation", second, "c1")
    assert booking.free_times("consultation")[0] == first


def test_buffers_keep_their_distance(booking):
    start = booking.free_times("couples")[0]  # 80 minutes and 10 after
    book(booking, start, kind="couples")
    following = booking.free_times("consultation", start)[0]
    assert following == start + timedelta(minutes=90)


def test_an_expired_hold_blocks_nobody(booking, clock):
    start = booking.free_times("consultation")[0]
    booking.hold("consultation", start, "c1")
    clock.now += timedelta(minutes=11)
    assert booking.hold("consultation", start, "c2").start == start


def test_an_expired_hold_still_counts_while_its_time_is_free(booking, clock):
    hold = booking.hold("consultation", booking.free_times("consultation")[0], "c1")
    clock.now += timedelta(minutes=30)
    assert booking.confirm(hold.id, ANNA).start == hold.start


def test_an_expired_hold_whose_time_went_to_another_offers_alternatives(booking, clock):
    hold = booking.hold("consultation", booking.free_times("consultation")[0], "c1")
    clock.now += timedelta(minutes=11)
    book(booking, hold.start, "c2")
    with pytest.raises(TimeTaken) as refused:
        booking.confirm(hold.id, ANNA)
    assert len(refused.value.alternatives) == 3


def test_confirming_twice_gives_the_same_appointment(booking):
    hold = booking.hold("consultation", booking.free_times("consultation")[0], "c1")
    assert booking.confirm(hold.id, ANNA) == booking.confirm(hold.id, ANNA)
    assert [event.name for event in booking.events(hold.id)] == ["held", "confirmed"]


def test_an_appointment_comes_back_as_it_was_told(booking):
    made = book(booking)
    assert booking.find(made.reference.lower()) == made == booking.find_by_id(made.id)
    assert made.contact == ANNA and made.title == "Free 20-minute consultation" and made.place == "phone"
    assert booking.upcoming() == [made]


@pytest.mark.parametrize("zone", ["Mars/Olympus", "UTC", "Etc/GMT+5", "", None, "my husband is Robin", "../etc/passwd"])
def test_only_the_name_of_a_place_is_kept_as_the_visitors_zone(booking, zone):
    assert book(booking, zone=zone).visitor_zone == ""
    assert book(booking, conversation="c2", zone="Asia/Kolkata").visitor_zone == "Asia/Kolkata"


def test_a_released_time_is_free_again(booking):
    hold = booking.hold("consultation", booking.free_times("consultation")[0], "c1")
    booking.release(hold.id)
    assert booking.free_times("consultation")[0] == hold.start


@pytest.mark.parametrize("away", [timedelta(minutes=7), timedelta(days=-2), timedelta(days=200)])
def test_a_time_the_rules_do_not_offer_is_not_held(booking, away):
    with pytest.raises(TimeTaken):
        booking.hold("consultation", booking.free_times("consultation")[0] + away, "c1")


def test_moving_frees_the_old_time_and_takes_the_new_one(booking):
    made = book(booking)
    later = booking.free_times("consultation")[5]
    moved = booking.move(made.reference, later)
    assert (moved.start, moved.sequence) == (later, 1)
    free = booking.free_times("consultation")
    assert made.start in free and later not in free


def test_moving_to_where_it_is_changes_nothing(booking):
    made = book(booking)
    assert booking.move(made.reference, made.start) == made


def test_moving_to_a_taken_time_leaves_it_where_it_is(booking):
    made, other = book(booking), book(booking, conversation="c2")
    with pytest.raises(TimeTaken) as refused:
        booking.move(made.reference, other.start)
    assert refused.value.alternatives and booking.find(made.reference) == made


def test_a_visitor_cannot_move_outside_the_hours_but_the_practice_can(booking):
    made, sunday = book(booking), datetime(2026, 11, 29, 18, tzinfo=timezone.utc)
    with pytest.raises(TimeTaken):
        booking.move(made.reference, sunday)
    assert booking.move(made.reference, sunday, PRACTICE, minutes=45).end == sunday + timedelta(minutes=45)


def test_the_practice_may_give_up_a_buffer_but_not_move_onto_another(booking):
    first = book(booking)
    second = book(booking, first.start + timedelta(minutes=60), "c2")
    close = first.end + timedelta(minutes=2)
    assert booking.move(second.reference, close, PRACTICE).start == close
    with pytest.raises(TimeTaken):
        booking.move(second.reference, first.start, PRACTICE)


def test_cancelling_frees_the_time_and_again_changes_nothing(booking):
    made = book(booking)
    cancelled = booking.cancel(made.reference)
    assert cancelled.state == "cancelled" and booking.cancel(made.reference) == cancelled
    assert made.start in booking.free_times("consultation")


def test_what_has_begun_or_is_cancelled_cannot_be_changed(booking, clock):
    made, other = book(booking), book(booking, conversation="c2")
    booking.cancel(other.reference)
    with pytest.raises(AppointmentOver):
        booking.move(other.reference, booking.free_times("consultation")[9])
    clock.now = made.start
    with pytest.raises(AppointmentOver):
        booking.cancel(made.reference)


@pytest.mark.parametrize("what", ["find", "cancel"])
def test_an_unknown_reference(booking, what):
    with pytest.raises(NoSuchAppointment):
        getattr(booking, what)("XXXXXX")


def test_a_hold_is_not_an_appointment_yet(booking):
    hold = booking.hold("consultation", booking.free_times("consultation")[0], "c1")
    with pytest.raises(NoSuchAppointment):
        booking.find_by_id(hold.id)


def test_an_unknown_kind(booking):
    with pytest.raises(UnknownKind):
        booking.free_times("massage")


def test_a_block_keeps_its_time_and_lets_holds_go(booking):
    start = booking.free_times("consultation")[0]
    hold = booking.hold("consultation", start, "c1")
    block = booking.block(start, start + timedelta(hours=1), "dentist")
    assert booking.free_times("consultation")[0] >= start + timedelta(hours=1)
    assert booking.blocks() == [block] and block.note == "dentist"
    with pytest.raises(TimeTaken):
        booking.confirm(hold.id, ANNA)
    booking.unblock(block.id)
    assert booking.free_times("consultation")[0] == start


def test_a_block_never_buries_an_appointment(booking):
    made = book(booking)
    with pytest.raises(AppointmentsThere) as refused:
        booking.block(made.start, made.end)
    assert refused.value.references == [made.reference]


def test_a_call_back_is_kept_once(booking):
    key = "k" * 32
    made = booking.call_back(key, ANNA, "after four", "c1")
    assert booking.call_back(key, ANNA, "after four", "c1") == made == booking.call_backs()[0]
    booking.call_back_done(made.reference)
    assert booking.call_backs() == [] and [event.name for event in booking.events(key)] == ["requested", "done"]


def test_booking_switched_off_still_takes_call_backs(database, booking):
    off = Booking(database, booking._cipher, None, booking.zone)
    assert not off.is_on and off.kinds() == ()
    assert off.call_back("k" * 32, ANNA, "", "c1") in off.call_backs()
    with pytest.raises(UnknownKind):
        off.free_times("consultation")


def test_contacts_are_sealed_at_rest_and_resealed(booking, database):
    made = book(booking)
    booking.call_back("k" * 32, ANNA, "after four", "c1")
    booking.block(NOW, NOW + timedelta(hours=1), "dentist")
    with database.reading() as connection:
        stored = repr([connection.execute(table.select()).all() for table in metadata.sorted_tables])
    assert not any(word in stored for word in ("Anna", "6505550101", "anna@", "after four", "dentist"))
    assert booking.reseal(lambda sealed: sealed) == 3
    assert booking.find(made.reference).contact == ANNA


def test_every_change_is_an_event_with_its_time_and_who_made_it(booking, clock):
    made, at = book(booking), [clock.now]
    for change in (
        lambda: booking.move(made.reference, booking.free_times("consultation")[5]),
        lambda: booking.cancel(made.reference, PRACTICE),
    ):
        clock.now += timedelta(minutes=7)
        at.append(clock.now)
        change()
    assert booking.events(made.id) == [
        Event("held", at[0], VISITOR),
        Event("confirmed", at[0], VISITOR),
        Event("moved", at[1], VISITOR),
        Event("cancelled", at[2], PRACTICE),
    ]
    lapsed = booking.hold("consultation", made.start, "c2")
    clock.now += timedelta(minutes=11)
    booking.hold("consultation", made.start, "c3")
    assert booking.events(lapsed.id)[-1] == Event("expired", clock.now, SYSTEM)
    asked = booking.call_back("k" * 32, ANNA, "", "c1")
    assert booking.events(asked.id) == [Event("requested", clock.now, VISITOR)]


def test_a_link_that_is_too_old_opens_nothing(booking, monkeypatch):
    token = booking.links().page(book(booking)).rpartition("/")[2]
    assert booking.links().appointment_id(token)
    monkeypatch.setattr("bot.booking.links.LIFE", timedelta(seconds=-1))
    assert booking.links().appointment_id(token) is None


def test_a_link_opens_its_appointment_only_and_survives_a_restart(booking):
    made, links = book(booking), booking.links("https://chat.example.org/")
    page = links.page(made)
    assert page.startswith("https://chat.example.org/booking/") and made.reference not in page
    token = page.rpartition("/")[2]
    assert booking.links().appointment_id(token) == made.id
    assert links.appointment_id(token[:-2] + ("aa" if token[-2:] != "aa" else "bb")) is None
    assert links.appointment_id("nonsense") is None and links.appointment_id("\x00é.") is None
    assert booking.links().calendar_file(made).startswith("/booking/")


def test_two_who_book_next_to_each_other_both_get_it(url, booking):
    first = booking.free_times("consultation")[0]
    book(booking, first)
    assert book(booking, first + timedelta(minutes=30), "c2").start == first + timedelta(minutes=30)
