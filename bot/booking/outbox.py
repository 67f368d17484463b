"""Sends what the outbox holds: at least once, in order, with growing pauses, by any number of workers.

A worker that dies leaves a lease that runs out; the row is then sent again with the same Message-ID and the same
UID and SEQUENCE, so that nobody sees it twice. What a mail tells is what was true when its row was written.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, timezone
from types import MappingProxyType
from typing import Any, Callable, Mapping, Protocol
from zoneinfo import ZoneInfo

from bot.booking.desk import Desk
from bot.booking.mail import Composer, Letter, Sender, Undeliverable
from bot.booking.outbox_rows import (
    CALENDAR_WRITE,
    DIGEST,
    DROPPED,
    FAILED,
    MAIL_TO_PRACTICE,
    MAIL_TO_VISITOR,
    OutboxRows,
    Task,
)
from bot.booking.records import CANCELLED, CONFIRMED, Appointment, NoSuchAppointment
from bot.booking.store import AppointmentStore
from bot.booking.worker import work_for_ever

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
SUMMARY_AT = time(7)  # on Mondays, the practice's time
NONE: Mapping[str, str] = MappingProxyType({})
LOOK_EVERY = 5.0  # seconds
logger = logging.getLogger(__name__)


class CalendarWriter(Protocol):
    """Brings the practice's calendar to what stands here; blocking."""

    def write(self, appointment: Appointment) -> None:
        """Puts, changes or removes its event. Raises on any failure; it is tried again."""


@dataclass(frozen=True)
class WeeklySummary:
    """A mail of counts, on Mondays. counts: the placeholders of its text in mails.yml, as they are when it is sent."""

    recipient: str
    zone: ZoneInfo
    counts: Callable[[], Mapping[str, str]]

    def due(self, now: datetime) -> tuple[str, datetime]:
        """The week's name, such as 2026-W48, and when its summary is sent: at once when that has passed already."""
        local = now.astimezone(self.zone)
        year, week, _ = local.isocalendar()
        monday = datetime.combine(local.date() - timedelta(days=local.weekday()), SUMMARY_AT, self.zone)
        return f"{year}-W{week:02}", monday.astimezone(timezone.utc)


@dataclass(frozen=True)
class Post:
    """The ways out. None: not configured; practice_address "": nobody there to write to."""

    sender: Sender | None = None
    composer: Composer | None = None
    practice_address: str = ""
    calendar: CalendarWriter | None = None
    summary: WeeklySummary | None = None

    def channels(self) -> list[str]:
        """The channels of outbox rows that can be sent."""
        mail = self.sender is not None and self.composer is not None
        to_practice = mail and (self.practice_address or self.summary)
        ways = {MAIL_TO_VISITOR: mail, MAIL_TO_PRACTICE: to_practice, CALENDAR_WRITE: self.calendar}
        return [channel for channel, way in ways.items() if way]


class Outbox:
    """The worker. Database calls run in its own thread, so that a server's event loop never waits for them."""

    def __init__(
        self, rows: OutboxRows, appointments: AppointmentStore, desk: Desk, post: Post, clock: Callable[[], datetime]
    ) -> None:
        self._rows, self._appointments, self._desk, self._post, self._now = rows, appointments, desk, post, clock
        self._planned: tuple[str, datetime] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")

    async def run(self) -> None:
        """Sends for ever."""
        await work_for_ever("The outbox", self._send_all, LOOK_EVERY)

    async def _send_all(self) -> None:
        while await self.send_due():
            pass

    async def send_due(self) -> int:
        """Sends what is due now; tells how many rows were tried."""
        await self._plan()
        tasks: list[Task] = await self._in_thread(self._rows.claim, self._post.channels(), self._now())
        for task in tasks:
            await self._try(task)
        return len(tasks)

    def counts(self) -> dict[str, int]:
        """How many rows there are by state."""
        return self._rows.counts()

    async def _plan(self) -> None:
        summary = self._post.summary
        if summary and (due := summary.due(self._now())) != self._planned:
            await self._in_thread(self._rows.plan_week, *due)
            self._planned = due

    async def _try(self, task: Task) -> None:
        try:
            told = await self._deliver(task)
        except Undeliverable:
            await self._in_thread(self._rows.give_up, task, FAILED, Undeliverable.__name__)
        except Exception as error:
            pause = min(FIRST_PAUSE * 2 ** min(task.attempts - 1, 20), LONGEST_PAUSE)
            fault = type(error).__name__  # its words may hold an address
            logger.warning("The outbox could not send (%s to %s): %s", task.topic, task.channel, fault)
            await self._in_thread(self._rows.postpone, task, self._now() + pause, fault)
        else:
            if told:
                await self._in_thread(self._rows.sent, task, self._now())
            else:
                await self._in_thread(self._rows.give_up, task, DROPPED)

    async def _deliver(self, task: Task) -> bool:
        """False when there is nothing to tell any more."""
        if task.topic == "call_back":
            reference = await self._in_thread(self._desk.reference, task.subject_id)
            return reference is not None and await self._mail(task, self._post.practice_address, reference, None)
        if task.topic == DIGEST:
            return await self._summarise(task)
        try:
            made: Appointment = await self._in_thread(self._appointments.find_by_id, task.subject_id)
        except NoSuchAppointment:
            return False
        if task.channel == CALENDAR_WRITE:
            if self._post.calendar:
                await self._in_thread(self._post.calendar.write, made)
            return True
        to_visitor = made.contact.email if made.contact else ""
        recipient = to_visitor if task.channel == MAIL_TO_VISITOR else self._post.practice_address
        return bool(recipient) and await self._mail(task, recipient, made.reference, _as_written(made, task))

    async def _summarise(self, task: Task) -> bool:
        """A week that is over is not told of any more: the next one is on its way."""
        summary = self._post.summary
        if summary is None or task.subject_id != summary.due(self._now())[0]:
            return False
        return await self._mail(task, summary.recipient, "", None, await self._in_thread(summary.counts))

    async def _mail(
        self, task: Task, recipient: str, reference: str, made: Appointment | None, counts: Mapping[str, str] = NONE
    ) -> bool:
        sender, composer = self._post.sender, self._post.composer
        if sender is None or composer is None:
            return False
        letter = Letter(task.channel, task.topic, recipient, task.message_id, reference, made, counts)
        await sender.send(composer.compose(letter, self._now()))
        return True

    async def _in_thread(self, call: Callable[..., Any], *args: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *args)


def _as_written(made: Appointment, task: Task) -> Appointment:
    state = CANCELLED if task.topic == "cancelled" else CONFIRMED
    return replace(
        made, start=task.start or made.start, end=task.end or made.end, sequence=task.sequence, state=state
    )
