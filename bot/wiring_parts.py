"""Makes the parts of the bot from the settings, each by itself, for whatever serves, tries or examines them."""

from __future__ import annotations

import atexit
import logging
import re
import shutil
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Callable
from zoneinfo import ZoneInfo

from bot.booking.erasure import BookingErasure
from bot.booking.front import Front, Parts, use
from bot.booking.phrases_plain import is_plain_answer
from bot.booking.service import Booking
from bot.database import Database
from bot.errors import BotError, StorageUnavailable
from bot.log.erasure import LogErasure, VaultErasure
from bot.log.store import ConversationLog
from bot.log.vault_store import SqlVaultStore
from bot.practice import Practice
from bot.practice_live import LiveRules
from bot.privacy.erasure import Erasure
from bot.privacy.exports import Folder
from bot.privacy.keys import Sealer
from bot.privacy.redaction import Redactor
from bot.privacy.vault import Vault
from bot.review.erasure import ConsoleErasure
from bot.safety.guard import Guard
from bot.safety.replies import Replies
from bot.safety.screen import Judge, Screen
from bot.safety.signals import Signals
from bot.settings import Settings
from bot.wiring_facts import facts_of

if TYPE_CHECKING:
    from bot.channel.dialogue import RasaDialogue

logger = logging.getLogger(__name__)


def make_guard() -> Guard:
    """The safety screen with its replies. Raises BrokenFile when signals or replies are damaged."""
    return Guard(Screen(Signals(), make_judge()), Replies(), is_plain_answer)


def make_judge() -> Judge | None:
    """The safety classifier; None when its file or the encoder is not usable: the signals work alone."""
    try:
        from bot.nlu.classifier import clauses
        from bot.nlu.encoder import shared_encoder
        from bot.safety.classifier import ClassifierJudge, SafetyClassifier

        judge = ClassifierJudge(SafetyClassifier.load(), shared_encoder().encode_parts, clauses)
        judge.judge("warm up")
    except Exception as error:  # whatever is wrong with it, the screen goes on
        reason = str(error) if isinstance(error, BotError) else type(error).__name__
        logger.error("The safety screen works with its signals alone: %s", reason)
        return None
    return judge


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
    mark = settings.work_dir / "retained"
    return Erasure(log, [exports, replays, console, booking, vault, log], [booking, vault], retention, mark)


def make_vault(settings: Settings, database: Database) -> Vault:
    """The vault over the log's tables, which must be migrated. Raises BotError when the keys are not usable."""
    return Vault(Sealer(settings.keys_file, settings.vault_keys), SqlVaultStore(database))


def make_booking(settings: Settings, practice: Practice, database: Database) -> Booking:
    """Booking over its own tables, brought up to date. Raises BotError when the keys are not usable."""
    sealer = Sealer(settings.keys_file, settings.vault_keys)
    booking = Booking(database, sealer, LiveRules(settings.practice_file, practice), ZoneInfo(practice.timezone))
    booking.migrate()
    return booking


def redacting(redactor: Redactor) -> Callable[[str], str]:
    """A text without personal details."""
    return lambda text: redactor.redact(text).text


def make_front(
    settings: Settings, practice: Practice, database: Database, redactor: Redactor | None = None
) -> Front:
    """Booking, vault and pages as the conversation uses them, connected at the first use. redactor: knows names."""

    def connect() -> Parts:
        ConversationLog(database).migrate()
        booking = make_booking(settings, practice, database)
        return Parts(booking, make_vault(settings, database), booking.links(settings.public_url))

    def names(text: str) -> list[tuple[int, int]]:
        found = redactor.details(text) if redactor else ()
        return [(detail.start, detail.end) for detail in found if detail.kind == "NAME"]

    return Front(connect, ZoneInfo(practice.timezone), names=names)


def rehearse(settings: Settings, practice: Practice, redactor: Redactor) -> Front:
    """Makes conversations book where nobody keeps it: tries must neither hold times nor leave contact details."""
    folder = Path(tempfile.mkdtemp(prefix="rehearsal-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return use(make_front(settings, practice, Database(f"sqlite:///{folder}/booking.db"), redactor))


def make_dialogue(settings: Settings, practice: Practice) -> RasaDialogue:
    """The newest trained model. Raises BotError, or whatever is wrong with Rasa."""
    from bot.channel.dialogue import RasaDialogue  # here: whatever is wrong with Rasa must not stop the screen
    from bot.channel.wording import ReviewedWording

    return RasaDialogue(settings.model_dir, ReviewedWording(practice, facts_of(practice)))


def migrate_or_wait(migrate: Callable[[], None], told: str, pause: float) -> None:
    """Brings tables up to date; while the database is not usable, tries again every `pause` seconds, in the background.

    told: a sentence for the log, said after what is wrong.
    """
    try:
        migrate()
    except StorageUnavailable as error:
        logger.error("%s %s", error, told)
        threading.Thread(target=migrate_later, args=(migrate, pause), name="migrate", daemon=True).start()


def migrate_later(migrate: Callable[[], None], pause: float) -> None:
    """Returns when the tables are up to date."""
    while True:
        time.sleep(pause)
        try:
            migrate()
            return
        except StorageUnavailable:
            continue
