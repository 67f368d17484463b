"""Joins the retraining with what answers visitors: versions loaded as dialogues, and the services over them."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Sequence

import yaml

from bot.channel.live import LiveDialogue
from bot.channel.turn import Dialogue, Reply, ScreenedDialogue
from bot.database import Database
from bot.errors import BotError, BrokenFile
from bot.log.store import ConversationLog
from bot.practice import OPTIONAL, REQUIRED, Practice, load_practice
from bot.retrain import yaml_files
from bot.retrain.checks import Helpers, figures_in
from bot.retrain.content import Content
from bot.retrain.conversations import ConversationTests
from bot.retrain.faq import Faq, placeholders
from bot.retrain.history import history_of
from bot.retrain.job import Jobs
from bot.retrain.measure import Way
from bot.retrain.pages.faqs import FaqPages
from bot.retrain.pages.section import section
from bot.retrain.pages.tests import ConversationPages
from bot.retrain.pages.versions import VersionPages
from bot.retrain.publish import with_facts
from bot.retrain.screened import ScreenedTexts
from bot.retrain.studio import Audit, Studio, no_audit
from bot.retrain.train import models
from bot.retrain.versions import MODEL, Version, Versions
from bot.review.roles import ADMIN, CLINICIAN, REVIEWER
from bot.review.web import Section
from bot.safety.guard import Guard
from bot.safety.resources import crisis_facts
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.channel.dialogue import RasaDialogue

SCREEN = (Path(__file__).with_name("safety"), Path(__file__).with_name("nlu"))  # what its answers depend on
REPLAYED_DAYS = 30
REPLAYED = 1000  # real questions at most
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

        practice = load_practice(folder / "practice.yml")
        status = (folder / MODEL).stat()
        same = f"{status.st_dev}:{status.st_ino}"  # versions that differ in wording only link to one file
        if self._last is None or self._last[0] != same:
            self._last = (same, RasaDialogue(folder / MODEL, practice))
        return self._last[1].reworded(folder / "domain", practice, name)


def make_versions(settings: Settings) -> Versions:
    """The versions of this installation."""
    return Versions(settings.work_dir / "versions", settings.practice_file)


def make_content(settings: Settings, root: Path = Path()) -> Content:
    """The content files of this folder, as the console and the command line change them."""
    needed = [*REQUIRED, *crisis_facts()]
    return Content(root, settings.work_dir, [*needed, *OPTIONAL], needed)


def make_tests(settings: Settings, root: Path = Path()) -> ConversationTests:
    """The conversation tests of this folder, changed under the content's own lock."""
    work = settings.work_dir
    return ConversationTests(root, work / "content.lock", history_of(root, work / "history"))


def titles(studio: Studio) -> dict[str, str]:
    """FAQ id to its question, as the content has it now."""
    return {faq.id: faq.title for faq in studio.content.faqs()}


def make_studio(
    settings: Settings, guard: Guard, redact: Callable[[str], str], log: ConversationLog, audit: Audit = no_audit
) -> Studio:
    """Everything the practice does with its content. guard and redact stand on the way of every message compared."""
    from bot.nlu.encoder import SHA256

    versions = make_versions(settings)
    source = VersionSource(versions)
    redacted = lru_cache(maxsize=8192)(redact)  # two versions are asked the same

    def load(folder: Path, name: str) -> Way:
        return VersionWay(guard, source.load_folder(folder, name), redacted)

    def alarm(text: str) -> str | None:
        found = guard(text)
        return str(found.message["outcome"]) if found else None

    def past() -> dict[str, list[str]]:
        return log.questions(datetime.now(timezone.utc) - timedelta(days=REPLAYED_DAYS), REPLAYED)

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


def threshold(config: Path) -> float:
    """The confidence from which an intent counts, as Rasa's configuration has it. Raises BrokenFile."""
    try:
        pipeline = yaml_files.read(config.read_bytes())["pipeline"]
        return next(float(part["threshold"]) for part in pipeline if "threshold" in part)
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, StopIteration) as error:
        raise BrokenFile(config, "its pipeline names no threshold") from error


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


def make_section(settings: Settings, practice: Practice, database: Database, redact: Callable[[str], str]) -> Section:
    """The console's pages about FAQs and versions."""
    from bot.nlu.encoder import shared_encoder
    from bot.retrain.left_out import classifier_of
    from bot.wiring import make_guard

    guard = make_guard()
    studio = make_studio(settings, guard, redact, ConversationLog(database))
    known: dict[str, Callable[[str], str | None]] = {}

    def personal(text: str) -> bool:
        return redact(text) != text

    def winner_of(model: Path, config: Path) -> Callable[[str], str | None]:
        classifier, sure = classifier_of(model), threshold(config)

        def winner(text: str) -> str | None:
            scores = classifier.score(text, shared_encoder().encode)
            return scores.ranking[0][0] if scores.confidence >= sure else None

        return winner

    def helpers() -> Helpers:
        live = studio.live()
        model = live.model if live else models(settings.model_dir)[-1]
        if str(model) not in known:
            known.clear()
            known[str(model)] = winner_of(model, (live.folder if live else studio.root) / "config.yml")
        return Helpers(
            shared_encoder().encode,
            known[str(model)],
            lambda text: guard(text) is not None,
            personal,
        )

    def preview(faq: Faq) -> str:
        facts = {**crisis_facts(), **practice.facts()}
        try:
            told = [text for text in faq.answer if placeholders(text) <= set(facts)]
            return told[0].format_map(facts) if told else ""
        except (ValueError, KeyError, IndexError, AttributeError):  # half a brace, while somebody writes
            return faq.answer[0]

    figures = sorted(figures_in(" ".join(practice.facts().values())))
    return section(
        FaqPages(studio, helpers, figures, preview),
        VersionPages(studio, ADMIN),
        ConversationPages(make_tests(settings), studio.content.faqs, personal, lambda: titles(studio), CLINICIAN),
        writers=frozenset({REVIEWER, CLINICIAN}),
        deciders=frozenset({REVIEWER, CLINICIAN, ADMIN}),
    )
