"""How often something may be done: counted in this process's memory, for each key in a window of its own."""

from __future__ import annotations

import threading
import time
from typing import Callable


class Limit:
    """At most so many times in so many seconds; a key's window begins with its first time.

    Cheap, for every message comes by: no thread and no storage. Safe to use from several threads.
    """

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._windows: dict[str, tuple[float, int]] = {}  # when it ends, how often so far; the next to end comes first
        self._counting = threading.Lock()

    def wait(self, key: str) -> float:
        """Counts one more; 0 when it may be done, else the seconds until it may."""
        now = self._clock()
        with self._counting:
            self._forget(now)
            ends, count = self._windows.get(key, (now + self._seconds, 0))
            self._windows[key] = (ends, count + 1)
        return 0.0 if count < self._most else ends - now

    def _forget(self, now: float) -> None:
        """Removes what has ended."""
        while self._windows:
            first = next(iter(self._windows))
            if self._windows[first][0] > now:
                break
            del self._windows[first]
