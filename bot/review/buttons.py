"""What stood on the buttons a visitor pressed: the log keeps a button's id, and people read its title."""

from __future__ import annotations

from typing import Any, Iterator

from bot.review.ports import Transcript


def titles(transcript: Transcript) -> dict[str, str]:
    """Choice id -> title, of every button shown in a conversation; an id shown twice has its later title."""
    shown = [*transcript.opening, *(message for turn in transcript.turns for message in turn.messages)]
    return {str(one["id"]): str(one["title"]) for message in shown for one in _buttons(message) if "title" in one}


def _buttons(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from message.get("choices") or ()
    card = message.get("card") or {}
    for day in card.get("days") or ():
        yield from day["times"]
    if "cancel" in card:
        yield card["cancel"]
