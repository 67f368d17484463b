"""What reviewed texts may name: the practice's own facts and the crisis numbers, which no practice changes."""

from __future__ import annotations

from bot.practice import Practice
from bot.safety.resources import crisis_facts


def facts_of(practice: Practice) -> dict[str, str]:
    """Placeholder -> what stands there. Raises BrokenFile."""
    return {**crisis_facts(), **practice.facts()}
