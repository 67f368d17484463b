"""Two real server processes over HTTP: what one command makes live, both answer with, soon and without an error.

BOT_TEST_SECONDS sets how long visitors write while versions change (default 10).
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import time
import uuid
from typing import Iterator

import aiohttp
import pytest

from bot.retrain.versions import MODEL
from tests.served_bot import Installation, Visitor

SECONDS = float(os.environ.get("BOT_TEST_SECONDS", "10"))
A_SECOND = 20
CONVERGED = 5.0  # seconds until every process answers with what was made live
WHOLE_COMMAND = 3.0  # seconds for a change of wording, from the start of the command to its end


class Site:
    """The installation and its two servers; v1 as it was, and one with a model file of its own."""

    def __init__(self, place: Installation, urls: list[str]) -> None:
        self.place, self.urls = place, urls
        self.visitors = [Visitor(url) for url in urls]

    def do(self, *words: str) -> tuple[str, float]:
        """What a command says, and how long it took."""
        began = time.monotonic()
        done = self.place.bot(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout, time.monotonic() - began

    def until_all_say(self, text: str) -> float:
        """Seconds until every server answers so."""
        began = time.monotonic()
        for visitor in self.visitors:
            while visitor.choose("faq/cost")["text"] != text:
                assert time.monotonic() - began < 30, "a server never answered with the new version"
                time.sleep(0.02)
        return time.monotonic() - began

    def reword(self, text: str) -> tuple[str, float]:
        """The id of the version that says so, and how long the command took."""
        said, took = self.do("faq", "edit", "faq/cost", "--answer", text, "--publish", "--by", "Ann")
        return said.split()[-1].rstrip("."), took


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    place = Installation(tmp_path_factory.mktemp("installation"))
    with place.served(2) as urls:
        yield Site(place, urls)


def own_model(place: Installation, version: str) -> None:
    """Another file, so that it must be loaded and not only reworded."""
    folder = place.folder / "var" / "versions" / version
    shutil.copyfile(folder / MODEL, folder / "copy")
    os.replace(folder / "copy", folder / MODEL)


def test_a_change_of_wording_takes_three_seconds_by_command_and_is_soon_said_by_every_process(site: Site) -> None:
    took, until = [], []
    for number in range(3):
        text = f"This is wording {number}."
        took.append(site.reword(text)[1])
        until.append(site.until_all_say(text))
    print(f"whole command {sorted(took)} s; then until both servers say so {sorted(until)} s")
    assert min(took) <= WHOLE_COMMAND
    assert max(until) <= CONVERGED


def test_every_process_follows_a_promotion_and_a_roll_back_within_five_seconds(site: Site) -> None:
    old, _ = site.reword("This is the old one.")
    new, _ = site.reword("This is the new one.")
    own_model(site.place, new)
    site.do("promote", old)
    site.until_all_say("This is the old one.")
    took = []
    for words, text in ((["promote", new], "new"), (["rollback"], "old"), (["promote", new], "new")):
        site.do(*words)
        took.append(site.until_all_say(f"This is the {text} one."))
    print(f"after promote, roll back, promote: {[round(one, 2) for one in took]} s until both servers follow")
    assert max(took) <= CONVERGED


def test_visitors_at_20_messages_a_second_see_no_error_and_no_mixed_turn_while_versions_change(site: Site) -> None:
    one, _ = site.reword("This is one.")
    two, _ = site.reword("This is two.")
    own_model(site.place, two)
    site.until_all_say("This is two.")
    begun = len(_logged(site.place))
    answers, took, changes = asyncio.run(_visitors_and_changes(site, one, two))
    logged = _logged(site.place)[begun:]
    said = {one: "This is one.", two: "This is two."}
    assert set(answers) == {*said.values(), "asked in words"}, set(answers)
    assert {version for version, text in logged if text in said.values()} == set(said)
    assert all(said[version] == text for version, text in logged if text in said.values())
    took.sort()
    print(f"{len(took)} turns at {A_SECOND} a second, {changes} changes, 0 errors, 0 mixed turns; median "
          f"{took[len(took) // 2]:.3f} s, 99 of 100 within {took[len(took) * 99 // 100]:.3f}, longest {took[-1]:.3f}")


async def _visitors_and_changes(site: Site, one: str, two: str) -> tuple[list[str], list[float], int]:
    answers: list[str] = []
    took: list[float] = []
    heads = [visitor.headers for visitor in [Visitor(url) for url in site.urls * 20]]
    stop, changes = asyncio.Event(), 0

    async def turn(client: aiohttp.ClientSession, number: int) -> None:
        url, headers = site.urls[number % 2], heads[number % len(heads)]
        said = {"text": "do you work with couples?"} if number % 4 == 3 else {"choice": "faq/cost"}
        began = time.monotonic()
        sent = {"id": str(uuid.uuid4()), **said}
        async with client.post(url + "/chat/messages", json=sent, headers=headers) as answer:
            body = await answer.json()
            assert answer.status == 200, (answer.status, body)
        took.append(time.monotonic() - began)
        answers.append("asked in words" if "text" in said else body["messages"][0]["text"])

    async def change() -> None:
        nonlocal changes
        for number in range(1000):
            words = ["promote", one] if number % 2 == 0 else ["rollback"]
            done = await asyncio.to_thread(site.place.bot, *words)
            assert done.returncode == 0, done.stderr
            changes += 1
            if stop.is_set():
                return
            await asyncio.sleep(1.5)

    async with aiohttp.ClientSession() as client:
        changing = asyncio.create_task(change())
        turns = []
        for number in range(int(SECONDS * A_SECOND)):
            turns.append(asyncio.create_task(turn(client, number)))
            await asyncio.sleep(1 / A_SECOND)
        await asyncio.gather(*turns)
        stop.set()
        await changing
    return answers, took, changes


def _logged(place: Installation) -> list[tuple[str, str]]:
    """(version, first answer's text) of every turn in the log, in its order."""
    with sqlite3.connect(place.folder / "var" / "chat.db") as database:
        rows = database.execute("SELECT model_version, messages FROM turns ORDER BY rowid").fetchall()
    return [(version, json.loads(messages)[0]["text"]) for version, messages in rows]
