"""The page of an appointment over real HTTP: no scripts, only the signed link, and nothing a stranger could use."""

import re
import urllib.parse
from datetime import timedelta

import pytest
import vobject

from bot.booking.pages import Place, booking_pages
from bot.channel.app import create_app
from bot.log.store import ConversationLog
from bot.settings import Settings
from tests.booking_fixtures import *  # noqa: F403
from tests.booking_helpers import ANNA, book
from tests.channel_ports import ports
from tests.databases import migrated
from tests.web.conftest import FakeDialogue, Server


@pytest.fixture
def url(tmp_path):
    return migrated(tmp_path / "booking.db", "booking")


class PageServer(Server):
    """The visitor API's app, as served, with booking's pages added."""

    def __init__(self, booking):
        self.database = booking._transactions._database
        self.app = create_app(Settings(), ports(ConversationLog(self.database), FakeDialogue()), "<title>page</title>")
        self.app.blueprint(booking_pages(booking, booking.links(), Place("(650) 555-0100", "1 Example Street")))
        self.listen()

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, **form):
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.call("POST", path, urllib.parse.urlencode(form).encode(), headers=kind)


@pytest.fixture
def server(booking):
    made = PageServer(booking)
    yield made
    made.stop()


@pytest.fixture
def made(booking):
    return book(booking)


@pytest.fixture
def page(booking, made):
    return booking.links().page(made)


def offered(answer):
    return [int(stamp) for stamp in re.findall(r'name="start" value="(\d+)"', answer.text)]


def test_the_page_tells_when_and_where_and_no_more(server, page, made):
    answer = server.get(page)
    assert answer.status == 200
    for told in ("Wednesday, November 25", "1:00 PM", "1:20 PM", "Pacific Time", "By phone", made.reference):
        assert told in answer.text
    assert "<title>Appointment</title>" in answer.text
    for hidden in ("consultation", ANNA.first_name, ANNA.email, ANNA.phone, "therap", "Robin"):
        assert hidden not in answer.text


def test_a_link_with_the_visitors_zone_shows_both_times_and_takes_it_along(server, page, made):
    shown = server.call("GET", page + "?zone=America/New_York").text
    assert "your time" in shown and "/move?zone=America%2FNew_York" in shown
    moving = server.call("GET", page + "/move?zone=America/New_York").text
    assert moving.count("your time") > 3 and "from=" in moving
    for other in ("America/Vancouver", "Mars/Olympus", "%22%3E%3Cscript%3E"):
        plain = server.call("GET", page + "?zone=" + other).text
        assert "your time" not in plain and "script" not in plain


def test_a_link_that_tells_no_zone_shows_the_one_told_at_the_booking(server, booking):
    page = booking.links().page(book(booking, zone="Asia/Kolkata"))
    shown, file = server.get(page).text, vobject.readOne(server.get(f"{page}/appointment.ics").text)
    assert "1:00 PM" in shown and "Thu 2:30 AM your time" in shown
    assert file.vevent.description.value.endswith("(Pacific Time; Thursday, November 26 at 2:30 AM Kolkata time)")
    assert "4:00 PM your time" in server.call("GET", page + "?zone=America/New_York").text


def test_every_answer_is_locked_down(server, page):
    for path in (page, f"{page}/move", f"{page}/cancel", f"{page}/appointment.ics", "/booking/nonsense"):
        headers = server.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'"), path
        assert "script" not in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer" and headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"


def other_signature(token):
    """Not the last letter: two of its bits are spare, so that another letter can mean the same signature."""
    return token[:-5] + ("A" if token[-5] != "A" else "B") + token[-4:]


@pytest.mark.parametrize("spoil", [other_signature, lambda t: "x" + t, lambda t: ""])
def test_a_link_that_is_not_ours_opens_nothing(server, page, spoil):
    token = page.rpartition("/")[2]
    assert server.get(f"/booking/{spoil(token)}").status == 404


def test_a_link_ends_a_day_after_the_appointment(server, page, made, clock):
    clock.now = made.end + timedelta(hours=23)
    assert "Over" in server.get(page).text
    clock.now = made.end + timedelta(hours=25)
    assert server.get(page).status == 404


def test_moving_to_an_offered_time(server, page, made, booking):
    answer = server.get(f"{page}/move")
    start = offered(answer)[3]
    after = server.post(f"{page}/move", start=start)  # the redirect is followed
    assert after.status == 200 and "has been moved" in after.text
    assert booking.find(made.reference).start.timestamp() == start


def test_more_times_can_be_leafed_through(server, page, booking):
    first = server.get(f"{page}/move")
    later = re.search(r'href="(\?from=\d+)">Later', first.text).group(1)
    second = server.get(f"{page}/move{later}")
    earlier = re.search(r'href="(\?from=\d+)">Earlier', second.text).group(1)
    assert set(offered(first)).isdisjoint(offered(second))
    assert offered(server.get(f"{page}/move{earlier}")) == offered(first)


def test_a_time_that_was_just_taken_is_told_with_others(server, page, made, booking):
    start = booking.free_times("consultation")[2]
    book(booking, start, "c2")
    answer = server.post(f"{page}/move", start=int(start.timestamp()))
    assert answer.status == 409 and "just been taken" in answer.text and offered(answer)
    assert booking.find(made.reference) == made


@pytest.mark.parametrize("start", ["", "abc", "9" * 30, "-1", "0"])
def test_nonsense_for_a_time_moves_nothing(server, page, made, booking, start):
    answer = server.post(f"{page}/move", start=start)
    assert answer.status in (400, 409) and booking.find(made.reference) == made


def test_cancelling_takes_two_steps_and_opening_links_cancels_nothing(server, page, made, booking):
    asked = server.get(f"{page}/cancel")
    assert "Cancel this appointment?" in asked.text and booking.find(made.reference) == made
    after = server.post(f"{page}/cancel")
    assert "is cancelled" in after.text and booking.find(made.reference).state == "cancelled"
    assert server.get(f"{page}/cancel").status == 409 and server.get(f"{page}/move").status == 409
    assert "Cancelled" in server.get(page).text and "/move" not in server.get(page).text


def test_the_calendar_file(server, page, made):
    answer = server.get(f"{page}/appointment.ics")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    file = vobject.readOne(answer.text)
    assert file.vevent.dtstart.value == made.start and file.vevent.summary.value == "Appointment"
    assert file.method.value == "PUBLISH"


def test_a_notice_is_one_of_ours(server, page):
    assert "<b>" not in server.get(f"{page}?done=%3Cb%3Ehello").text


def test_the_style_sheet_is_there(server):
    assert server.get("/booking.css").headers["Content-Type"].startswith("text/css")


def test_a_database_that_is_away_is_told_kindly(server, page, monkeypatch, booking):
    from bot.errors import StorageUnavailable

    def away(_id):
        raise StorageUnavailable("away")

    monkeypatch.setattr(booking, "find_by_id", away)
    answer = server.get(page)
    assert answer.status == 503 and "try again" in answer.text
