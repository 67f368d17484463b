"""Which version answers: swapped between turns, never within one; what cannot be loaded is not served."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

from bot.channel.live import SECONDS, LiveDialogue
from bot.channel.turn import Reply
from bot.errors import BotError


class Named:
    """Answers everything with its own name, and takes its time."""

    ready = True

    def __init__(self, name: str, seconds: float = 0.0) -> None:
        self.model_version, self._seconds = name, seconds

    def opening(self) -> list[dict[str, Any]]:
        return [{"text": self.model_version}]

    def knows_choice(self, choice: str) -> bool:
        return False

    async def reply(self, conversation_id, history, text, choice, form=None) -> Reply:  # noqa: ANN001
        await asyncio.sleep(self._seconds)
        return Reply([{"text": self.model_version}], "fallback", 0.0, [], "", [])


class Shelf:
    """The versions' port: `order` is what should serve, `broken` cannot be loaded."""

    def __init__(self, *order: str) -> None:
        self.order, self.broken, self.seconds = list(order), set[str](), 0.0

    def wanted(self) -> list[str]:
        return self.order

    def load(self, version: str) -> Named:
        if version in self.broken:
            raise BotError("damaged")
        return Named(version, self.seconds)


def live(shelf: Shelf) -> LiveDialogue:
    return LiveDialogue(shelf, lambda: Named("none"))


def test_without_versions_the_other_dialogue_answers() -> None:
    assert live(Shelf()).model_version == "none"


def test_the_first_promotion_is_found() -> None:
    shelf = Shelf()
    dialogue = live(shelf)
    shelf.order = ["v1"]
    assert dialogue.refresh() and dialogue.model_version == "v1"
    assert not dialogue.refresh()


def test_at_start_a_broken_version_gives_way_to_the_one_before() -> None:
    shelf = Shelf("v2", "v1")
    shelf.broken = {"v2"}
    assert live(shelf).model_version == "v1"


def test_a_broken_promotion_changes_nothing_and_the_next_one_counts() -> None:
    shelf = Shelf("v1")
    dialogue = live(shelf)
    shelf.order, shelf.broken = ["v2", "v1"], {"v2"}
    assert not dialogue.refresh() and dialogue.model_version == "v1"
    shelf.order = ["v3", "v2", "v1"]
    assert dialogue.refresh() and dialogue.model_version == "v3"


def test_a_version_that_answers_nothing_is_not_served() -> None:
    shelf = Shelf("v1")
    dialogue = live(shelf)
    shelf.order = ["", "v1"]  # its opening is empty
    assert not dialogue.refresh() and dialogue.model_version == "v1"


def test_a_turn_that_runs_during_the_swap_ends_with_the_version_it_began_with() -> None:
    shelf = Shelf("v1")
    shelf.seconds = 0.05
    dialogue = live(shelf)

    async def turn_and_swap() -> Reply:
        turn = asyncio.create_task(dialogue.reply("c", [], "hello", None))
        await asyncio.sleep(0.01)
        shelf.order = ["v2", "v1"]
        await asyncio.to_thread(dialogue.refresh)
        assert dialogue.model_version == "v2"
        return await turn

    reply = asyncio.run(turn_and_swap())
    assert (reply.messages[0]["text"], reply.model_version) == ("v1", "v1")


def test_a_version_that_loads_while_the_server_ends_is_not_called_unusable(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Python starts no more threads then: what is loading breaks off, and nothing is wrong with it."""
    monkeypatch.setattr("bot.channel.live.SECONDS", 0.001)
    stop, loading = threading.Event(), threading.Event()

    class Ending(Shelf):
        def load(self, version: str) -> Named:
            if version == "v2":
                loading.set()
                assert stop.wait(5)
                raise RuntimeError("cannot schedule new futures after interpreter shutdown")
            return super().load(version)

    shelf = Ending("v1")
    thread = live(shelf).watch(stop)
    shelf.order = ["v2", "v1"]
    assert loading.wait(5)
    stop.set()
    thread.join(5)
    assert not thread.is_alive() and caplog.messages == []


def test_a_version_that_cannot_be_used_is_named_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    shelf = Shelf("v2", "v1")
    shelf.broken = {"v2"}
    live(shelf)
    assert caplog.messages == ["Version v2 cannot serve (damaged); the last good one does."]


def test_the_watch_finds_a_promotion_within_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert SECONDS <= 1
    monkeypatch.setattr("bot.channel.live.SECONDS", 0.02)
    shelf = Shelf("v1")
    dialogue = live(shelf)
    stop = threading.Event()
    thread = dialogue.watch(stop)
    shelf.order = ["v2", "v1"]
    until = time.monotonic() + 2
    while dialogue.model_version != "v2" and time.monotonic() < until:
        time.sleep(0.005)
    stop.set()
    thread.join(2)
    assert dialogue.model_version == "v2" and not thread.is_alive()
