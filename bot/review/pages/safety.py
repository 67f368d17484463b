"""The safety queue, for clinicians."""

from __future__ import annotations

from bot.review.safety_queue import DECISIONS
from bot.review.web import Answer, Go, Page, Visit


def queue(visit: Visit) -> Answer:
    """What waits for a decision, then what was decided."""
    parts = visit.console.parts
    parts.index.catch_up()
    waiting = parts.safety.open()
    later = parts.safety.count_open() - len(waiting)
    values = {"waiting": waiting, "later": later, "decided": parts.safety.decided(), "decisions": DECISIONS}
    return Page("safety.html", values)


def decide(visit: Visit) -> Answer:
    """Records a decision."""
    visit.console.parts.safety.decide(
        visit.number("flag"), visit.field("decision", "Please choose a decision."), visit.field("note"), visit.who.name
    )
    return Go("/safety", "The decision is recorded.")
