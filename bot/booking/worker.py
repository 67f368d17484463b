"""How booking's workers go on: whatever one round meets, the next one comes."""

from __future__ import annotations

import asyncio
import logging
from typing import Awaitable, Callable, NoReturn

from bot.errors import StorageUnavailable

logger = logging.getLogger(__name__)


async def work_for_ever(name: str, work: Callable[[], Awaitable[None]], pause: float) -> NoReturn:
    """Runs `work` again and again, `pause` seconds apart; a database that is away is waited for."""
    while True:
        try:
            await work()
        except StorageUnavailable as error:
            logger.warning("%s waits: %s", name, error)
        except Exception as error:  # the worker must outlive whatever one round meets; its words may name somebody
            logger.error("%s met an unexpected %s", name, type(error).__name__)
        await asyncio.sleep(pause)
