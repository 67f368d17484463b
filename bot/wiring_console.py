"""The console's part of wiring.py: what of the rest of the bot it is given."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, Mapping, Sequence

from sanic import Sanic

from bot import plain_yaml
from bot.booking.service import Booking
from bot.database import Database
from bot.errors import BotError
from bot.log.invented import put
from bot.log.store import ConversationLog
from bot.log.transcripts import SqlTranscripts
from bot.pages import Section
from bot.practice import Practice, load_practice
from bot.privacy.erasure import Erasure
from bot.privacy.keys import Sealer
from bot.review.console import Console, Options
from bot.review.demo.month import Month
from bot.review.digest import Digest
from bot.review.ports import Services
from bot.review.serving import serve_apart, serve_here
from bot.settings import Settings
from bot.wiring_facts import facts_of
from bot.wiring_faqs import make_section
from bot.wiring_hours import PracticeHours
from bot.wiring_parts import migrate_or_wait
from bot.wiring_retrain import make_content
from bot.wiring_state import expiring, state_lines

DOMAIN = Path("domain")  # where the FAQ editor writes
logger = logging.getLogger(__name__)


def serve_console(
    app: Sanic,
    settings: Settings,
    practice: Practice,
    booking: Booking | None,
    erasure: Erasure,
    redact: Callable[[str], str],
    sections: Sequence[Section] = (),
) -> None:
    """Adds the console to the server, or to a second one on its own port. Without it the chat goes on."""
    try:
        console = make_console(settings, practice, Database(settings.database_url), erasure, booking, redact, sections)
    except BotError as error:
        logger.error("%s The console is off until the bot is started again.", error)
        return
    # its tables after the log's own tries
    migrate_or_wait(console.migrate, "The console waits until it can be used.", 7)
    if settings.demo:
        _prepare_demo(settings, console)
    _look_ahead(app, console)
    if settings.console_port:
        serve_apart(app, console, settings.console_host, settings.console_port)
    else:
        serve_here(app, console)


def _look_ahead(app: Sanic, console: Console) -> None:
    @app.listener("after_server_start")
    async def start(_app: Sanic, loop: Any) -> None:
        loop.run_in_executor(None, console.look_ahead)


def open_console(settings: Settings, erasure: Erasure | None = None) -> Console:
    """The console for the command line, its tables brought up to date. Raises BotError."""
    database = Database(settings.database_url)
    ConversationLog(database).migrate()
    console = make_console(settings, load_practice(settings.practice_file), database, erasure)
    console.migrate()
    return console


def make_console(
    settings: Settings,
    practice: Practice,
    database: Database,
    erasure: Erasure | None = None,
    booking: Booking | None = None,
    redact: Callable[[str], str] = str,
    sections: Sequence[Section] = (),
) -> Console:
    """Raises BotError when the keys are not usable. erasure: None for the command line, which erases elsewhere."""

    def erase(conversation_id: str) -> None:
        if erasure is not None:
            erasure.erase([conversation_id], "staff")

    services = Services(
        transcripts=SqlTranscripts(database),
        cipher=Sealer(settings.keys_file, settings.vault_keys),
        erase=erase,
        encode=_encode,
        redact=redact,
        topics=topics,
        booking=booking,
        hours=None if booking is None else PracticeHours(settings, make_content(settings), booking),
        zone=practice.timezone,
        facts=state_lines(settings, booking, erasure, practice.timezone),
        expiring=expiring(make_content(settings)),
    )
    url = settings.console_url or settings.public_url
    options = Options(
        secure=url.startswith("https://"),
        origins=("/".join(url.split("/", 3)[:3]),) if url else (),
        demo=settings.demo,
    )
    return Console(database, services, options, (make_section(settings, practice, database, redact),))


def weekly_counts(settings: Settings, practice: Practice, booking: Booking) -> Callable[[], Mapping[str, str]]:
    """What the weekly summary tells, counted when it is called."""
    database = Database(settings.database_url)
    digest = Digest(database, SqlTranscripts(database))
    place = settings.console_url or settings.public_url

    def counts() -> dict[str, str]:
        failed = sum(one.state == "failed" for one in booking.unsent())
        ahead = booking.upcoming(booking.now(), booking.now() + timedelta(days=7))
        found = {"call_backs": len(booking.call_backs()), "failed": failed, "appointments": len(ahead)}
        console = f"The console: {place}/console" if place else ""
        return {**{name: str(count) for name, count in {**digest.counts(), **found}.items()}, "console": console}

    return counts


def put_demo_data(settings: Settings, console: Console | None = None) -> int:
    """Fills an empty database with an invented month; refuses one with conversations in it. Tells how many."""
    console = console or open_console(settings)
    database, practice = console.database, load_practice(settings.practice_file)
    if SqlTranscripts(database).changed_since(None):
        raise BotError("There are conversations here already; set BOT_DATABASE_URL to a new database for this.")
    month = Month(topics(), _answers(practice), datetime.now(timezone.utc))
    count = put(database, month.conversations(), [{"id": "opening", "text": "Hello. I am an automated assistant."}])
    console.parts.index.catch_up(now=True)
    return count


def _prepare_demo(settings: Settings, console: Console) -> None:
    """BOT_DEMO=1: the invented month, and an account with a password that is made anew at every start."""
    if not SqlTranscripts(console.database).changed_since(None):
        put_demo_data(settings, console)
    for account in console.accounts.all():
        if account.demo:
            password = console.accounts.reset(account.id)
            break
    else:
        password = console.accounts.add("demo", ("clinician", "reviewer", "admin"), demo=True)
    print(f"The console is at /console with invented conversations. Name: demo  password: {password}", flush=True)


def _answers(practice: Practice) -> dict[str, str]:
    """Outcome id -> the first of its answers whose facts are told."""
    facts = facts_of(practice)
    found: dict[str, str] = {}
    for name, variations in _responses().items():
        for variation in variations:
            try:
                found.setdefault(name, variation["text"].format_map(facts).strip())
            except KeyError:
                continue
    return found


def topics() -> Mapping[str, str]:
    """Outcome id -> its title, as visitors read it on a button; read anew when the practice changed an FAQ."""
    return _topics(tuple((file, file.stat().st_mtime_ns) for file in sorted(DOMAIN.rglob("*.yml"))))


@lru_cache(maxsize=1)
def _topics(_as_they_are: tuple[tuple[Path, int], ...]) -> Mapping[str, str]:
    titles = ((name, told[0].get("metadata", {}).get("title")) for name, told in _responses().items())
    return {name: title for name, title in titles if title}


def _responses() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for file in sorted(DOMAIN.rglob("*.yml")):
        responses = (plain_yaml.read(file.read_text(encoding="utf-8")) or {}).get("responses") or {}
        found.update({key.removeprefix("utter_"): variations for key, variations in responses.items()})
    return found


def _encode(texts: Sequence[str]) -> Any:
    from bot.nlu.encoder import shared_encoder

    return shared_encoder().encode(texts)
