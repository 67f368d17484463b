"""Visitors hardly notice a training: the held-out questions over HTTP with one and without, by one visitor who asks one
after the other, and five a second by ten visitors.

BOT_TEST_SECONDS sets how long each is measured (default 16). Only a quiet machine gives a figure; the limit here is
that of a busy one.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import statistics
import time
import uuid
from pathlib import Path
from typing import Iterator

import aiohttp
import pytest

from bot.retrain.evaluate import read_questions
from tests.served_bot import ROOT, Installation, Visitor

SECONDS = float(os.environ.get("BOT_TEST_SECONDS", "16"))
SLICE = 4.0  # seconds of the one, then of the other: both see every step of a training
A_SECOND = 5
LIMIT = 1.5


class Asked:
    """Milliseconds of each answer."""

    def __init__(self) -> None:
        self.one: list[float] = []
        self.five: list[float] = []

    def p95(self) -> tuple[float, float]:
        return statistics.quantiles(self.one, n=20)[18], statistics.quantiles(self.five, n=20)[18]

    def __str__(self) -> str:
        return (
            f"one visitor p50 {statistics.median(self.one):.1f} p95 {self.p95()[0]:.1f} ms ({len(self.one)}), "
            f"five a second p50 {statistics.median(self.five):.1f} p95 {self.p95()[1]:.1f} ms ({len(self.five)})"
        )


class Visitors:
    """Ten sessions at one server, which ask on and on."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.heads = [Visitor(url).headers for _ in range(10)]
        asked = read_questions(ROOT / "tests" / "data" / "questions.tsv")
        self.questions = itertools.cycle([text for text, _ in asked])

    async def ask_for(self, seconds: float, asked: Asked) -> None:
        end = time.monotonic() + seconds
        async with aiohttp.ClientSession() as client:
            while time.monotonic() < end:
                await self._one(client, asked.one)
                await self._five(client, asked.five)

    async def _one(self, client: aiohttp.ClientSession, took: list[float]) -> None:
        end = time.monotonic() + SLICE
        while time.monotonic() < end:
            await self._ask(client, 0, took)

    async def _five(self, client: aiohttp.ClientSession, took: list[float]) -> None:
        turns = []
        for number in range(int(SLICE * A_SECOND)):
            turns.append(asyncio.create_task(self._ask(client, number, took)))
            await asyncio.sleep(1 / A_SECOND)
        await asyncio.gather(*turns)

    async def _ask(self, client: aiohttp.ClientSession, who: int, took: list[float]) -> None:
        sent = {"id": str(uuid.uuid4()), "text": next(self.questions)}
        began = time.monotonic()
        async with client.post(self.url + "/chat/messages", json=sent, headers=self.heads[who % 10]) as answer:
            assert answer.status == 200
            await answer.read()
        took.append(1000 * (time.monotonic() - began))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Installation]:
    yield Installation(tmp_path)


@pytest.mark.timeout(600)
def test_a_training_hardly_slows_the_answers(place: Installation) -> None:
    with place.served(1) as (url,):
        visitors, alone, beside = Visitors(url), Asked(), Asked()
        asyncio.run(visitors.ask_for(SLICE, Asked()))  # the first questions find cold caches
        asyncio.run(visitors.ask_for(SECONDS, alone))
        training = place.begin("retrain")
        try:
            asyncio.run(visitors.ask_for(2 * SECONDS, beside))
            assert training.poll() is None, "the training ended before it was measured"
        finally:
            training.kill()
            training.wait()
        asyncio.run(visitors.ask_for(SECONDS, alone))
    print(f"alone: {alone}\nbeside a training: {beside}")
    slower = beside.p95()[0] / alone.p95()[0]
    assert slower < LIMIT, f"a training makes one message of twenty {slower:.2f} times as slow"
