"""The crisis replies: read once at start, then held in memory, so that nothing that breaks later can take them away.

They come from replies.yml and resources.yml alone: never from Rasa, the database or a model.
"""

from __future__ import annotations

import copy
import re
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from bot import plain_yaml
from bot.errors import BrokenFile
from bot.safety.resources import crisis_facts, resources

FILE = Path(__file__).with_name("replies.yml")


class Replies:
    """The reply of each class. Raises BrokenFile when one cannot be made whole."""

    def __init__(self, path: Path = FILE) -> None:
        try:
            written = plain_yaml.read(path.read_text(encoding="utf-8"))
            self._names: dict[str, str] = written["resource_names"]
            self._made = {outcome: self._message(outcome, written) for outcome in written["replies"]}
            self._resources = {outcome: reply["resources"] for outcome, reply in written["replies"].items()}
            self._in_booking: list[dict[str, str]] = written["in_booking"]
        except (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
            raise BrokenFile(path, f"it is damaged ({type(error).__name__})") from None

    def outcomes(self) -> list[str]:
        """The classes that have a reply."""
        return list(self._made)

    def message(self, outcome: str, also: tuple[str, ...] = (), in_booking: bool = False) -> dict[str, Any]:
        """A bot message {id, text, outcome, choices, card} of its own.

        also: further classes found in the same text; their first resource joins the card.
        in_booking: a booking was interrupted; it can be gone on with.
        """
        made: dict[str, Any] = {"id": uuid.uuid4().hex, **copy.deepcopy(self._made[outcome])}
        shown = self._resources[outcome]
        further = dict.fromkeys(self._resources[other][0] for other in also)
        made["card"]["resources"] += [self._resource(key) for key in further if key not in shown]
        if in_booking:
            made["choices"] = [*self._in_booking, *made["choices"]]
        return made

    def _message(self, outcome: str, written: dict[str, Any]) -> dict[str, Any]:
        reply = written["replies"][outcome]
        quick_exit = bool(reply.get("quick_exit"))
        parts = [reply["text"], written["not_live"], *([written["quick_exit"]] if quick_exit else []), written["go_on"]]
        return {
            "text": " ".join(part.strip() for part in parts).format_map(crisis_facts()),
            "outcome": outcome,
            "choices": written["choices"],
            "card": {
                "type": "crisis",
                "resources": [self._resource(key) for key in reply["resources"]],
                "quick_exit": quick_exit,
            },
        }

    def _resource(self, key: str) -> dict[str, Any]:
        entry = resources()[key]
        shown = {"name": entry.get("name") or self._names[key]}
        if entry.get("note"):
            shown["note"] = entry["note"]
        return {**shown, "actions": _actions(entry)}


def _actions(entry: dict[str, Any]) -> list[dict[str, str]]:
    """Tap-to-call and tap-to-text links; an entry without a number has none."""
    actions = []
    if call := entry.get("call"):
        actions.append({"label": f"Call {call}", "href": f"tel:{_dialled(call)}"})
    if text := entry.get("text"):
        keyword = entry.get("keyword", "")
        body = f"?&body={quote(keyword)}" if keyword else ""
        label = f"Text {keyword} to {text}" if keyword else f"Text {text}"
        actions.append({"label": label, "href": f"sms:{_dialled(text)}{body}"})
    return actions


def _dialled(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return f"+{digits}" if len(digits) == 11 else digits
