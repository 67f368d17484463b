"""How long the console's pages take with many conversations of thirteen weeks: the server's own time, over HTTP.

10,000 of them in every run; BOT_TEST_CONVERSATIONS=100000 is the full measure, which takes six minutes to set up.
"""

import os
import re
import time
import uuid
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

import pytest

from bot.log.invented import put
from bot.review.demo.month import Invented, Month
from bot.wiring_console import topics
from tests.web.console_help import World

CONVERSATIONS, DAYS = int(os.environ.get("BOT_TEST_CONVERSATIONS", "10000")), 91
LIMIT_MS = 150
OFTEN = 40
pytestmark = pytest.mark.timeout(900)  # storing them takes minutes
PAGES = {
    "today": "/",
    "safety queue": "/safety",
    "list": "/conversations",
    "list, two filters and words that many use": "/conversations?signs=unsure&state=new&text=therapy",
    "list, two filters and words that few use": "/conversations?signs=unhelpful&outcome=faq/cost&text=parking+insur",
    "list, two filters and words nobody uses": "/conversations?signs=booked&since={week}&text=xylophone",
    "list of one outcome": "/conversations?outcome=handoff/human&signs=unhelpful",
    "thousandth row": "/conversations?after={after}",
    "conversation": "/conversations/{conversation}",
    "conversation of a filtered list": "/conversations/{conversation}?in=signs%3Dunsure%26state%3Dnew%26text%3Dtherapy",
    "groups": "/unanswered",
    "group": "/unanswered/{group}",
    "numbers, 4 weeks": "/numbers",
    "numbers, 13 weeks": "/numbers?days=91",
    "sample": "/sample",
    "export": "/export",
    "accounts": "/accounts",
    "audit": "/audit",
    "account": "/account",
}


def thirteen_weeks():
    """The invented month again and again, each time some days earlier and under new ids."""
    now = datetime.now(timezone.utc)
    month = Month(topics(), {}, now).conversations(2000)
    for number in range(CONVERSATIONS):
        one, turn = month[number % len(month)], number // len(month)
        back = timedelta(days=(turn * 7) % (DAYS - 28), minutes=turn)
        names = {row["bot_message_id"]: uuid.uuid4().hex for row in one.feedback}
        yield Invented(
            uuid.uuid4().hex,
            one.started_at - back,
            [
                {
                    **t,
                    "message_id": str(uuid.uuid4()),
                    "at": t["at"] - back,
                    "messages": [{**m, "id": names.get(m["id"], uuid.uuid4().hex)} for m in t["messages"]],
                }
                for t in one.turns
            ],
            [{**row, "bot_message_id": names[row["bot_message_id"]], "at": row["at"] - back} for row in one.feedback],
        )


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    world = World(f"sqlite:///{tmp_path_factory.mktemp('many')}/many.db").serve()
    began = time.perf_counter()
    put(world.database, thirteen_weeks(), [])
    stored = time.perf_counter()
    world.look()
    indexed = time.perf_counter()
    world.console.parts.triage.regroup()
    print(f"\nstored in {stored - began:.0f} s, indexed in {indexed - stored:.0f} s, ", end="")
    print(f"grouped in {time.perf_counter() - indexed:.0f} s")
    yield world
    world.stop()


def places(world):
    found = world.console.parts.inbox
    from bot.review.inbox import Wish

    after = ""
    for _ in range(20):
        after = found.find(Wish(), True, after).after
    return {
        "after": quote(after),
        "conversation": found.find(Wish(), True, after).rows[0].conversation_id,
        "group": str(world.console.parts.triage.groups(1)[0].id),
        "week": str(datetime.now(timezone.utc).date() - timedelta(days=7)),
    }


def took(answer):
    assert answer.status == 200
    return float(re.search(r"dur=([\d.]+)", answer.headers["Server-Timing"]).group(1))


def test_every_page_takes_at_most_150_ms(world):
    browser, known = world.client("mara", "clinician", "reviewer", "admin"), places(world)
    slow = []
    print()
    for name, path in PAGES.items():
        times = []
        for _ in range(OFTEN):
            times.append(took(browser.get(path.format(**known))))
        first, (median, p95) = times[0], (sorted(times)[OFTEN // 2], sorted(times)[int(0.95 * OFTEN) - 1])
        print(f"{name:45} first {first:6.1f}  median {median:6.1f}  p95 {p95:6.1f} ms")
        if p95 > LIMIT_MS:
            slow.append(name)
    assert not slow
