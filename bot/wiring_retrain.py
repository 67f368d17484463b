"""Joins the retraining with what answers visitors: versions loaded as dialogues, and the services over them."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Sequence

from bot.channel.live import LiveDialogue
from bot.channel.ports import Dialogue
from bot.channel.screened import ScreenedDialogue
from bot.channel.turn import Reply
from bot.database import Database
from bot.errors import BotError
from bot.log.store import ConversationLog
from bot.practice import OPTIONAL, REQUIRED, load_practice
from bot.retrain.content import Content
from bot.retrain.job import Jobs
from bot.retrain.publish import with_facts
from bot.retrain.screened import ScreenedTexts
from bot.retrain.studio import Audit as Note
from bot.retrain.studio import Studio, no_audit
from bot.retrain.versions import MODEL, Version, Versions
from bot.review.access.audit import Audit
from bot.review.erasure import MIGRATIONS
from bot.safety.resources import crisis_facts
from bot.settings import Settings
from bot.wiring_facts import facts_of

if TYPE_CHECKING:
    from bot.channel.dialogue import RasaDialogue
    from bot.retrain.measure import Way
    from bot.safety.guard import Guard

SCREEN = (Path(__file__).with_name("safety"), Path(__file__).with_name("nlu"))  # what its answers depend on
REPLAYED_DAYS = 30
REPLAYED = 1000  # real questions at most
Redact = Callable[[str], str]
logger = logging.getLogger(__name__)


class VersionWay:
    """A visitor's way through one version, as the comparison goes it."""

    def __init__(self, guard: Guard, dialogue: RasaDialogue, redact: Callable[[str], str]) -> None:
        self._dialogue, self._redact = dialogue, redact
        self._whole = ScreenedDialogue(guard, dialogue, redact=redact)

    def labels(self, texts: Sequence[str]) -> list[str]:
        """The intent of each of many texts in a fresh conversation."""
        return self._dialogue.labels([self._redact(text) for text in texts])

    async def outcome(self, text: str) -> str:
        """What a text leads to in a fresh conversation, the safety screen aside."""
        return (await self._dialogue.reply(uuid.uuid4().hex, [], self._redact(text), None)).outcome

    async def reply(
        self, conversation_id: str, history: list[dict[str, Any]], text: str | None, choice: str | None
    ) -> Reply:
        """Answers one message, screened."""
        return await self._whole.reply(conversation_id, history, text, choice)


class VersionSource:
    """The channel's port over the versions. A version that shares the last one's model is not loaded anew."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions
        self._last: tuple[str, RasaDialogue] | None = None

    def wanted(self) -> list[str]:
        """The live version, then those before it."""
        return self._versions.wanted()

    def load(self, version: str) -> Dialogue:
        """Verified against its hashes first. Raises BotError."""
        return self.load_whole(self._versions.get(version))

    def load_whole(self, version: Version) -> RasaDialogue:
        """The same, as the class that can be reworded."""
        self._versions.verify(version)
        return self.load_folder(version.folder, version.id)

    def load_folder(self, folder: Path, name: str) -> RasaDialogue:
        """The same for a folder that is not a version yet."""
        from bot.channel.dialogue import RasaDialogue  # here: whatever is wrong with Rasa must not stop the screen
        from bot.channel.wording import ReviewedWording

        practice = load_practice(folder / "practice.yml")
        wording = ReviewedWording(practice, facts_of(practice))
        status = (folder / MODEL).stat()
        same = f"{status.st_dev}:{status.st_ino}"  # versions that differ in wording only link to one file
        if self._last is None or self._last[0] != same:
            self._last = (same, RasaDialogue(folder / MODEL, wording))
        return self._last[1].reworded(folder / "domain", wording, name)


def make_versions(settings: Settings) -> Versions:
    """The versions of this installation."""
    return Versions(settings.work_dir / "versions", settings.practice_file)


def make_content(settings: Settings, root: Path = Path()) -> Content:
    """The content files of this folder, as the console and the command line change them."""
    needed = [*REQUIRED, *crisis_facts()]
    return Content(root, settings.work_dir, [*needed, *OPTIONAL], needed)


def make_studio(
    settings: Settings,
    tools: Callable[[], tuple[Guard, Redact]],
    past: Callable[[], dict[str, list[str]]],
    audit: Note = no_audit,
) -> Studio:
    """Everything the practice does with its content. tools: the screen and the redaction that stand on the way of
    every message compared; past: see `past_questions`."""
    from bot.nlu.encoder import SHA256

    versions = make_versions(settings)
    source = VersionSource(versions)

    @lru_cache(maxsize=8192)  # two versions are asked the same
    def redacted(text: str) -> str:
        return tools()[1](text)

    def load(folder: Path, name: str) -> Way:
        return VersionWay(tools()[0], source.load_folder(folder, name), redacted)

    def alarm(text: str) -> str | None:
        found = tools()[0](text)
        return str(found.message["outcome"]) if found else None

    return Studio(
        root=Path(),
        work=settings.work_dir,
        content=make_content(settings),
        versions=versions,
        jobs=Jobs(settings.work_dir / "jobs"),
        model_dir=settings.model_dir,
        encoder=next(iter(SHA256.values())),
        load=load,
        screened=ScreenedTexts(settings.work_dir / "cache", alarm, SCREEN),
        past=past,
        audit=audit,
    )


def past_questions(log: ConversationLog) -> Callable[[], dict[str, list[str]]]:
    """The redacted real questions of the last days, with the ids of their conversations."""
    return lambda: log.questions(datetime.now(timezone.utc) - timedelta(days=REPLAYED_DAYS), REPLAYED)


def command_studio(settings: Settings) -> Studio:
    """The same for the command line. What takes seconds to load (Rasa, redaction, the screen) is loaded when a version
    is asked something, the database opened when it is needed. Raises BotError."""
    practice = load_practice(settings.practice_file)
    database = Database(settings.database_url)

    @lru_cache(maxsize=1)
    def tools() -> tuple[Guard, Redact]:
        from bot.wiring_parts import make_guard, make_redactor, redacting, rehearse

        redactor = make_redactor(practice)
        rehearse(settings, practice, redactor)
        return make_guard(), redacting(redactor)

    def past() -> dict[str, list[str]]:
        log = ConversationLog(database)
        log.migrate()
        return past_questions(log)()

    def note(who: str, what: str, why: str) -> None:
        database.migrate(MIGRATIONS, "review_version")
        Audit(database).note(f"command line: {who}", what, why)

    return make_studio(settings, tools, past, note)


def make_live(settings: Settings, without: Callable[[], Dialogue]) -> LiveDialogue:
    """What answers visitors. without: gives the dialogue while there is no version that can."""
    versions = make_versions(settings)
    _publish_facts(settings, versions)
    return LiveDialogue(VersionSource(versions), without)


def _publish_facts(settings: Settings, versions: Versions) -> None:
    """An edit of practice.yml counts from the next start on, with versions as without."""
    try:
        if versions.facts_changed() and (current := versions.current()):
            load_practice(settings.practice_file)
            made = with_facts(versions, versions.get(current.version), settings.practice_file, "the practice")
            versions.promote(made.id, "the practice", made.about.why)
    except BotError as error:
        logger.error("%s The facts of the live version go on being told.", error)
