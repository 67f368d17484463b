"""What visitors and others may try against the console: stored scripts, formulas, injected SQL, paths."""

import csv
import io
import json
import re
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
from ruamel.yaml import YAML

from bot.review.export import safe_cell
from bot.review.inbox import Wish
from tests.web.console_help import NOW, World

SCRIPTS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "' autofocus onfocus=alert(1) x='",
    "{{ 7 * 7 }}{% raw %}",
    "</textarea><script>alert(1)</script>",
)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1", "\uff1d1", "=cmd|' /C calc'!A0")
SQL = ("' OR 1=1 --", "'; DROP TABLE review_cases; --", '" OR ""="', "%_", "\\", "NEAR(", "a* OR b", '"', "*", "()")


@pytest.fixture
def world(tmp_path):
    world = World(f"sqlite:///{tmp_path}/chat.db").serve()
    yield world
    world.stop()


def test_stored_scripts_come_out_as_text_on_every_page(world):
    """Stored XSS: a visitor's words, a note to an answer, choices, a model's name, outcome, and what staff write."""
    browser = world.client("cleo", "clinician", "admin")
    for script in SCRIPTS:
        message = {"id": script, "text": script, "outcome": script, "choices": [{"id": script, "title": script}]}
        more = {"messages": [message], "outcome": "fallback", "alternatives": [[script, 0.4], [script, 0.39]]}
        conversation, _ = world.say(script, script, **more, model_version=script)
        world.log.add_feedback(conversation, script, False, script)
    flagged, _ = world.say("x", outcome="safety/self_harm", safety_reason=SCRIPTS[0])
    world.look()
    world.console.parts.triage.regroup()
    paths = ["/", "/conversations", "/safety", "/unanswered", "/numbers", "/sample", "/export", "/audit", "/accounts"]
    rows = world.console.parts.inbox.find(Wish(), True).rows
    for row in rows:
        here = f"/conversations/{row.conversation_id}"
        paths.append(here)
        browser.get(here)
        browser.post(f"{here}/note", {"note": SCRIPTS[1]})
        browser.post(f"{here}/assign", {"name": SCRIPTS[1]})
    browser.post("/filters", {"name": SCRIPTS[2], "query": "text=" + SCRIPTS[1]})
    paths += [f"/unanswered/{group.id}" for group in world.console.parts.triage.groups()]
    for script in ("%22%3E%3Cscript%3Ealert(1)", "%27%20onx="):
        paths.append("/conversations?" + "&".join(f"{name}={script}" for name in ("text", "outcome", "after", "in")))
    for path in paths:
        answer = browser.get(path)
        assert answer.status == 200, path
        for bad in ("<script>alert", "<img src=x", "<svg onload", "' autofocus onfocus=", ">49<"):
            assert bad not in answer.body, (path, bad)


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_starts_as_a_formula(world, formula):
    """CSV injection: a visitor writes what a spreadsheet would run on the machine of whoever opens the export."""
    world.say(formula)
    browser = world.client("rita", "reviewer")
    answer = browser.post("/export", {"format": "csv"})
    cells = [cell for row in csv.reader(io.StringIO(answer.body, newline="")) for cell in row]
    assert f"'{formula}".replace("\r", "\n") in [cell.replace("\r", "\n") for cell in cells]
    assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


@pytest.mark.parametrize("plain", ["hello", "a-b", "3 = 3", ""])
def test_plain_cells_stay_as_they_are(plain):
    assert safe_cell(plain) == plain


@pytest.mark.parametrize("text", SQL)
def test_what_is_typed_into_a_filter_is_never_sql(world, text):
    world.say("what does it cost")
    world.look()
    browser = world.client("rita", "reviewer")
    for name in ("text", "outcome", "model", "assignee", "state", "since", "kind", "after", "signs"):
        assert browser.get("/conversations?" + urlencode({name: text})).status == 200
    assert "what does it cost" in browser.get("/conversations").body
    for path in ("/conversations/{}", "/unanswered/{}", "/appointments/{}"):
        answer = browser.get(path.format(quote(text, safe="")))
        assert answer.status in (403, 404)


@pytest.mark.parametrize("name", ["../web.py", "..%2f..%2ftables.py", "%2e%2e/web.py", "/etc/passwd", "base.html", ""])
def test_no_file_but_the_listed_ones_is_served(world, name):
    assert world.client().get(f"/static/{name}").status == 404


def test_the_listed_files_are_served_to_everybody(world):
    page = world.client().get("/login").body
    for path in re.findall(r'(?:href|src)="/console(/static/[^"]+)"', page):
        assert world.client().get(path).status == 200


def test_a_reviewer_meets_disclosures_nowhere(world):
    """Lists, search, exports, numbers and groups obey the same rule as the page itself."""
    flagged, _ = world.say("a very secret disclosure", outcome="safety/self_harm", safety_reason="why")
    world.say("a very secret disclosure", "and then a question", conversation=flagged, number=2, outcome="fallback")
    world.say("an ordinary question about money")
    world.look()
    world.console.parts.triage.regroup()
    rita, cleo = world.client("rita", "reviewer"), world.client("cleo", "clinician")
    for path in ("/", "/conversations", "/conversations?text=secret", "/conversations?signs=safety", "/unanswered"):
        assert "secret disclosure" not in rita.get(path).body, path
    assert rita.get(f"/conversations/{flagged}").status == 404
    assert rita.post(f"/conversations/{flagged}/note", {"note": "x"}).status == 404
    for who in (rita, cleo):  # not even a clinician exports one
        for kind in ("csv", "jsonl", "stories"):
            assert "secret disclosure" not in who.post("/export", {"format": kind}).body
    assert "secret disclosure" in cleo.get(f"/conversations/{flagged}").body
    with world.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM review_questions").scalar() == 0


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-13-99", "\u0662\u0660\u0662\u0666-01-01"])
def test_a_day_at_the_end_of_time_is_no_day(world, day):
    """Sums with the first and last days that dates can have overflow: an address must not make the page fail."""
    world.say("hello there")
    world.look()
    rita, cleo = world.client("rita", "reviewer"), world.client("cleo", "clinician")
    for name in ("since", "until"):
        answer = rita.get(f"/conversations?{name}={quote(day)}")
        assert answer.status == 200 and "hello there" in answer.body
        assert rita.post("/export", {"format": "csv", name: day}).status == 200
    assert cleo.get(f"/appointments?from={quote(day)}").status in (200, 404)


def test_exported_stories_are_safe_yaml_whatever_was_written(world):
    for text in ("[her](name)", '/restart{"a": 1}', "- intent: x", "a: b: c", "{}", "line\nintent: y", "'", '"'):
        world.say(text)
    answer = world.client("rita", "reviewer").post("/export", {"format": "stories"})
    read = YAML(typ="safe").load(answer.body)
    assert {step["intent"] for story in read["stories"] for step in story["steps"] if "user" in step} == {"faq/cost"}
    said = [step["user"] for story in read["stories"] for step in story["steps"] if "user" in step]
    assert not any(set("[]{}()\n") & set(text) or text.startswith("/") for text in said)


def test_jsonl_reads_back(world):
    world.say('quote " and \u2028 line', at=NOW - timedelta(days=1))
    lines = world.client("rita", "reviewer").post("/export", {"format": "jsonl"}).body.split("\n")
    assert json.loads(lines[0])["visitor"] == 'quote " and \u2028 line'
