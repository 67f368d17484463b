"""Two-way with the practice's calendar: its busy times block ours, appointments appear there, and what the therapist
moves or deletes there is moved or cancelled here.

A calendar that cannot be read leaves the last known busy times in force, with a warning; beyond what was read, and
before the first reading, every time counts as busy. When visitor and therapist change the same appointment at once,
the visitor's change stands, because the visitor has been told.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from bot.booking.calendar_rows import FOR_EVER, CalendarRows, CalendarStatus, Seen
from bot.booking.dav import PracticeCalendar
from bot.booking.model import Interval
from bot.booking.occurrences import Understood, understand
from bot.booking.records import CALENDAR, CONFIRMED, Appointment, AppointmentOver, TimeTaken
from bot.booking.service import Booking
from bot.booking.worker import work_for_ever
from bot.errors import StorageUnavailable

POLL_EVERY = 60.0  # seconds: how old the busy times may be
WHOLE_EVERY = timedelta(hours=1)  # the window moves on even when nothing changes
BACK, SPARE = timedelta(days=1), timedelta(days=2)
FEW = 2  # so many deletions at once are a person's doing; more look like a lost calendar
logger = logging.getLogger(__name__)


class CalendarMirror:
    """Blocking, but for `run`."""

    def __init__(self, calendar: PracticeCalendar, rows: CalendarRows, booking: Booking) -> None:
        self._calendar, self._rows, self._booking = calendar, rows, booking

    async def run(self) -> None:
        """Polls for ever."""
        await work_for_ever("The calendar", lambda: asyncio.to_thread(self.poll), POLL_EVERY)

    def prepare(self) -> None:
        """To be called before times are offered for the first time."""
        self._rows.prepare(self._booking.now())

    def poll(self) -> None:
        """Reads what changed and follows it; a server that is away only makes a warning."""
        now = self._booking.now()
        start, end = now - BACK, now + timedelta(days=self._booking.horizon_days()) + SPARE
        try:
            tag = self._calendar.tag()
            if not self._rows.needs_reading(tag, now, WHOLE_EVERY):
                self._rows.still_right(now)
                return
            settled = self._rows.settled(now)  # before reading: what changes here meanwhile is not touched
            texts = self._calendar.events(start, end)
            understood = understand(texts, start, end, self._booking.zone, self._rows.known_ids(now))
            warning = self._follow(settled, understood)
        except StorageUnavailable:
            raise
        except Exception as error:
            logger.warning("The practice's calendar cannot be read (%s); the last known busy times hold.", _name(error))
            self._rows.failed(_name(error), now)
            return
        if warning:
            logger.warning("The practice's calendar: %s", warning)
        self._rows.replace([*understood.busy, Interval(end, FOR_EVER)], tag, now, warning)

    def write(self, appointment: Appointment) -> None:
        """Brings the calendar to where the appointment stands. Raises when the server is away or refuses."""
        self._calendar.put(appointment, self._booking.now())
        self._rows.written(appointment.id, appointment.state == CONFIRMED)

    def status(self) -> CalendarStatus | None:
        """How fresh the busy times are."""
        return self._rows.status()

    def _follow(self, settled: list[Seen], understood: Understood) -> str:
        """Takes over what the therapist changed; returns a warning, or ""."""
        gone, warnings = [], []
        for seen in settled:
            now_at = understood.own.get(seen.id) or self._elsewhere(seen)
            if now_at is None:
                gone.append(seen)
            elif now_at != (seen.start, seen.end) and not self._moved(seen, now_at):
                warnings.append(f"{seen.reference} was moved onto another appointment and is put back")
        if len(gone) > FEW and 2 * len(gone) > len(settled):
            warnings.append(f"{len(gone)} appointments vanished from it at once; they are not cancelled")
            gone = []
        for seen in gone:
            self._booking.cancel(seen.reference, CALENDAR, seen.sequence)
        if understood.unreadable:
            warnings.append(f"{understood.unreadable} entries cannot be read")
        return "; ".join(warnings)

    def _elsewhere(self, seen: Seen) -> Interval | None:
        """An event that is not in the window was deleted or moved far away."""
        text = self._calendar.load(seen.id)
        if text is None:
            return None
        whole = understand([text], seen.start, seen.end, self._booking.zone, {seen.id})
        return whole.own.get(seen.id)

    def _moved(self, seen: Seen, to: Interval) -> bool:
        minutes = max(1, round((to.end - to.start) / timedelta(minutes=1)))
        try:
            self._booking.move(seen.reference, to.start, CALENDAR, minutes, seen.sequence)
        except AppointmentOver:
            return True
        except TimeTaken:
            self._rows.write_again(seen, self._booking.now())
            return False
        return True


def _name(error: Exception) -> str:
    return type(error).__name__  # its words may hold an address or a password
