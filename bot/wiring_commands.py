"""What the command line needs of the bot, without a server. All of these raise BotError."""

from __future__ import annotations

from bot.booking.outbox import Outbox
from bot.booking.service import Booking
from bot.booking.serving import make_outbox
from bot.channel.ports import Dialogue
from bot.channel.screened import ScreenedDialogue
from bot.database import Database
from bot.log.store import ConversationLog
from bot.log.vault_store import SqlVaultStore
from bot.nlu.threads import one_thread_each
from bot.practice import load_practice
from bot.privacy.erasure import Erasure
from bot.privacy.keys import Sealer
from bot.privacy.vault import rotate
from bot.quiet import keep_quiet
from bot.settings import Settings
from bot.wiring_console import open_console, weekly_counts
from bot.wiring_parts import make_booking, make_dialogue, make_erasure, make_guard, make_redactor, redacting, rehearse
from bot.wiring_retrain import make_live


def visitor_way(settings: Settings) -> Dialogue:
    """The whole way of a visitor's message, screening included, without a server.

    What is booked here is thrown away: trying the bot holds no real time and sends nothing.
    """
    keep_quiet()
    practice = load_practice(settings.practice_file)
    redactor = make_redactor(practice)
    front = rehearse(settings, practice, redactor)
    dialogue = make_live(settings, lambda: make_dialogue(settings, practice))
    one_thread_each()
    return ScreenedDialogue(make_guard(), dialogue, front, redacting(redactor))


def open_booking(settings: Settings) -> tuple[Booking, Outbox]:
    """Booking and its outbox for the command line."""
    practice = load_practice(settings.practice_file)
    booking = make_booking(settings, practice, Database(settings.database_url))
    return booking, make_outbox(settings, practice, booking, weekly_counts(settings, practice, booking))


def erasing(settings: Settings) -> Erasure:
    """Erasing and retention for the command line."""
    database = Database(settings.database_url)
    ConversationLog(database).migrate()
    return make_erasure(settings, database, load_practice(settings.practice_file))


def rotate_vault(settings: Settings) -> int:
    """A new key; everything sealed is sealed anew. Tells how many texts there were."""
    database = Database(settings.database_url)
    ConversationLog(database).migrate()
    booking = make_booking(settings, load_practice(settings.practice_file), database)
    accounts = open_console(settings).accounts
    return rotate(Sealer(settings.keys_file, settings.vault_keys), [SqlVaultStore(database), booking, accounts])
