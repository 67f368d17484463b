"""Starts a bot on a free loopback port, asks it over HTTP as visitors do, and measures it."""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Coroutine, Iterator, Mapping, Sequence

import aiohttp
import psutil

ROOT = Path(__file__).parents[1]
START_LIMIT = 300  # seconds; the stock pipeline takes about a minute


@dataclass
class Served:
    """A running server: its address, its process, and the seconds from start to the first answer."""

    url: str
    process: subprocess.Popen[bytes]
    seconds_to_first_answer: float = 0.0

    def megabytes(self) -> float:
        """Resident memory of the process and what it started."""
        whole = psutil.Process(self.process.pid)
        return sum(part.memory_info().rss for part in [whole, *whole.children(recursive=True)]) / 2**20


Ask = Callable[[aiohttp.ClientSession, str], Coroutine[Any, Any, Any]]


def free_port() -> int:
    """A loopback port that nothing uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(command: Sequence[str], port: int, env: Mapping[str, str], cwd: Path, ask: Ask) -> Iterator[Served]:
    """Runs the command until the block ends; yields once it has answered a first question."""
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 (our own commands)
            command, cwd=cwd, env={**os.environ, **env}, stdout=said, stderr=subprocess.STDOUT
        )
        served = Served(f"http://127.0.0.1:{port}", process)
        try:
            asyncio.run(_first_answer(served, ask, begun))
            yield served
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


async def _first_answer(served: Served, ask: Ask, begun: float) -> None:
    async with aiohttp.ClientSession(served.url) as client:
        while time.perf_counter() - begun < START_LIMIT:
            if served.process.poll() is not None:
                raise SystemExit(f"The server of {served.url} ended with {served.process.returncode}.")
            try:
                await ask(client, "hello")
            except (aiohttp.ClientError, OSError, KeyError):
                await asyncio.sleep(0.05)
                continue
            served.seconds_to_first_answer = time.perf_counter() - begun
            return
    raise SystemExit(f"The server of {served.url} did not answer within {START_LIMIT} s.")


def visitor() -> Ask:
    """Asks our visitor API in one session, made at the first question."""
    headers: dict[str, str] = {}

    async def ask(client: aiohttp.ClientSession, text: str) -> Any:
        if not headers:
            async with client.post("/chat/sessions", json={"consent": True}) as made:
                headers["Authorization"] = f"Bearer {(await made.json())['token']}"
        sent = {"id": str(uuid.uuid4()), "text": text}
        async with client.post("/chat/messages", json=sent, headers=headers) as answer:
            return (await answer.json())["messages"]

    return ask


def rest_visitor() -> Ask:
    """Asks Rasa's own REST channel."""
    sender = uuid.uuid4().hex

    async def ask(client: aiohttp.ClientSession, text: str) -> Any:
        async with client.post("/webhooks/rest/webhook", json={"sender": sender, "message": text}) as answer:
            answer.raise_for_status()
            return await answer.json()

    return ask


async def latencies(served: Served, ask: Ask, questions: Sequence[str]) -> tuple[float, float]:
    """p50 and p95 in milliseconds of one visitor who asks one question after the other."""
    taken = []
    async with aiohttp.ClientSession(served.url) as client:
        for text in questions:
            begun = time.perf_counter()
            await ask(client, text)
            taken.append((time.perf_counter() - begun) * 1000)
    cuts = statistics.quantiles(taken, n=20)
    return statistics.median(taken), cuts[18]


async def throughput(
    served: Served, new_visitor: Callable[[], Ask], questions: Sequence[str], visitors: int, seconds: float
) -> float:
    """Messages a second that so many visitors get answered together."""
    answered = 0
    end = time.perf_counter() + seconds

    async def visit(client: aiohttp.ClientSession, at: int) -> None:
        nonlocal answered
        ask = new_visitor()
        while time.perf_counter() < end:
            await ask(client, questions[at % len(questions)])
            at += 1
            answered += 1

    async with aiohttp.ClientSession(served.url) as client:
        await asyncio.gather(*(visit(client, 37 * who) for who in range(visitors)))
    return answered / seconds


def python() -> str:
    """The interpreter of this environment."""
    return sys.executable
