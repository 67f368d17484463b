"""kill -9 at random moments: no edit that was confirmed is lost, nothing is left half done.

BOT_TEST_KILLS sets how many (default 20; 200 for the figure in docs/retraining.md).
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.retrain.faq import Faq

from ..unit.retrain.conftest import content_of, project  # noqa: F401 (project is a fixture)

KILLS = int(os.environ.get("BOT_TEST_KILLS", "20"))


def edit_for_ever(root: Path, told: Any) -> None:
    content = content_of(root)
    for number in range(10_000):
        cost = content.faq("faq/cost")
        wanted = replace(cost, title=f"Price {number}?", variants=(*cost.variants[:3], f"v {number}"))
        content.edit(wanted, cost.revision, "Ann")
        told.send(number)


def test_an_edit_is_whole_or_not_there_and_never_lost(project: Path) -> None:  # noqa: F811
    chance = random.Random(3)  # noqa: S311
    context = multiprocessing.get_context("fork")
    confirmed = 0
    for _ in range(KILLS):
        listening, telling = context.Pipe(duplex=False)
        process = context.Process(target=edit_for_ever, args=(project, telling))
        process.start()
        listening.recv()
        time.sleep(chance.uniform(0, 0.05))
        assert process.pid
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        last = 0
        while listening.poll():
            try:
                last = listening.recv()
            except EOFError:
                break
        content = content_of(project)
        cost = content.faq("faq/cost")
        number = int(cost.title.removeprefix("Price ").rstrip("?"))
        assert number >= last and cost.variants[3:] == (f"v {number}",), (number, last, cost.variants)
        assert content.faq("faq/location") == Faq(
            "faq/location", "Where are you?", ("We are in {city}.",),
            ("where are you", "what is your address", "how do i find the office"), ("faq/cost",), topic="practice",
        )  # fmt: skip
        confirmed += 1
    assert confirmed == KILLS
