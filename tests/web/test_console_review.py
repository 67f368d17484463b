"""Reviewing from day to day: reading, noting, keeping filters, grading, erasing, and the week's appointments."""

import re
from datetime import date, datetime, timedelta, timezone

import pytest

from bot.booking.records import Contact
from bot.review.sample import SIZE
from tests.web.console_help import with_booking


@pytest.fixture
def world(tmp_path):
    yield from with_booking(f"sqlite:///{tmp_path}/chat.db")


def audited(world):
    return [(one.who, one.what) for one in world.console.audit.latest(1)][0]


# conversations
def test_opening_a_conversation_is_audited_and_makes_it_read(world):
    conversation, _ = world.say("hello there")
    world.look()
    rita = world.client("rita", "reviewer")
    assert rita.get(f"/conversations/{conversation}").status == 200
    assert audited(world) == ("rita", "conversation read")
    assert world.console.parts.casework.find(conversation, True).state == "read"


def test_state_and_assignment_keep_what_was_before_and_a_note_stays(world):
    conversation, _ = world.say("hello there")
    world.look()
    rita, here = world.client("rita", "reviewer"), f"/conversations/{conversation}"
    rita.get(here)
    for path, form in (
        ("/state", {"state": "work"}),
        ("/assign", {"name": "rita"}),
        ("/note", {"note": "Ask <b>Kim</b> about it"}),
    ):
        assert rita.post(here + path, form).status == 303
    page = rita.get(here).body
    assert "State: read → work" in page and "Looked after by: nobody → rita" in page
    assert "Ask &lt;b&gt;Kim&lt;/b&gt; about it" in page
    assert rita.post(here + "/assign", {"name": "stranger"}).status == 404
    assert rita.post(here + "/state", {"state": "lost"}).status == 422


def test_one_click_erases_a_visitor_everywhere_and_leaves_an_entry_in_the_audit(world):
    conversation, _ = world.say("violet umbrella")
    world.look()
    cleo = world.client("cleo", "clinician")
    cleo.get(f"/conversations/{conversation}")
    cleo.post(f"/conversations/{conversation}/note", {"note": "violet note"})
    assert cleo.post(f"/conversations/{conversation}/erase").goes_to == "/console/conversations"
    assert audited(world) == ("cleo", "erased")
    assert cleo.get(f"/conversations/{conversation}").status == 404
    page = cleo.get("/conversations?text=violet").body
    assert "umbrella" not in page and "No conversation fits" in page
    assert world.console.services.transcripts.read([conversation]) == []


def test_the_practices_own_tests_are_marked_and_kept_apart(world):
    world.say("a visitor's question")
    world.say("our own trial", kind="test")
    world.look()
    rita = world.client("rita", "reviewer")
    assert "our own trial" not in rita.get("/conversations").body
    page = rita.get("/conversations?kind=test").body
    assert "our own trial" in page and "a visitor&#39;s question" not in page and 'class="tag kind">test<' in page
    assert re.search(r"<strong>1</strong> visitors", rita.get("/numbers").body)


def test_a_filter_is_kept_for_its_account_and_can_be_taken_away(world):
    rita, cleo = world.client("rita", "reviewer"), world.client("cleo", "clinician")
    rita.get("/conversations?state=work")
    answer = rita.post("/filters", {"name": "To <do>", "query": "state=work&signs=unsure&evil=1"})
    assert answer.status == 303 and "evil" not in answer.goes_to
    page = rita.get("/conversations").body
    assert "To &lt;do&gt;" in page and "state=work" in page and "To &lt;do&gt;" not in cleo.get("/conversations").body
    number = re.search(r"/filters/(\d+)/remove", page).group(1)
    cleo.post(f"/filters/{number}/remove")
    assert "To &lt;do&gt;" in rita.get("/conversations").body  # nobody takes another's away
    rita.post(f"/filters/{number}/remove")
    assert "To &lt;do&gt;" not in rita.get("/conversations").body


# the graded sample
def test_twenty_answers_of_last_week_are_drawn_once_without_disclosures_and_tests_and_graded(world):
    monday = date.today() - timedelta(days=date.today().weekday())
    last_week = datetime.combine(monday, datetime.min.time(), timezone.utc) - timedelta(days=3)
    for number in range(SIZE + 5):
        world.say(f"question {number}", at=last_week)
    world.say("secret danger", outcome="safety/self_harm", safety_reason="said so", at=last_week)
    world.say("own trial", kind="test", at=last_week)
    world.say("too new")
    world.look()
    sample = world.console.parts.sample
    drawn = [row.message_id for row in sample.of_week(date.today())]
    assert len(drawn) == SIZE and [row.message_id for row in sample.of_week(date.today())] == drawn
    rita = world.client("rita", "reviewer")
    page = rita.get("/sample").body
    assert not re.search("secret danger|own trial|too new", page)
    rita.post(f"/sample/{drawn[0]}", {"verdict": "right"})
    rita.post(f"/sample/{drawn[1]}", {"verdict": "other", "should_be": "faq/alone"})
    assert audited(world) == ("rita", "answer graded")
    assert rita.post(f"/sample/{drawn[2]}", {"verdict": "perhaps"}).status == 422
    graded = sample.accuracy()
    assert graded.graded == 2 and graded.share == 0.5 and graded.low < 0.5 < graded.high
    assert "50 %" in rita.get("/numbers").body


# appointments
def test_contact_details_are_on_no_overview_and_each_look_is_audited(world):
    booking = world.booking
    start = booking.free_times("consultation")[0]
    made = booking.confirm(booking.hold("consultation", start, "c").id, Contact("Anna", "+16505550101"))
    asked = booking.call_back("k" * 32, Contact("Jo", "+16505550102"), "after 5 pm", "d")
    cleo = world.client("cleo", "clinician")
    for path in ("/", "/appointments", "/appointments?view=day"):
        assert not re.search("Anna|Jo|555", cleo.get(path).body), path
    assert "Anna" in cleo.get(f"/appointments/{made.reference}").body
    assert audited(world) == ("cleo", "contact details read")
    assert "Jo" in cleo.get(f"/call-backs/{asked.reference}").body
    assert cleo.post(f"/call-backs/{asked.reference}/done").status == 303 and booking.call_backs() == []


def test_an_appointment_is_moved_and_cancelled_and_a_time_is_blocked_and_freed(world):
    booking, cleo = world.booking, world.client("cleo", "clinician")
    first, *_, later = booking.free_times("consultation", limit=20)
    made = booking.confirm(booking.hold("consultation", first, "c").id, Contact("Anna", "+16505550101"))
    there = later.astimezone(booking.zone).strftime("%Y-%m-%dT%H:%M")
    assert cleo.post(f"/appointments/{made.reference}/move", {"start": there}).status == 303
    assert booking.find(made.reference).start == later and audited(world) == ("cleo", "appointment moved")
    assert cleo.post(f"/appointments/{made.reference}/cancel").status == 303
    assert booking.find(made.reference).state == "cancelled" and audited(world) == ("cleo", "appointment cancelled")

    until = (first.astimezone(booking.zone) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    block = {"start": first.astimezone(booking.zone).strftime("%Y-%m-%dT%H:%M"), "until": until, "note": "away"}
    assert cleo.post("/blocks", block).status == 303
    assert first not in booking.free_times("consultation") and audited(world) == ("cleo", "time blocked")
    assert cleo.post("/blocks", {**block, "until": block["start"]}).status == 422
    assert cleo.post(f"/blocks/{booking.blocks()[0].id}/remove").status == 303
    assert first in booking.free_times("consultation")
