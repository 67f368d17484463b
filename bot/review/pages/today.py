"""The first page: what needs a human, the safety queue first."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial
from typing import Any, Callable, Sequence

from bot.errors import BotError
from bot.review.ports import Fact
from bot.review.roles import CLINICIAN
from bot.review.web import Answer, Page, Visit

SHOWN = 5
logger = logging.getLogger(__name__)


def today(visit: Visit) -> Answer:
    """At a glance; how to reach people is not shown here."""
    console, parts = visit.console, visit.console.parts
    parts.index.catch_up()
    if parts.triage.is_stale():
        parts.triage.regroup_in_background()
    clinician = CLINICIAN in visit.who.roles
    reads = bool(visit.who.roles - {"admin"})
    return Page(
        "today.html",
        {
            "reads": reads,
            "clinician": clinician,
            "flags": parts.safety.count_open() if clinician else 0,
            "counts": parts.today.counts(clinician) if reads else None,
            "groups": parts.triage.groups(SHOWN) if reads else [],
            "grouping": parts.triage.progress is not None,
            "booking": _booking(visit) if clinician and console.services.booking else None,
            "facts": [fact for look in console.services.facts for fact in _looked(partial(_one, look))],
            "expiring": _looked(console.services.expiring) if reads else [],
        },
    )


def _booking(visit: Visit) -> dict[str, Any]:
    booking = visit.console.services.booking
    now = booking.now()
    return {
        "next": booking.upcoming(now, now + timedelta(days=2))[:SHOWN],
        "call_backs": len(booking.call_backs()),
        "is_on": booking.is_on,
    }


def _one(look: Callable[[], Fact]) -> list[Fact]:
    return [look()]


def _looked(look: Callable[[], Sequence[Fact]]) -> Sequence[Fact]:
    try:
        return look()
    except BotError as error:
        return [Fact("Attention", str(error), "wrong")]
    except Exception as error:  # one broken gauge must not hide the page
        logger.warning("A line of the page Today failed: %s", type(error).__name__)
        return [Fact("Attention", f"A part could not be looked at ({type(error).__name__}).", "wrong")]
