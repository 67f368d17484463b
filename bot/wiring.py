"""Joins the parts to the server that visitors and the practice use.

The modules wiring*.py alone know several features: wiring_parts.py makes each part, the others join some of them.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import threading
from typing import Any

from sanic import Sanic

from bot.booking.front import use
from bot.booking.service import Booking
from bot.booking.serving import serve_booking
from bot.channel.app import create_app
from bot.channel.degraded import DegradedDialogue
from bot.channel.live import LiveDialogue
from bot.channel.ports import Dialogue, Ports, Privacy
from bot.channel.static import render_page
from bot.database import Database
from bot.errors import BotError, SettingError, StorageUnavailable
from bot.log.store import ConversationLog
from bot.nlu.threads import one_thread_each
from bot.practice import Practice, load_practice
from bot.privacy.codes import issue_code
from bot.privacy.erasure import Erasure
from bot.privacy.notice import load_notice
from bot.privacy.redaction import Redactor
from bot.quiet import keep_quiet
from bot.settings import Settings
from bot.wiring_console import serve_console, weekly_counts
from bot.wiring_facts import facts_of
from bot.wiring_parts import (
    make_booking,
    make_dialogue,
    make_erasure,
    make_front,
    make_guard,
    make_redactor,
    migrate_or_wait,
    redacting,
)
from bot.wiring_retrain import make_live

logger = logging.getLogger(__name__)


def make_app(settings: Settings) -> Sanic:
    """The whole bot, ready to serve. Raises BotError with one clear sentence when a part is not usable.

    A model or a database that is not usable stops nothing: crisis replies need neither.
    """
    keep_quiet()
    practice = load_practice(settings.practice_file)
    guard = make_guard()
    database = Database(settings.database_url)
    log = ConversationLog(database)
    migrate_or_wait(log.migrate, "Only crisis replies are given until it can be used.", 5)
    redactor = _redactor_or_nothing(practice)
    front = use(make_front(settings, practice, database, redactor))
    dialogue: Dialogue = DegradedDialogue(practice)
    if redactor is not None:
        dialogue = make_live(settings, lambda: _dialogue_or_phone(settings, practice))
    crisis = guard.replies.message("safety/self_harm", ("safety/partner_violence", "safety/sexual_assault"))
    facts, erasure = facts_of(practice), make_erasure(settings, database, practice)
    privacy = Privacy(
        redacting(redactor) if redactor else lambda _text: "",
        load_notice(facts),
        erasure,
        issue_code,
        crisis["card"]["resources"],
    )
    one_thread_each()
    page = render_page(practice, facts["crisis_emergency"])
    app = create_app(settings, Ports(log, dialogue, guard, front, privacy), page)
    retain_hourly(app, erasure)
    if isinstance(dialogue, LiveDialogue):
        _watch_versions(app, dialogue)
    booking = _serve_booking(app, settings, practice)
    serve_console(app, settings, practice, booking, erasure, privacy.redact)
    return app


def _redactor_or_nothing(practice: Practice) -> Redactor | None:
    try:
        return make_redactor(practice)
    except Exception as error:
        reason = str(error) if isinstance(error, BotError) else f"Redaction cannot start ({type(error).__name__})."
        logger.error("%s Nothing visitors write is kept, and only the phone number is given.", reason)
        return None


def retain_hourly(app: Sanic, erasure: Erasure) -> None:
    """Deletes what is past its time: at start, so also after the server was down, and then every hour."""

    async def run() -> None:
        while True:
            try:
                await asyncio.get_running_loop().run_in_executor(None, erasure.retain)
                pause = 3600
            except StorageUnavailable as error:
                logger.error("%s What is past its time is deleted as soon as it can be used.", error)
                pause = 60
            except Exception as error:
                logger.error("Deleting what is past its time failed: %s", type(error).__name__)
                pause = 600
            await asyncio.sleep(pause)

    running: list[asyncio.Task[None]] = []

    @app.listener("after_server_start")
    async def start(_app: Sanic, _loop: Any) -> None:
        running.append(asyncio.create_task(run()))

    @app.listener("before_server_stop")
    async def stop(_app: Sanic, _loop: Any) -> None:
        for task in running:
            task.cancel()


def _watch_versions(app: Sanic, dialogue: LiveDialogue) -> None:
    """Each server process finds out on its own what was promoted."""
    stop = threading.Event()

    @app.after_server_start
    async def watch(_app: Any, _loop: Any) -> None:
        dialogue.watch(stop)

    @app.before_server_stop
    async def end(_app: Any, _loop: Any) -> None:
        stop.set()


def _dialogue_or_phone(settings: Settings, practice: Practice) -> Dialogue:
    try:
        return make_dialogue(settings, practice)
    except Exception as error:
        reason = str(error) if isinstance(error, BotError) else f"Rasa cannot load the model ({type(error).__name__})."
        logger.error("%s Only crisis replies and the phone number are given; see `bot doctor`.", reason)
        return DegradedDialogue(practice)


def _serve_booking(app: Sanic, settings: Settings, practice: Practice) -> Booking | None:
    try:
        booking = make_booking(settings, practice, Database(settings.database_url))
    except BotError as error:
        logger.error("%s Appointments are off until the bot is started again.", error)
        return None
    serve_booking(app, settings, practice, booking, weekly_counts(settings, practice, booking))
    return booking


def serve(settings: Settings) -> None:
    """Serves until stopped."""
    _check_port(settings)
    app = make_app(settings)
    gc.collect()
    gc.freeze()  # a search for garbage then leaves the million objects of Rasa and spaCy alone
    print(f"The chatbot is at http://{_shown(settings.host)}:{settings.port}  (stop with Ctrl+C)", flush=True)
    app.run(settings.host, settings.port, access_log=False, motd=False)


def _check_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            raise SettingError(
                f"Port {settings.port} on {settings.host} is in use; stop the other program or set BOT_PORT."
            ) from None


def _shown(host: str) -> str:
    return "localhost" if host in ("127.0.0.1", "0.0.0.0") else host  # noqa: S104
