"""Joins the parts: the only module that knows them all."""

from __future__ import annotations

import logging
import socket
import threading
import time
from datetime import date
from typing import Callable
from zoneinfo import ZoneInfo

from sanic import Sanic

from bot.booking.front import Front, Parts, use
from bot.booking.outbox import Outbox
from bot.booking.service import Booking
from bot.booking.serving import make_post, serve_booking
from bot.channel.app import create_app
from bot.channel.degraded import DegradedDialogue
from bot.channel.static import render_page
from bot.channel.turn import Dialogue, ScreenedDialogue
from bot.database import Database
from bot.errors import BotError, SettingError, StorageUnavailable
from bot.log.store import ConversationLog
from bot.log.vault_store import SqlVaultStore
from bot.practice import Practice, load_practice
from bot.privacy.keys import Sealer
from bot.privacy.vault import Vault, rotate
from bot.safety.guard import Guard
from bot.safety.replies import Replies
from bot.safety.resources import out_of_date
from bot.safety.screen import Judge, Screen
from bot.safety.signals import Signals
from bot.settings import Settings

logger = logging.getLogger(__name__)


def make_app(settings: Settings) -> Sanic:
    """The whole bot, ready to serve. Raises BotError with one clear sentence when a part is not usable.

    A model or a database that is not usable stops nothing: crisis replies need neither.
    """
    practice = load_practice(settings.practice_file)
    guard = make_guard()
    database = Database(settings.database_url)
    log = ConversationLog(database)
    _migrate(log)
    front = use(make_front(settings, practice, database))
    dialogue = _dialogue_or_phone(settings, practice)
    app = create_app(settings, log, dialogue, render_page(practice), guard, front)
    _serve_booking(app, settings, practice)
    return app


def make_guard() -> Guard:
    """The safety screen with its replies. Raises BrokenFile when signals or replies are damaged."""
    return Guard(Screen(Signals(), _judge()), Replies())


def visitor_way(settings: Settings) -> Dialogue:
    """The whole way of a visitor's message, screening included, without a server. Raises BotError."""
    practice = load_practice(settings.practice_file)
    front = use(make_front(settings, practice, Database(settings.database_url)))
    return ScreenedDialogue(make_guard(), _dialogue(settings, practice), front)


def examinations(settings: Settings) -> list[tuple[str, Callable[[], str]]]:
    """What `bot doctor` looks at: (name, examination that says what it found or raises BotError)."""

    def practice() -> str:
        return f"{settings.practice_file.name} is whole: {load_practice(settings.practice_file).name}"

    def model() -> str:
        return _dialogue(settings, load_practice(settings.practice_file)).model_version

    def database() -> str:
        log = ConversationLog(Database(settings.database_url))
        log.migrate()
        log.check()
        return "can be read and written"

    def encoder() -> str:
        from bot.nlu.encoder import shared_encoder

        return f"is whole, {len(shared_encoder().encode(['hello'])[0])} numbers a sentence"

    def screen() -> str:
        make_guard()
        if _judge() is None:
            raise BotError("it works with the signals alone; restore the classifier and the encoder")
        return "signals, classifier and replies are whole"

    def numbers() -> str:
        if late := out_of_date(date.today()):
            raise BotError(f"dial and re-date these in bot/safety/resources.yml: {', '.join(late)}")
        return "all checked within 90 days"

    return [
        ("practice facts", practice),
        ("database", database),
        ("sentence encoder", encoder),
        ("trained model", model),
        ("safety screen", screen),
        ("crisis numbers", numbers),
    ]


def _judge() -> Judge | None:
    """The safety classifier; None when its file or the encoder is not usable: the signals work alone."""
    return None


def _dialogue(settings: Settings, practice: Practice) -> Dialogue:
    from bot.channel.dialogue import RasaDialogue  # here: whatever is wrong with Rasa must not stop the screen

    return RasaDialogue(settings.model_dir, practice)


def _dialogue_or_phone(settings: Settings, practice: Practice) -> Dialogue:
    try:
        return _dialogue(settings, practice)
    except Exception as error:
        reason = str(error) if isinstance(error, BotError) else f"Rasa cannot load the model ({type(error).__name__})."
        logger.error("%s Only crisis replies and the phone number are given; see `bot doctor`.", reason)
        return DegradedDialogue(practice)


def _migrate(log: ConversationLog) -> None:
    try:
        log.migrate()
    except StorageUnavailable as error:
        logger.error("%s Only crisis replies are given until it can be used.", error)
        threading.Thread(target=_migrate_later, args=(log,), name="migrate", daemon=True).start()


def _migrate_later(log: ConversationLog) -> None:
    while True:
        time.sleep(5)
        try:
            log.migrate()
            return
        except StorageUnavailable:
            continue


def make_vault(settings: Settings, database: Database) -> Vault:
    """The vault over the log's tables, which must be migrated. Raises BotError when the keys are not usable."""
    return Vault(Sealer(settings.keys_file, settings.vault_keys), SqlVaultStore(database))


def make_booking(settings: Settings, practice: Practice, database: Database) -> Booking:
    """Booking over its own tables, brought up to date. Raises BotError when the keys are not usable."""
    sealer = Sealer(settings.keys_file, settings.vault_keys)
    booking = Booking(database, sealer, practice.booking, ZoneInfo(practice.timezone))
    booking.migrate()
    return booking


def open_booking(settings: Settings) -> tuple[Booking, Outbox]:
    """Booking and its outbox for the command line. Raises BotError."""
    practice = load_practice(settings.practice_file)
    booking = make_booking(settings, practice, Database(settings.database_url))
    return booking, booking.outbox(make_post(settings, practice, booking))


def _serve_booking(app: Sanic, settings: Settings, practice: Practice) -> None:
    try:
        booking = make_booking(settings, practice, Database(settings.database_url))
    except BotError as error:
        logger.error("%s Appointments are off until the bot is started again.", error)
    else:
        serve_booking(app, settings, practice, booking)


def make_front(settings: Settings, practice: Practice, database: Database) -> Front:
    """Booking, vault and pages as the conversation uses them, connected at the first use."""

    def connect() -> Parts:
        ConversationLog(database).migrate()
        booking = make_booking(settings, practice, database)
        return Parts(booking, make_vault(settings, database), booking.links(settings.public_url))

    return Front(connect, ZoneInfo(practice.timezone))


def rotate_vault(settings: Settings) -> int:
    """A new key; everything sealed is sealed anew. Tells how many texts there were."""
    database = Database(settings.database_url)
    ConversationLog(database).migrate()
    booking = make_booking(settings, load_practice(settings.practice_file), database)
    return rotate(Sealer(settings.keys_file, settings.vault_keys), [SqlVaultStore(database), booking])


def serve(settings: Settings) -> None:
    """Serves until stopped."""
    _check_port(settings)
    app = make_app(settings)
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
