"""Serves the console: on the chat's own server, or on a second port that can be kept inside the practice's network.

Beside the pages it keeps reading the conversation log, so that the first page of the morning is quick.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from sanic import Sanic

from bot.errors import SettingError
from bot.review.console import Console

EVERY = 5.0  # seconds
logger = logging.getLogger(__name__)


def serve_here(app: Sanic, console: Console) -> None:
    """Adds the console's routes to a server."""
    console.mount(app)
    _keep_reading(app, console)


def serve_apart(app: Sanic, console: Console, host: str, port: int) -> None:
    """Starts a second server with the console alone together with the first."""
    Sanic.test_mode = True  # Sanic rewrites its own methods at start, once only unless it knows of several apps
    own = Sanic(f"{app.name}-console", configure_logging=False)
    own.config.ACCESS_LOG = False
    console.mount(own)
    _keep_reading(app, console)
    kept: dict[str, Any] = {}

    @app.after_server_start
    async def start(*_: Any) -> None:
        try:
            kept["server"] = server = await own.create_server(
                host, port, return_asyncio_server=True, access_log=False, asyncio_server_kwargs={"start_serving": False}
            )
            await server.startup()
            await server.start_serving()
        except OSError:
            raise SettingError(f"Port {port} on {host} is in use; choose another BOT_CONSOLE_PORT.") from None

    @app.before_server_stop
    async def stop(*_: Any) -> None:
        if server := kept.get("server"):
            server.close()


def _keep_reading(app: Sanic, console: Console) -> None:
    async def read() -> None:
        while True:
            try:
                await asyncio.get_running_loop().run_in_executor(None, console.parts.index.catch_up)
            except Exception as error:  # the database may be away; the next look may find it again
                logger.warning("The console could not read the log: %s", type(error).__name__)
            await asyncio.sleep(EVERY)

    task: list[asyncio.Task[None]] = []

    @app.after_server_start
    async def start(*_: Any) -> None:
        task.append(asyncio.get_running_loop().create_task(read()))

    @app.before_server_stop
    async def stop(*_: Any) -> None:
        for one in task:
            one.cancel()
