"""Two-way with a real CalDAV server: the therapist's life blocks times, and changes there are changes here."""

from datetime import date, datetime, timedelta, timezone

import pytest

from bot.booking.calendar import CalendarMirror
from bot.booking.dav import DavCalendar
from bot.booking.invite import uid
from bot.booking.outbox import FIRST_PAUSE
from bot.booking.records import TimeTaken
from bot.outside import CalendarServer
from tests.booking_helpers import ANNA, book, outbox_by, send_all

VISITOR = "anna@example.org"
pytestmark = pytest.mark.usefixtures("practice_calendar")


@pytest.fixture
def mirror(booking, practice_calendar):
    made = CalendarMirror(
        DavCalendar(CalendarServer(practice_calendar.url)), booking.calendar_rows(), booking
    )
    made.prepare()
    made.poll()
    return made


@pytest.fixture
def outbox(booking, mirror, mailbox):
    return outbox_by(mailbox, booking, calendar=mirror)


def dav_time(moment):
    return moment.strftime("%Y%m%dT%H%M%SZ")


def busy(start, minutes=60, *more):
    end = start + timedelta(minutes=minutes)
    return [f"DTSTART:{dav_time(start)}", f"DTEND:{dav_time(end)}", "SUMMARY:Dentist", *more]


def event_of(practice_calendar, made):
    return practice_calendar.calendar.event_by_url(f"{practice_calendar.url}{made.id}.ics")


def edit(event, **properties):
    """What a therapist's calendar program does."""
    component = event.icalendar_component
    for name, value in properties.items():
        component.pop(name, None)
        component.add(name, value)
    event.save()


def test_a_busy_hour_of_the_therapist_is_not_offered(booking, mirror, practice_calendar):
    start = booking.free_times("consultation")[0]
    practice_calendar.add(busy(start))
    mirror.poll()
    assert booking.free_times("consultation")[0] == start + timedelta(hours=1)
    with pytest.raises(TimeTaken):
        booking.hold("consultation", start, "c1")


def test_a_recurring_event_blocks_every_time_but_its_exceptions(booking, mirror, practice_calendar):
    free = booking.free_times("consultation")
    start = free[0]
    week = timedelta(days=7)
    practice_calendar.add(busy(start, 60, "RRULE:FREQ=WEEKLY", f"EXDATE:{dav_time(start + 2 * week)}"))
    mirror.poll()
    found = booking.free_times("consultation")
    assert [start + n * week in free for n in range(4)] == [True] * 4
    assert [start + n * week in found for n in range(4)] == [False, False, True, False]


@pytest.mark.parametrize(
    ("lines", "blocks"),
    [
        (["DTSTART;VALUE=DATE:20261202", "DTEND;VALUE=DATE:20261203"], True),
        (["DTSTART;VALUE=DATE:20261202"], True),
        (["DTSTART;TZID=America/Los_Angeles:20261202T130000", "DURATION:PT5H"], True),
        (["DTSTART:20261202T120000", "DTEND:20261202T180000"], True),  # floating: the practice's wall clock
        (["DTSTART;VALUE=DATE:20261202", "TRANSP:TRANSPARENT"], False),
        (["DTSTART;VALUE=DATE:20261202", "STATUS:CANCELLED"], False),
        (["DTSTART:20261203T020000Z", "DTEND:20261203T030000Z"], False),  # 18:00 there, after hours
    ],
)
def test_what_counts_as_busy(booking, mirror, practice_calendar, lines, blocks):
    practice_calendar.add(lines)
    mirror.poll()
    days = {time.astimezone(booking.zone).date() for time in booking.free_times("consultation")}
    assert (date(2026, 12, 2) not in days) == blocks


def test_an_appointment_appears_moves_and_goes_there_too(booking, mirror, outbox, practice_calendar):
    made = book(booking)
    send_all(outbox)
    event = event_of(practice_calendar, made).icalendar_component
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (made.start, made.end)
    assert (str(event["summary"]), str(event["uid"])) == ("Appointment", uid(made.id))
    later = booking.free_times("consultation")[9]
    booking.move(made.reference, later)
    send_all(outbox)
    assert event_of(practice_calendar, made).icalendar_component.decoded("dtstart") == later
    booking.cancel(made.reference)
    send_all(outbox)
    assert practice_calendar.calendar.events() == []


def test_our_own_events_are_not_busy_times(booking, mirror, outbox):
    made = book(booking)
    send_all(outbox)
    mirror.poll()
    booking.cancel(made.reference)
    assert made.start in booking.free_times("consultation")
    mirror.poll()  # before it is deleted there
    assert made.start in booking.free_times("consultation")


def test_moved_there_is_moved_here_and_the_visitor_is_told(booking, mirror, outbox, practice_calendar, mailbox):
    made = book(booking)
    send_all(outbox)
    mirror.poll()
    to = made.start + timedelta(days=1, minutes=7)
    edit(event_of(practice_calendar, made), dtstart=to, dtend=to + timedelta(minutes=45))
    mirror.poll()
    moved = booking.find(made.reference)
    assert (moved.start, moved.end, moved.sequence) == (to, to + timedelta(minutes=45), 1)
    assert booking.events(made.id)[-1].actor == "calendar"
    send_all(outbox)
    assert [mail["Subject"] for mail in mailbox.to(VISITOR)] == ["Appointment", "Appointment moved"]
    mirror.poll()
    assert booking.find(made.reference) == moved


def test_moved_far_beyond_what_is_read_is_moved_not_cancelled(booking, mirror, outbox, practice_calendar):
    made = book(booking)
    send_all(outbox)
    to = made.start + timedelta(days=200)
    edit(event_of(practice_calendar, made), dtstart=to, dtend=to + timedelta(minutes=20))
    mirror.poll()
    assert booking.find(made.reference).start == to and booking.find(made.reference).state == "confirmed"


def test_deleted_there_is_cancelled_here_and_the_visitor_is_told(booking, mirror, outbox, practice_calendar, mailbox):
    made = book(booking)
    send_all(outbox)
    event_of(practice_calendar, made).delete()
    mirror.poll()
    assert booking.find(made.reference).state == "cancelled"
    send_all(outbox)
    assert mailbox.to(VISITOR)[-1]["Subject"] == "Appointment cancelled"


def test_a_cancelled_mark_there_counts_as_deleted(booking, mirror, outbox, practice_calendar):
    made = book(booking)
    send_all(outbox)
    edit(event_of(practice_calendar, made), status="CANCELLED")
    mirror.poll()
    assert booking.find(made.reference).state == "cancelled"


def test_a_calendar_that_lost_everything_cancels_nobody(booking, mirror, outbox, practice_calendar):
    free = booking.free_times("consultation")
    made = [book(booking, free[n * 3], f"c{n}") for n in range(4)]
    send_all(outbox)
    practice_calendar.clear()
    mirror.poll()
    assert booking.upcoming() == made
    assert "vanished" in mirror.status().fault


def test_what_the_therapist_added_to_the_event_stays(booking, mirror, outbox, practice_calendar):
    made = book(booking)
    send_all(outbox)
    edit(event_of(practice_calendar, made), description="bring the blue folder")
    mirror.poll()
    booking.move(made.reference, booking.free_times("consultation")[9])
    send_all(outbox)
    assert "blue folder" in event_of(practice_calendar, made).data


def test_moved_onto_another_appointment_it_is_put_back(booking, mirror, outbox, practice_calendar):
    made, other = book(booking), book(booking, conversation="c2")
    send_all(outbox)
    edit(event_of(practice_calendar, made), dtstart=other.start, dtend=other.end)
    mirror.poll()
    assert booking.find(made.reference) == made and made.reference in mirror.status().fault
    send_all(outbox)
    assert event_of(practice_calendar, made).icalendar_component.decoded("dtstart") == made.start


def test_a_change_here_that_is_still_on_its_way_there_is_not_undone(booking, mirror, outbox, practice_calendar):
    made = book(booking)
    send_all(outbox)
    later = booking.free_times("consultation")[9]
    booking.move(made.reference, later)
    practice_calendar.add(busy(datetime(2026, 12, 30, tzinfo=timezone.utc)))  # something else changed: it is read
    mirror.poll()
    assert booking.find(made.reference).start == later


def test_a_dead_server_leaves_the_last_known_busy_times_and_a_warning(booking, mirror, practice_calendar, clock):
    start = booking.free_times("consultation")[0]
    practice_calendar.add(busy(start))
    mirror.poll()
    practice_calendar.stop()
    try:
        clock.now += timedelta(minutes=5)
        mirror.poll()
        assert start not in booking.free_times("consultation")
        status = mirror.status()
        assert status.failing_since == clock.now and status.read_at == clock.now - timedelta(minutes=5) and status.fault
    finally:
        practice_calendar.start()
    mirror.poll()
    assert mirror.status().failing_since is None and mirror.status().fault == ""


def test_beyond_what_was_read_nothing_is_offered(booking, mirror, practice_calendar, clock):
    last = booking.free_times("consultation")[-1]
    practice_calendar.stop()
    try:
        clock.now += timedelta(days=30)
        mirror.poll()
        assert booking.free_times("consultation")[-1] < last + timedelta(days=4)
    finally:
        practice_calendar.start()


def test_before_the_first_reading_nothing_is_offered(booking, practice_calendar):
    made = CalendarMirror(DavCalendar(CalendarServer("http://127.0.0.1:1/x/")), booking.calendar_rows(), booking)
    made.prepare()
    made.poll()
    assert booking.free_times("consultation") == [] and made.status().failing_since
    booking.calendar_rows().forget()
    assert booking.free_times("consultation")


def test_with_the_calendar_away_the_booking_stands_and_its_event_follows(
    booking, mirror, outbox, practice_calendar, clock
):
    practice_calendar.stop()
    try:
        made = book(booking)
        send_all(outbox)
        assert booking.upcoming() == [made]
    finally:
        practice_calendar.start()
    clock.now += FIRST_PAUSE
    send_all(outbox)
    assert event_of(practice_calendar, made).icalendar_component.decoded("dtstart") == made.start


def test_nothing_in_the_calendar_tells_who_or_why(booking, mirror, outbox, practice_calendar):
    made = book(booking, contact=ANNA)
    send_all(outbox)
    data = event_of(practice_calendar, made).data
    assert not any(word in data for word in ("Anna", "consultation", "6505550101", "example.org"))
