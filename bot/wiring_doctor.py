"""What `bot doctor` looks at, part by part."""

from __future__ import annotations

from datetime import date
from typing import Callable

from bot.booking.serving import booking_report
from bot.database import Database
from bot.errors import BotError
from bot.log.store import ConversationLog
from bot.practice import load_practice
from bot.privacy.keys import Sealer
from bot.safety.resources import out_of_date
from bot.settings import Settings
from bot.wiring_commands import open_booking
from bot.wiring_parts import make_dialogue, make_guard, make_judge, make_redactor
from bot.wiring_retrain import make_live


def examinations(settings: Settings) -> list[tuple[str, Callable[[], str]]]:
    """Each as (name, examination that says what it found or raises BotError)."""

    def practice() -> str:
        return f"{settings.practice_file.name} is whole: {load_practice(settings.practice_file).name}"

    def model() -> str:
        return make_live(settings, lambda: make_dialogue(settings, load_practice(settings.practice_file))).model_version

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
        if make_judge() is None:
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
