"""The dialogue that is live: which version answers can change between two turns, and never within one.

Each server process looks once a second at which version should serve, loads it beside the old one, tries it, and
only then swaps. What cannot be loaded is not served: the old version goes on, and at start the one before it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Callable, Iterator, Mapping, Protocol

from bot.channel.ports import Dialogue
from bot.channel.turn import Reply
from bot.errors import BotError

SECONDS = 1.0
TRIED = ("faq/cost", "faq/no_sexual_activity", "booking/book")
logger = logging.getLogger(__name__)


class Source(Protocol):
    """Where versions come from."""

    def wanted(self) -> list[str]:
        """The ids of what should serve, best first; none while there is no version."""

    def load(self, version: str) -> Dialogue:
        """The verified and loaded version. Raises when it cannot be used."""


class LiveDialogue:
    """The dialogue's port over whichever version is live. without: gives the dialogue when no version serves."""

    def __init__(self, source: Source, without: Callable[[], Dialogue]) -> None:
        self._source = source
        self._failed: set[str] = set()
        self._end = threading.Event()
        self._wanted: list[str] = []
        self._now: Dialogue = self._look(None) or without()

    @property
    def ready(self) -> bool:
        """Whether a model answers."""
        return self._now.ready

    @property
    def model_version(self) -> str:
        """Of what answers now."""
        return self._now.model_version

    def opening(self) -> list[dict[str, Any]]:
        """What the bot says first."""
        return self._now.opening()

    def knows_choice(self, choice: str) -> bool:
        """Whether this id can be answered."""
        return self._now.knows_choice(choice)

    async def reply(
        self,
        conversation_id: str,
        history: list[dict[str, Any]],
        text: str | None,
        choice: str | None,
        form: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Answers with the version that is live when the turn begins, to its end."""
        pinned = self._now
        reply = await pinned.reply(conversation_id, history, text, choice, form)
        return replace(reply, model_version=pinned.model_version)

    def refresh(self) -> bool:
        """Looks once; whether another version answers now. Blocks while it loads: call it in a thread."""
        with _visitors_first():
            found = self._look(self._now)
        if found is None or found is self._now:
            return False
        self._now = found
        logger.info("Version %s answers now.", found.model_version)
        return True

    def watch(self, stop: threading.Event) -> threading.Thread:
        """Refreshes each second in the background until stop is set."""
        self._end = stop

        def look() -> None:
            while not stop.wait(SECONDS):
                try:
                    self.refresh()
                except Exception as error:  # a look must never be the last one
                    logger.error("Looking for the live version failed: %s", type(error).__name__)

        thread = threading.Thread(target=look, name="versions", daemon=True)
        thread.start()
        return thread

    def _look(self, now: Dialogue | None) -> Dialogue | None:
        wanted = self._source.wanted()
        if wanted != self._wanted:  # something was promoted: what failed before may be tried anew
            self._wanted, self._failed = wanted, set()
        for version in wanted:
            if now is not None and now.model_version == version:
                return now
            if version not in self._failed:
                loaded = self._loaded(version)
                if loaded is not None:
                    return loaded
        return None

    def _loaded(self, version: str) -> Dialogue | None:
        try:
            dialogue = self._source.load(version)
            with ThreadPoolExecutor(1) as apart:  # a thread has no running loop, whoever calls
                apart.submit(asyncio.run, smoke_test(dialogue)).result()
            return dialogue
        except Exception as error:
            if self._end.is_set():  # Python starts no more threads: it is the server that ends, not the version
                return None
            reason = str(error) if isinstance(error, BotError) else type(error).__name__
            logger.error("Version %s cannot serve (%s); the last good one does.", version, reason)
            self._failed.add(version)
            return None


@contextlib.contextmanager
def _visitors_first() -> Iterator[None]:
    """While a version loads, a turn that wants Python's lock gets it ten times as soon: it asks dozens of times."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 10)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


async def smoke_test(dialogue: Dialogue) -> None:
    """A few turns, before visitors get any. Raises BotError when one is not answered as it must be."""
    if not dialogue.opening()[0].get("text"):
        raise BotError("it has no opening")
    for choice in filter(dialogue.knows_choice, TRIED):
        reply = await dialogue.reply("smoke", [], None, choice)
        if reply.outcome != choice or not all(message.get("text") for message in reply.messages):
            raise BotError(f"{choice} is not answered")
    reply = await dialogue.reply("smoke", [], "what does a session cost?", None)
    if not reply.messages or not reply.messages[0].get("text"):
        raise BotError("a question is not answered")
