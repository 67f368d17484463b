"""Danger comes first: the screen sees every raw text before anything else, and its answer waits for nobody.

What it stopped at is put into the log after the answer was sent; best effort, it never disturbs anyone.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Coroutine

from bot.channel.bodies import message_id_of
from bot.channel.keeping import Keeper
from bot.channel.ports import Ports
from bot.channel.refused import MAX_CHARACTERS, Refused
from bot.channel.sessions import Sessions
from bot.channel.threads import Threads
from bot.channel.turn import Alarm, alarm_reply

logger = logging.getLogger(__name__)


class Alarms:
    """Asks the screen, and keeps what it stopped at."""

    def __init__(self, ports: Ports, sessions: Sessions, threads: Threads, keeper: Keeper) -> None:
        self._screen, self._log, self._redact = ports.screen, ports.log, ports.privacy.redact
        self._sessions, self._threads, self._keeper = sessions, threads, keeper
        self._screening = Threads(2, "screen")  # its own: a database that hangs keeps nobody in danger waiting
        self._tasks: set[asyncio.Task[None]] = set()  # a task nobody holds may be collected before it ends

    async def look(self, written: str, in_booking: bool = False) -> Alarm | None:
        """The crisis reply to a raw text, or None."""
        return await self._screening.run(self._screen, written, in_booking) if written else None

    def keep_message(self, token: str, given_id: Any, said: str, alarm: Alarm, started: float) -> None:
        """Puts a screened message into the log, later. said: raw; started: of time.perf_counter."""
        self._later(self._keep_message(token, given_id, said, alarm, started), "message")

    def keep_note(self, token: str, message_id: Any, helpful: Any, note: str, alarm: Alarm) -> None:
        """Puts a feedback note that the screen stopped at into the log, flagged, later."""
        self._later(self._threads.run(self._note, token, str(message_id), helpful is True, note, alarm), "note")

    async def _keep_message(self, token: str, given_id: Any, said: str, alarm: Alarm, started: float) -> None:
        message_id = message_id_of(given_id)
        async with self._sessions.alone(token):
            await self._threads.run(self._message, token, message_id, said, alarm, started)

    def _message(self, token: str, message_id: str, said: str, alarm: Alarm, started: float) -> None:
        before = self._sessions.before(token, message_id, last=1)
        if before.stored is None:
            self._sessions.allow_message(before.conversation.id)
            said, reply = self._redact(said[:MAX_CHARACTERS]), alarm_reply(alarm, before.events)
            turn = self._keeper.turn(before.conversation.id, before.number, message_id, said, None, reply, started)
            self._keeper.keep(turn)
            self._keeper.took(started)

    def _note(self, token: str, message_id: str, helpful: bool, note: str, alarm: Alarm) -> None:
        conversation, said = self._sessions.find(token), self._redact(note[:MAX_CHARACTERS])
        flag = (alarm.message["outcome"], alarm.reason)
        self._log.add_feedback(conversation.id, message_id, helpful, said, safety=flag)

    def _later(self, work: Coroutine[Any, Any, None], what: str) -> None:
        """Runs work after the answer was sent."""

        async def run() -> None:
            try:
                await work
            except Refused:
                pass  # no session, no usable id, or too many: the answer was given all the same
            except Exception as error:
                logger.error("A screened %s was answered but not stored: %s", what, type(error).__name__)

        task = asyncio.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
