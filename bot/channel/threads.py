"""Where what blocks is done, so that the event loop goes on. Each call costs about 0.3 ms: put together what can be."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, TypeVar

Result = TypeVar("Result")


class Threads:
    """So many threads at most."""

    def __init__(self, most: int, name: str) -> None:
        self._threads = ThreadPoolExecutor(most, thread_name_prefix=name)

    async def run(self, call: Callable[..., Result], *args: Any) -> Result:
        """What the call gives, or raises."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *args)

    def begin(self, call: Callable[..., Result], *args: Any) -> asyncio.Future[Result]:
        """Starts a call; whoever does not need it after all need not wait for it."""
        begun = asyncio.get_running_loop().run_in_executor(self._threads, call, *args)
        begun.add_done_callback(lambda ended: ended.cancelled() or ended.exception())  # else an error is reported
        return begun
