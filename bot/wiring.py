"""Joins the parts: the only module that knows them all."""

from __future__ import annotations

import html
import socket
from pathlib import Path
from zoneinfo import ZoneInfo

from sanic import Sanic

from bot.booking.service import Booking
from bot.channel.app import create_app
from bot.channel.dialogue import RasaDialogue
from bot.database import Database
from bot.errors import SettingError
from bot.log.store import ConversationLog
from bot.log.vault_store import SqlVaultStore
from bot.practice import Practice, load_practice
from bot.privacy.keys import Sealer
from bot.privacy.vault import Vault, rotate
from bot.settings import Settings

PAGE = Path(__file__).parent / "channel" / "page" / "page.html"


def make_app(settings: Settings) -> Sanic:
    """The whole bot, ready to serve. Raises BotError with one clear sentence when a part is not usable."""
    practice = load_practice(settings.practice_file)
    log = ConversationLog(Database(settings.database_url))
    log.migrate()
    dialogue = RasaDialogue(settings.model_dir, practice)
    return create_app(settings, log, dialogue, filled_page(practice))


def make_vault(settings: Settings, database: Database) -> Vault:
    """The vault over the log's tables, which must be migrated. Raises BotError when the keys are not usable."""
    return Vault(Sealer(settings.keys_file, settings.vault_keys), SqlVaultStore(database))


def make_booking(settings: Settings, practice: Practice, database: Database) -> Booking:
    """Booking over its own tables, brought up to date. Raises BotError when the keys are not usable."""
    sealer = Sealer(settings.keys_file, settings.vault_keys)
    booking = Booking(database, sealer, practice.booking, ZoneInfo(practice.timezone))
    booking.migrate()
    return booking


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


def filled_page(practice: Practice) -> str:
    """The plain page with the practice's facts, escaped."""
    page = PAGE.read_text(encoding="utf-8")
    for name, text in practice.facts().items():
        page = page.replace("{" + name + "}", html.escape(text))
    return page


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
