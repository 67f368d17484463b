"""Promotions and rollbacks while visitors write, with the real model: no error, no mixed turn, a quick switch.

BOT_TEST_SECONDS sets for how long (default 8).
"""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channel.live import LiveDialogue
from bot.retrain import publish
from bot.retrain.train import models
from bot.retrain.versions import MODEL, Versions
from bot.settings import Settings
from bot.wiring_retrain import VersionSource, make_content

ROOT = Path(__file__).parents[2]
SECONDS = float(os.environ.get("BOT_TEST_SECONDS", "8"))
A_SECOND = 20


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    """v1 and v2 with one model, v3 with a file of its own; each says its name when asked for the price."""
    made = Versions(tmp_path / "versions", ROOT / "practice.yml")
    base = publish.adopt(made, models(ROOT / "models")[-1], ROOT, "encoder", "Ann")
    cost = make_content(Settings(work_dir=tmp_path), ROOT).faq("faq/cost")
    for name in ("v2", "v3"):
        version = publish.reworded(made, base, [replace(cost, answer=(f"This is {name}.",))], "Ann", name)
        assert version.id == name
        if name == "v3":  # another file: it must be loaded, not only reworded
            shutil.copyfile(version.model, version.folder / "copy")
            os.replace(version.folder / "copy", version.folder / MODEL)
    made.promote("v2", "Ann", "first")
    return made


def test_promotions_while_visitors_write(versions: Versions) -> None:
    live = LiveDialogue(VersionSource(versions), lambda: pytest.fail("no version serves"))
    stop = threading.Event()
    live.watch(stop)
    switches: list[float] = []
    seen: list[tuple[str, str]] = []
    took: list[float] = []

    async def ask(number: int) -> None:
        began = time.monotonic()
        reply = await live.reply(f"visitor {number}", [], None, "faq/cost")
        took.append(time.monotonic() - began)
        seen.append((reply.model_version, reply.messages[0]["text"]))

    async def visitors() -> None:
        end, number, turns = time.monotonic() + SECONDS, 0, []
        while time.monotonic() < end:
            turns.append(asyncio.create_task(ask(number)))
            number += 1
            await asyncio.sleep(1 / A_SECOND)
        await asyncio.gather(*turns)

    def promote() -> None:
        wanted = "v3"
        while not stop.wait(1.0):
            began = time.monotonic()
            if wanted == "v3":
                versions.promote(wanted, "Ann", "again")
            else:
                versions.roll_back("Ann", "again")
            while live.model_version != wanted and not stop.is_set():
                time.sleep(0.01)
            if not stop.is_set():
                switches.append(time.monotonic() - began)
            wanted = "v2" if wanted == "v3" else "v3"

    promoting = threading.Thread(target=promote)
    promoting.start()
    asyncio.run(visitors())
    stop.set()
    promoting.join()
    assert {text for _, text in seen} <= {"This is v2.", "This is v3."}
    assert all(text == f"This is {version}." for version, text in seen)
    assert len({version for version, _ in seen}) == 2 and switches
    print(f"{len(seen)} turns, {len(switches)} switches, longest {max(switches):.2f} s, "
          f"median turn {1000 * statistics.median(took):.0f} ms, longest {1000 * max(took):.0f} ms")  # fmt: skip
