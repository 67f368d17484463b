"""The outbox, over a real mail server: what is told, to whom, when, and how often."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
import vobject

from bot.booking.outbox import FIRST_PAUSE, Post
from bot.booking.outbox_rows import LEASE, OutboxRows
from bot.booking.records import PRACTICE
from tests.booking_helpers import ANNA, OFFICE, book, outbox_by, send_all

VISITOR = ANNA.email


def invite(message):
    """The attached .ics, read by another parser than the one that wrote it."""
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    text = part.get_content()
    return vobject.readOne(text if isinstance(text, str) else text.decode())


def text(message):
    return message.get_body().get_content()


def test_a_booking_is_told_to_the_visitor_and_to_the_practice(booking, outbox, mailbox):
    made = book(booking)
    send_all(outbox)
    (to_visitor,), (to_practice,) = mailbox.to(VISITOR), mailbox.to(OFFICE)
    assert "Wednesday, November 25 at 1:00 PM (Pacific Time), by phone" in text(to_visitor)
    token = text(to_visitor).split("https://chat.example.org/booking/")[1].strip()
    assert booking.links().appointment_id(token) == made.id
    assert made.reference in text(to_practice)
    assert outbox.counts() == {"sent": 2, "not configured": 1, "waiting": 1}  # the calendar, the reminder


def test_a_visitor_in_another_zone_reads_both_times_and_the_practice_its_own(booking, outbox, mailbox, clock):
    """London changes its clocks two weeks after California, so that the distance is 7 hours, then 8."""
    clock.now = datetime(2027, 3, 15, 18, tzinfo=timezone.utc)
    before, after = (datetime(2027, 3, day, 20, tzinfo=timezone.utc) for day in (24, 31))
    made = book(booking, before, zone="Europe/London")
    send_all(outbox)
    booking.move(made.reference, after)
    clock.now = after - timedelta(hours=24)
    send_all(outbox)
    booking.cancel(made.reference)
    send_all(outbox)
    both = ["March 24 at 1:00 PM (Pacific Time; 8:00 PM London time)"]
    both += ["March 31 at 1:00 PM (Pacific Time; 9:00 PM London time)"] * 3
    assert [message["Subject"] for message in mailbox.to(VISITOR)][2:] == ["Appointment", "Appointment cancelled"]
    for message, told in zip(mailbox.to(VISITOR), both, strict=True):
        assert told in text(message)
    assert len(mailbox.to(OFFICE)) == 3
    for message in mailbox.to(OFFICE):
        assert "1:00 PM (Pacific Time)" in text(message) and "London" not in str(message) + text(message)
    events = [invite(message).vevent for message in (*mailbox.to(VISITOR)[:2], mailbox.to(VISITOR)[3])]
    assert [event.dtstart.value for event in events] == [before, after, after]
    assert events[0].description.value == "Wednesday, " + both[0]


def test_mails_are_discreet(booking, outbox, mailbox):
    made = book(booking, contact=replace(ANNA, first_name="Anna-Canary"))
    booking.move(made.reference, booking.free_times("consultation")[3])
    booking.cancel(made.reference)
    send_all(outbox)
    assert len(mailbox.taken) == 6
    for message in mailbox.taken:
        told = str(message) + text(message) + str(invite(message).serialize())
        for word in ("consultation", "therap", "couple", "sex", "Robin", "Canary", "6505550101", "Palo Alto"):
            assert word.lower() not in told.lower(), word


def test_the_invite_updates_on_move_and_cancels_on_cancel(booking, outbox, mailbox):
    made = book(booking)
    later = booking.free_times("consultation")[3]
    booking.move(made.reference, later)
    booking.cancel(made.reference)
    send_all(outbox)
    files = [invite(message) for message in mailbox.to(VISITOR)]
    events = [file.vevent for file in files]
    assert [file.method.value for file in files] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [event.sequence.value for event in events] == ["0", "1", "2"]
    assert {event.uid.value for event in events} == {f"{made.id}@appointment"}
    assert [event.dtstart.value for event in events] == [made.start, later, later]
    assert {event.summary.value for event in events} == {"Appointment"}
    assert [event.status.value for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [message["Subject"] for message in mailbox.to(VISITOR)] == [
        "Appointment",
        "Appointment moved",
        "Appointment cancelled",
    ]


@pytest.mark.parametrize("change", [{"write_ok": False}, {"email": ""}])
def test_a_visitor_who_may_not_be_written_to_gets_nothing(booking, outbox, mailbox, change):
    book(booking, contact=replace(ANNA, **change))
    send_all(outbox)
    assert [message.came_to for message in mailbox.taken] == [[OFFICE]]


def test_a_reminder_comes_a_day_before_and_only_if_asked_for(booking, outbox, mailbox, clock):
    times = booking.free_times("consultation")
    made, _ = book(booking, times[20]), book(booking, times[25], "c2", replace(ANNA, reminder=False))
    clock.now = made.start - timedelta(hours=25)
    send_all(outbox)
    before = len(mailbox.to(VISITOR))
    clock.now = made.start - timedelta(hours=24)
    send_all(outbox)
    (reminder,) = mailbox.to(VISITOR)[before:]
    assert "a reminder" in text(reminder) and made.reference in text(reminder)


def test_a_moved_or_cancelled_appointment_is_reminded_of_at_its_own_time_only(booking, outbox, mailbox, clock):
    times = booking.free_times("consultation")
    moved, cancelled = book(booking, times[20]), book(booking, times[21], "c2")
    booking.move(moved.reference, times[60])
    booking.cancel(cancelled.reference)
    send_all(outbox)
    before = len(mailbox.to(VISITOR))
    clock.now = times[21] - timedelta(hours=1)
    send_all(outbox)
    assert len(mailbox.to(VISITOR)) == before
    clock.now = times[60] - timedelta(hours=24)
    send_all(outbox)
    assert len(mailbox.to(VISITOR)) == before + 1


def test_no_reminder_of_what_is_less_than_a_day_ahead(booking, outbox, clock):
    hold = booking.hold("consultation", booking.free_times("consultation")[0], "c1")
    clock.now = hold.start - timedelta(hours=23)
    booking.confirm(hold.id, ANNA)
    send_all(outbox)
    assert "waiting" not in outbox.counts()


def test_a_call_back_request_tells_the_practice_no_detail(booking, outbox, mailbox):
    made = booking.call_back("k" * 32, ANNA, "when my husband is at work", "c1")
    send_all(outbox)
    (mail,) = mailbox.taken
    assert made.reference in mail["Subject"] and mail.came_to == [OFFICE]
    assert not any(word in str(mail) for word in ("Anna", "husband", "6505550101"))


def test_a_server_that_is_away_costs_nothing_but_time(booking, outbox, mailbox, clock):
    mailbox.refuse = "451 try later"
    made = book(booking)
    send_all(outbox)
    assert mailbox.taken == [] and booking.find(made.reference) == made
    mailbox.refuse = None
    send_all(outbox)
    assert mailbox.taken == []  # it pauses
    clock.now += FIRST_PAUSE
    send_all(outbox)
    assert len(mailbox.taken) == 2


def test_mails_about_one_appointment_stay_in_order_after_a_failure(booking, outbox, mailbox, clock):
    mailbox.refuse = "451 try later"
    made = book(booking)
    send_all(outbox)
    mailbox.refuse = None
    booking.cancel(made.reference)
    send_all(outbox)
    assert mailbox.taken == []
    clock.now += FIRST_PAUSE
    send_all(outbox)
    assert [message["Subject"] for message in mailbox.to(VISITOR)] == ["Appointment", "Appointment cancelled"]


def test_an_address_that_is_refused_for_good_is_given_up_and_holds_nothing_up(booking, outbox, mailbox):
    mailbox.refuse = "550 no such user"
    made = book(booking)
    send_all(outbox)
    mailbox.refuse = None
    booking.cancel(made.reference)
    send_all(outbox)
    assert outbox.counts()["failed"] == 2 and len(mailbox.to(VISITOR)) == 1


def test_without_a_mail_server_everything_works_and_the_outbox_says_so(booking, mailbox):
    nowhere = booking.outbox(Post())
    made = book(booking)
    send_all(nowhere)
    assert nowhere.counts() == {"not configured": 3, "waiting": 1}
    assert booking.find(made.reference) == made
    send_all(outbox_by(mailbox, booking))  # set up later: what still lies ahead is sent
    assert len(mailbox.taken) == 2


def test_what_is_over_is_not_mailed_any_more(booking, outbox, mailbox, clock):
    made = book(booking)
    clock.now = made.start + timedelta(seconds=1)
    send_all(outbox)
    assert mailbox.taken == [] and outbox.counts()["dropped"] == 3


def test_a_row_is_claimed_by_one_worker_until_its_lease_runs_out(booking, clock):
    book(booking)
    rows, ways = OutboxRows(booking._transactions), ["visitor", "practice"]
    first = rows.claim(ways, clock.now)
    assert len(first) == 2 and rows.claim(ways, clock.now) == []
    clock.now += LEASE
    again = rows.claim(ways, clock.now)
    assert [task.message_id for task in again] == [task.message_id for task in first]
    rows.sent(first[0], clock.now)  # the one that was late has no say any more
    clock.now += LEASE
    assert len(rows.claim(ways, clock.now)) == 2


@pytest.mark.parametrize(
    "address",
    [
        "anna@example.org\r\nBcc: spy@example.org",
        "anna@example.org, spy@example.org",
        "Anna <anna@example.org>",
        "anna@example.org\nSubject: sex therapy",
        "anna",
    ],
)
def test_an_address_cannot_smuggle_headers_or_recipients(booking, outbox, mailbox, address):
    """Whoever types into the form must not be able to write to others in the practice's name."""
    book(booking, contact=replace(ANNA, email=address))
    send_all(outbox)
    assert [message.came_to for message in mailbox.taken] == [[OFFICE]]
    assert outbox.counts()["failed"] == 1


def test_a_change_by_the_practice_is_told_to_the_visitor(booking, outbox, mailbox):
    made = book(booking)
    booking.move(made.reference, made.start + timedelta(hours=1), PRACTICE)
    send_all(outbox)
    assert "2:00 PM" in text(mailbox.to(VISITOR)[-1])


def test_the_practice_sees_what_is_not_out_and_why_without_an_address(booking, outbox, mailbox):
    made = book(booking)
    mailbox.refuse = "550 no such mailbox anna@example.org"
    send_all(outbox)
    told = {(one.channel, one.topic): one for one in booking.unsent()}
    failed = told["visitor", "confirmed"]
    assert (failed.state, failed.fault, failed.attempts) == ("failed", "Undeliverable", 1)
    assert failed.reference == made.reference
    assert told["visitor", "reminder"].state == "waiting" and told["calendar", "confirmed"].state == "not configured"
    assert [one.state for one in booking.unsent()][:2] == ["failed", "failed"], "what needs a person is first"
    assert "@" not in repr(booking.unsent())


def test_what_failed_is_sent_again_once_when_the_practice_says_so(booking, outbox, mailbox):
    book(booking)
    mailbox.refuse = "550 no"
    send_all(outbox)
    failed = [one for one in booking.unsent() if one.state == "failed"]
    mailbox.refuse = None
    assert all(booking.send_again(one.id) for one in failed)
    send_all(outbox)
    assert len(mailbox.to(VISITOR)) == len(mailbox.to(OFFICE)) == 1
    assert not any(booking.send_again(one.id) for one in failed), "it is out"


def test_what_a_worker_is_sending_is_not_sent_again_beside_it(booking, clock):
    book(booking)
    rows = OutboxRows(booking._transactions)
    (task,) = rows.claim(["visitor"], clock())
    assert not booking.send_again(task.id)
    clock.now += LEASE
    assert booking.send_again(task.id)
