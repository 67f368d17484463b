"""Joins the console's pages about FAQs, versions and conversation tests with what they show and change."""

from __future__ import annotations

from pathlib import Path
from typing import Callable

import yaml

from bot.database import Database
from bot.errors import BrokenFile
from bot.log.store import ConversationLog
from bot.pages import Section
from bot.practice import Practice
from bot.retrain import yaml_files
from bot.retrain.checks import Helpers, figures_in
from bot.retrain.conversations import ConversationTests
from bot.retrain.faq import Faq, placeholders
from bot.retrain.history import history_of
from bot.retrain.pages.faqs import FaqPages
from bot.retrain.pages.section import section
from bot.retrain.pages.tests import ConversationPages
from bot.retrain.pages.versions import VersionPages
from bot.retrain.studio import Studio
from bot.retrain.train import models
from bot.review.roles import ADMIN, CLINICIAN, REVIEWER
from bot.settings import Settings
from bot.wiring_facts import facts_of
from bot.wiring_parts import make_guard
from bot.wiring_retrain import make_studio, past_questions


def make_section(settings: Settings, practice: Practice, database: Database, redact: Callable[[str], str]) -> Section:
    """The console's pages about FAQs and versions."""
    from bot.nlu.encoder import shared_encoder
    from bot.retrain.left_out import classifier_of

    guard = make_guard()
    studio = make_studio(settings, lambda: (guard, redact), past_questions(ConversationLog(database)))
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
        facts = facts_of(practice)
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


def make_tests(settings: Settings, root: Path = Path()) -> ConversationTests:
    """The conversation tests of this folder, changed under the content's own lock."""
    work = settings.work_dir
    return ConversationTests(root, work / "content.lock", history_of(root, work / "history"))


def titles(studio: Studio) -> dict[str, str]:
    """FAQ id to its question, as the content has it now."""
    return {faq.id: faq.title for faq in studio.content.faqs()}


def threshold(config: Path) -> float:
    """The confidence from which an intent counts, as Rasa's configuration has it. Raises BrokenFile."""
    try:
        pipeline = yaml_files.read(config.read_bytes())["pipeline"]
        return next(float(part["threshold"]) for part in pipeline if "threshold" in part)
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, StopIteration) as error:
        raise BrokenFile(config, "its pipeline names no threshold") from error
