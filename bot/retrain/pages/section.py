"""The section these pages make in the console's menu."""

from __future__ import annotations

from pathlib import Path

from bot.pages import Route, Section
from bot.retrain.pages.faqs import FaqPages
from bot.retrain.pages.tests import ConversationPages
from bot.retrain.pages.versions import VersionPages


def section(
    faqs: FaqPages, versions: VersionPages, tests: ConversationPages, writers: frozenset[str], deciders: frozenset[str]
) -> Section:
    """writers: who may draft and train; deciders: who may also promote and go back."""
    routes = (
        Route("GET", "/faqs", faqs.list, deciders),
        Route("GET", "/faqs/edit", faqs.open, writers),
        Route("POST", "/faqs/check", faqs.check, writers),
        Route("POST", "/faqs/save", faqs.save, writers, "FAQ saved"),
        Route("POST", "/faqs/retire", faqs.retire, writers, "FAQ retired"),
        Route("POST", "/faqs/restore", faqs.restore, writers, "FAQ brought back"),
        Route("GET", "/versions", versions.list, deciders),
        Route("POST", "/versions/train", versions.train, writers, "training started"),
        Route("GET", "/versions/jobs/<job>", versions.job, deciders),
        Route("POST", "/versions/jobs/<job>/cancel", versions.cancel, writers, "training cancelled"),
        Route("GET", "/versions/jobs/<job>/compare", versions.compare, deciders),
        Route("POST", "/versions/<version>/promote", versions.promote, deciders, "version promoted"),
        Route("POST", "/versions/rollback", versions.roll_back, deciders, "version rolled back"),
        Route("GET", "/tests", tests.list, deciders),
        Route("GET", "/tests/new/<conversation>", tests.open, writers, "conversation read"),
        Route("POST", "/tests/save", tests.save, writers, "conversation test made"),
        Route("POST", "/tests/remove", tests.remove, writers, "conversation test removed"),
    )
    nav = (("FAQs", "/faqs"), ("Versions", "/versions"), ("Tests", "/tests"))
    beside = (("Make a test of it", "/tests/new/<conversation>"),)
    return Section(routes, nav, Path(__file__).parent / "templates", beside)
