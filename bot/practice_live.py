"""The booking rules as practice.yml tells them now: an edit in the console or in the file counts without a restart,
in every process. A file that cannot be used changes nothing."""

from __future__ import annotations

import logging
from pathlib import Path

from bot.booking.rules import Rules
from bot.errors import PracticeFileError
from bot.practice import Practice, load_practice

logger = logging.getLogger(__name__)


class LiveRules:
    """Looks at the file's date on every call and reads it when it changed. practice: as it was read at start.

    The time zone is that of the start: a practice that moves starts the bot anew.
    """

    def __init__(self, file: Path, practice: Practice) -> None:
        self._file, self._rules, self._zone = file, practice.booking, practice.timezone
        self._seen = self._stamp()

    def __call__(self) -> Rules | None:
        """The rules; None: appointments are off."""
        stamp = self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            try:
                practice = load_practice(self._file)
                if practice.timezone == self._zone:
                    self._rules = practice.booking
            except PracticeFileError as error:
                logger.error("%s Appointments go on by the rules before.", error)
        return self._rules

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            status = self._file.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino
