"""Joins the parts: the only module that knows them all."""

from __future__ import annotations

import asyncio
import atexit
import gc
import logging
import re
import shutil
import socket
import tempfile
import threading
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Callable
from zoneinfo import ZoneInfo

from sanic import Sanic

from bot.booking.erasure import BookingErasure
from bot.booking.front import Front, Parts, use
from bot.booking.outbox import Outbox
from bot.booking.phrases_plain import is_plain_answer
from bot.booking.service import Booking
from bot.booking.serving import booking_report, make_outbox, serve_booking
from bot.channel.app import create_app
from bot.channel.degraded import DegradedDialogue
from bot.channel.live import LiveDialogue
from bot.channel.privacy import Privacy
from bot.channel.static import render_page
from bot.channel.turn import Dialogue, ScreenedDialogue
from bot.database import Database
from bot.errors import BotError, SettingError, StorageUnavailable
from bot.log.erasure import LogErasure, VaultErasure
from bot.log.store import ConversationLog
from bot.log.vault_store import SqlVaultStore
from bot.nlu.threads import one_thread_each
from bot.practice import Practice, load_practice
from bot.practice_live import LiveRules
from bot.privacy.erasure import Erasure
from bot.privacy.exports import Folder
from bot.privacy.keys import Sealer
from bot.privacy.notice import load_notice
from bot.privacy.redaction import Redactor
from bot.privacy.vault import Vault, rotate
from bot.quiet import keep_quiet
from bot.review.erasure import ConsoleErasure
from bot.safety.guard import Guard
from bot.safety.replies import Replies
from bot.safety.resources import crisis_facts, out_of_date
from bot.safety.screen import Judge, Screen
from bot.safety.signals import Signals
from bot.settings import Settings
from bot.wiring_console import open_console, serve_console, weekly_counts
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
    _migrate(log)
    front = use(make_front(settings, practice, database))
    redact = _redactor_or_nothing(practice)
    dialogue: Dialogue = DegradedDialogue(practice)
    if redact is not None:
        dialogue = make_live(settings, lambda: _dialogue_or_phone(settings, practice))
    crisis = guard.replies.message("safety/self_harm", ("safety/partner_violence", "safety/sexual_assault"))
    privacy = Privacy(
        redact or (lambda _text: ""),
        load_notice({**crisis_facts(), **practice.facts()}),
        make_erasure(settings, database, practice),
        crisis["card"]["resources"],
    )
    one_thread_each()
    app = create_app(settings, log, dialogue, render_page(practice), guard, front, privacy)
    retain_hourly(app, privacy.erasure)
    if isinstance(dialogue, LiveDialogue):
        _watch_versions(app, dialogue)
    booking = _serve_booking(app, settings, practice)
    serve_console(app, settings, practice, booking, privacy.erasure, privacy.redact)
    return app


def make_guard() -> Guard:
    """The safety screen with its replies. Raises BrokenFile when signals or replies are damaged."""
    return Guard(Screen(Signals(), _judge()), Replies(), is_plain_answer)


def make_redactor(practice: Practice) -> Redactor:
    """Redaction that leaves the practice's own names and numbers readable. Raises BrokenFile."""
    own = [practice.therapist, *practice.therapist.split(), practice.name, practice.email]
    own += [practice.phone, practice.phone[-8:], re.sub(r"\D", "", practice.phone)]
    return Redactor(kept=[*own, practice.address, practice.booking_url, practice.article.url])


def make_erasure(settings: Settings, database: Database, practice: Practice) -> Erasure:
    """Erasing and retention over every part that keeps something of a conversation; the log's tables go last."""
    log, vault, retention = LogErasure(database), VaultErasure(database), timedelta(days=practice.retention_days)
    booking, console = BookingErasure(database, retention), ConsoleErasure(database)
    exports = Folder(settings.work_dir / "exports", "exports")
    replays = Folder(settings.work_dir / "jobs", "comparisons")  # visitors' questions in bot/retrain/job.py
    return Erasure(log, [exports, replays, console, booking, vault, log], [booking, vault], retention)


def erasing(settings: Settings) -> Erasure:
    """Erasing and retention for the command line. Raises BotError."""
    database = Database(settings.database_url)
    ConversationLog(database).migrate()
    return make_erasure(settings, database, load_practice(settings.practice_file))


def _redactor_or_nothing(practice: Practice) -> Callable[[str], str] | None:
    try:
        redactor = make_redactor(practice)
        return lambda text: redactor.redact(text).text
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


def visitor_way(settings: Settings) -> Dialogue:
    """The whole way of a visitor's message, screening included, without a server. Raises BotError.

    What is booked here is thrown away: trying the bot holds no real time and sends nothing.
    """
    keep_quiet()
    practice = load_practice(settings.practice_file)
    front = rehearse(settings, practice)
    redactor = make_redactor(practice)
    dialogue = make_live(settings, lambda: _dialogue(settings, practice))
    one_thread_each()
    return ScreenedDialogue(make_guard(), dialogue, front, lambda text: redactor.redact(text).text)


def examinations(settings: Settings) -> list[tuple[str, Callable[[], str]]]:
    """What `bot doctor` looks at: (name, examination that says what it found or raises BotError)."""

    def practice() -> str:
        return f"{settings.practice_file.name} is whole: {load_practice(settings.practice_file).name}"

    def model() -> str:
        return make_live(settings, lambda: _dialogue(settings, load_practice(settings.practice_file))).model_version

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

    def redaction() -> str:
        redactor = make_redactor(load_practice(settings.practice_file))
        if redactor.redact("my name is Ada Lovelace, 650-555-0142").text != "my name is <NAME>, <PHONE>":
            raise BotError("it finds no name or number; run `make setup`")
        return "names and numbers are found"

    def keys() -> str:
        Sealer(settings.keys_file, settings.vault_keys)
        return "can seal contact details"

    def numbers() -> str:
        if late := out_of_date(date.today()):
            raise BotError(f"dial and re-date these in bot/safety/resources.yml: {', '.join(late)}")
        return "all checked within 90 days"

    def appointments() -> str:
        return booking_report(*open_booking(settings))

    return [
        ("practice facts", practice),
        ("appointments", appointments),
        ("database", database),
        ("sentence encoder", encoder),
        ("trained model", model),
        ("safety screen", screen),
        ("redaction", redaction),
        ("vault keys", keys),
        ("crisis numbers", numbers),
    ]


def _judge() -> Judge | None:
    """The safety classifier; None when its file or the encoder is not usable: the signals work alone."""
    try:
        from bot.nlu.classifier import clauses
        from bot.nlu.encoder import shared_encoder
        from bot.safety.classifier import ClassifierJudge, SafetyClassifier

        judge = ClassifierJudge(SafetyClassifier.load(), shared_encoder().encode, clauses)
        judge.judge("warm up")
    except Exception as error:  # whatever is wrong with it, the screen goes on
        reason = str(error) if isinstance(error, BotError) else type(error).__name__
        logger.error("The safety screen works with its signals alone: %s", reason)
        return None
    return judge


def _dialogue(settings: Settings, practice: Practice) -> Dialogue:
    from bot.channel.dialogue import RasaDialogue  # here: whatever is wrong with Rasa must not stop the screen

    return RasaDialogue(settings.model_dir, practice)


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
    booking = Booking(database, sealer, LiveRules(settings.practice_file, practice), ZoneInfo(practice.timezone))
    booking.migrate()
    return booking


def open_booking(settings: Settings) -> tuple[Booking, Outbox]:
    """Booking and its outbox for the command line. Raises BotError."""
    practice = load_practice(settings.practice_file)
    booking = make_booking(settings, practice, Database(settings.database_url))
    return booking, make_outbox(settings, practice, booking, weekly_counts(settings, practice, booking))


def _serve_booking(app: Sanic, settings: Settings, practice: Practice) -> Booking | None:
    try:
        booking = make_booking(settings, practice, Database(settings.database_url))
    except BotError as error:
        logger.error("%s Appointments are off until the bot is started again.", error)
        return None
    serve_booking(app, settings, practice, booking, weekly_counts(settings, practice, booking))
    return booking


def make_front(settings: Settings, practice: Practice, database: Database) -> Front:
    """Booking, vault and pages as the conversation uses them, connected at the first use."""

    def connect() -> Parts:
        ConversationLog(database).migrate()
        booking = make_booking(settings, practice, database)
        return Parts(booking, make_vault(settings, database), booking.links(settings.public_url))

    return Front(connect, ZoneInfo(practice.timezone))


def rehearse(settings: Settings, practice: Practice) -> Front:
    """Makes conversations book where nobody keeps it: tries must neither hold times nor leave contact details."""
    folder = Path(tempfile.mkdtemp(prefix="rehearsal-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return use(make_front(settings, practice, Database(f"sqlite:///{folder}/booking.db")))


def rotate_vault(settings: Settings) -> int:
    """A new key; everything sealed is sealed anew. Tells how many texts there were."""
    database = Database(settings.database_url)
    ConversationLog(database).migrate()
    booking = make_booking(settings, load_practice(settings.practice_file), database)
    accounts = open_console(settings).accounts
    return rotate(Sealer(settings.keys_file, settings.vault_keys), [SqlVaultStore(database), booking, accounts])


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
