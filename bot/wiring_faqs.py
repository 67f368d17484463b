"""Joins the console's pages about FAQs, versions and conversation tests with what they show and change."""

from __future__ import annotations

from pathlib import Path
from typing import Callable

import yaml

from bot import plain_yaml
from bot.database import Database
from bot.errors import BotError, BrokenFile
from bot.log.store import ConversationLog
from bot.pages import Section
from bot.practice import Practice, load_practice
from bot.retrain.checks import Advice, Helpers, Near, advise, figures_in, nearest
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
from bot.safety.guard import Guard
from bot.settings import Settings
from bot.wiring_facts import facts_of
from bot.wiring_parts import make_guard, make_redactor
from bot.wiring_retrain import Redact, command_studio, make_studio, past_questions


def make_section(settings: Settings, practice: Practice, database: Database, redact: Callable[[str], str]) -> Section:
    """The console's pages about FAQs and versions."""
    guard = make_guard()
    studio = make_studio(settings, lambda: (guard, redact), past_questions(ConversationLog(database)))
    helpers = _helpers_of(studio, guard, redact)

    def personal(text: str) -> bool:
        return redact(text) != text

    def preview(faq: Faq) -> str:
        facts = facts_of(practice)
        try:
            told = [text for text in faq.answer if placeholders(text) <= set(facts)]
            return told[0].format_map(facts) if told else ""
        except (ValueError, KeyError, IndexError, AttributeError):  # half a brace, while somebody writes
            return faq.answer[0]

    return section(
        FaqPages(studio, helpers, _figures(practice), preview),
        VersionPages(studio, ADMIN),
        ConversationPages(make_tests(settings), studio.content.faqs, personal, lambda: titles(studio), CLINICIAN),
        writers=frozenset({REVIEWER, CLINICIAN}),
        deciders=frozenset({REVIEWER, CLINICIAN, ADMIN}),
    )


def command_advice(settings: Settings, faq_id: str) -> tuple[list[Near], list[Advice]]:
    """What the editor says to an FAQ, for the command line: the nearest others, and the remarks. Raises BotError."""
    practice = load_practice(settings.practice_file)
    redactor, studio = make_redactor(practice), command_studio(settings)
    faq, others = studio.content.faq(faq_id), studio.content.faqs()
    helpers = _helpers_of(studio, make_guard(), lambda text: redactor.redact(text).text)()
    return nearest(faq, others, helpers.encode), advise(faq, others, _figures(practice), helpers)


def _figures(practice: Practice) -> list[str]:
    return sorted(figures_in(" ".join(practice.facts().values())))


def _helpers_of(studio: Studio, guard: Guard, redact: Redact) -> Callable[[], Helpers]:
    """What the advice asks, of the version that is live when it is given."""
    from bot.nlu.encoder import shared_encoder
    from bot.retrain.left_out import classifier_of

    known: dict[str, Callable[[str], str | None]] = {}

    def winner_of(model: Path, config: Path) -> Callable[[str], str | None]:
        classifier, sure = classifier_of(model), threshold(config)

        def winner(text: str) -> str | None:
            scores = classifier.score(text, shared_encoder().encode_parts)
            return scores.ranking[0][0] if scores.confidence >= sure else None

        return winner

    def helpers() -> Helpers:
        live = studio.live()
        trained = [live.model] if live else models(studio.model_dir)
        if not trained:
            raise BotError("There is no trained model yet; run `make train`.")
        model = trained[-1]
        if str(model) not in known:
            known.clear()
            known[str(model)] = winner_of(model, (live.folder if live else studio.root) / "config.yml")
        return Helpers(
            shared_encoder().encode,
            known[str(model)],
            lambda text: guard(text) is not None,
            lambda text: redact(text) != text,
        )

    return helpers


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
        pipeline = plain_yaml.read(config.read_bytes())["pipeline"]
        return next(float(part["threshold"]) for part in pipeline if "threshold" in part)
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, StopIteration) as error:
        raise BrokenFile(config, "its pipeline names no threshold") from error
