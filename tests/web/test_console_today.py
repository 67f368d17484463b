"""The first page: lines of the system's state and facts to look at again; a broken gauge hides nothing."""

import time

import pytest

from bot.errors import BotError
from bot.review.ports import Fact
from tests.web.console_help import World


def broken():
    raise BotError("The pointer cannot be used: promote a version anew.")


def wild():
    raise KeyError("secret canary")


@pytest.fixture
def world(tmp_path):
    soon = [Fact("What does it cost?", "by 2026-12-01, Robin", "wrong", "/faqs/edit?id=faq/cost")]
    gauges = (lambda: Fact("Mail", "goes out"), broken, wild)
    world = World(f"sqlite:///{tmp_path}/chat.db", facts=gauges, expiring=lambda: soon).serve()
    yield world
    world.stop()


def test_every_line_is_shown_and_what_fails_says_so(world):
    page = world.client("cleo", "clinician").get("/")
    assert page.status == 200
    assert "goes out" in page.body and "promote a version anew" in page.body and "(KeyError)" in page.body
    assert "canary" not in page.body
    assert 'href="/console/faqs/edit?id=faq/cost"' in page.body and "overdue" in page.body


def test_an_administrator_sees_the_system_but_no_content(world):
    page = world.client("ada", "admin").get("/").body
    assert "goes out" in page and "What does it cost?" not in page


def test_new_questions_are_grouped_when_the_first_page_is_opened(world):
    """Nobody should read that all is well because nobody has looked at the page of the groups."""
    for _ in range(2):
        world.say("is there parking", outcome="fallback")
    client = world.client("cleo", "clinician")
    assert "No question was asked twice" not in client.get("/").body
    until = time.monotonic() + 10
    while "is there parking</a>" not in (page := client.get("/").body) and time.monotonic() < until:
        time.sleep(0.05)
    assert "is there parking</a>" in page
