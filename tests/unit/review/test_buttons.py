"""A pressed button is read as what stood on it, wherever the console shows or exports it."""

import json

import pytest

from bot.review.export import as_csv, as_jsonl
from tests.web.console_help import World

OFFER = {
    "id": "a1",
    "text": "Which time?",
    "choices": [{"id": "booking:later", "title": "Later times"}],
    "card": {"type": "times", "days": [{"label": "Thursday", "times": [{"id": "t:0312", "title": "4:00 PM"}]}]},
}


@pytest.fixture
def world(tmp_path):
    world = World(f"sqlite:///{tmp_path}/chat.db").serve()
    yield world
    world.stop()


def pressed(world, choice):
    conversation, _ = world.say("a time please", messages=[OFFER], outcome="booking/book")
    world.say(None, choice=choice, conversation=conversation, number=2, outcome="booking/book")
    world.look()
    return conversation


@pytest.mark.parametrize(("choice", "title"), [("booking:later", "Later times"), ("t:0312", "4:00 PM")])
def test_a_button_and_a_time_are_exported_by_their_titles(world, choice, title):
    read = world.console.services.transcripts.read([pressed(world, choice)])
    rows = [json.loads(line) for line in as_jsonl(read).splitlines()]
    assert [row["choice"] for row in rows] == [None, title]
    assert title in as_csv(read) and choice not in as_csv(read)


def test_an_id_that_was_never_shown_stays_itself(world):
    read = world.console.services.transcripts.read([pressed(world, "unknown:1")])
    assert '"choice": "unknown:1"' in as_jsonl(read)


def test_the_transcript_shows_the_title(world):
    page = world.client("cleo", "clinician").get(f"/conversations/{pressed(world, 't:0312')}").body
    assert "4:00 PM" in page and "t:0312" not in page
