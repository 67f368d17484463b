"""Conversation tests: what is said and what must follow, turn by turn. They guard every promotion.

They are Rasa's test stories, so that `rasa test core --stories tests/conversations` runs the same files. What the
practice makes of its transcripts goes to test_practice.yml of that folder, in words that could be anybody's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Awaitable, Callable, Mapping, Optional, Sequence

import yaml

from bot import plain_yaml
from bot.errors import BrokenFile
from bot.retrain import files, yaml_files
from bot.retrain.faq import NotAccepted, check_said
from bot.retrain.history import History

FOLDER = Path("tests/conversations")
OWN_FILE = "test_practice.yml"
MOST_TURNS = 30
MOST_SAID = 1000  # characters, as in the chat
ANSWERED = ("faq", "chitchat", "decline")  # groups whose intents each have one answer
_INTENT = re.compile(r"[a-z_]+(/[a-z0-9_]+)?")
_UNKNOWN = {"out_of_scope", "nlu_fallback"}  # one and the same to the visitor
_SILENT = ("action_listen", "action_session_start")
_KEPT_SLOT = "booking_active"  # which rules apply depends on it, so Rasa's own test must be told
Say = Callable[[list[Any], str], Awaitable[Any]]


@dataclass(frozen=True)
class Turn:
    """What the visitor says, the intent it must be understood as (whole, or its group), the actions that follow.

    slots: what was remembered then; Rasa's own test, which runs no action, is told it.
    """

    said: str
    intent: str
    actions: tuple[str, ...]
    slots: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ConversationTest:
    """made: who made it when."""

    name: str
    turns: tuple[Turn, ...]
    made: str = ""


class ConversationTests:
    """The tests under a folder; new ones go to the practice's own file."""

    def __init__(self, root: Path, lock: Path, history: History) -> None:
        self.folder, self._lock, self._history = root / FOLDER, lock, history

    def all(self) -> list[ConversationTest]:
        """Raises BrokenFile."""
        return read_all(self.folder)

    def own(self) -> list[ConversationTest]:
        """Those that the practice made, which it may take away. Raises BrokenFile."""
        path = self.folder / OWN_FILE
        return _read(path) if path.exists() else []

    def add(self, test: ConversationTest, who: str, personal: Callable[[str], bool]) -> None:
        """Keeps a new test. personal: whether a text holds personal details. Raises NotAccepted."""
        _check(test, personal)
        with files.locked(self._lock):
            if test.name.casefold() in {other.name.casefold() for other in self.all()}:
                raise NotAccepted("There is a conversation test of this name; choose another one.")
            story = {"story": test.name, "metadata": {"made": f"{who}, {date.today().isoformat()}"}}
            self._write(lambda text: yaml_files.with_story(text, {**story, "steps": _steps(test)}), who,
                        f"Conversation test: {test.name}")  # fmt: skip

    def remove(self, name: str, who: str) -> None:
        """Takes a test of the practice away; the history keeps it. Raises NotAccepted."""
        with files.locked(self._lock):
            if name not in {test.name for test in self.own()}:
                raise NotAccepted("The practice has no conversation test of this name.")
            self._write(lambda text: yaml_files.without_story(text, name), who, f"Conversation test removed: {name}")

    def _write(self, change: Callable[[str], str], who: str, why: str) -> None:
        path = self.folder / OWN_FILE
        before = path.read_bytes() if path.exists() else None
        after = change(before.decode() if before else yaml_files.EMPTY_TESTS).encode()
        files.write(path, after)
        self._history.record({path: (before, after)}, who, why)


def read_all(folder: Path) -> list[ConversationTest]:
    """Every test of the folder. Raises BrokenFile."""
    return [test for path in sorted(folder.glob("test_*.yml")) for test in _read(path)]


def turn_of(said: str, events: Sequence[Mapping[str, Any]], outcome: str, intent: str = "") -> Optional[Turn]:
    """The turn that these Rasa events were. intent: what it should have been, where that is something else.

    None for what no model answers, such as the safety screen's replies.
    """
    understood = _understood(events)
    wanted = intent or understood or outcome
    if wanted != understood:
        group = wanted.split("/")[0]
        return Turn(said, wanted, (f"utter_{group}",)) if group in ANSWERED else None
    slots = {event["name"]: event["value"] for event in events if event.get("event") == "slot"}
    return Turn(said, understood, _actions(events), {k: v for k, v in slots.items() if k == _KEPT_SLOT})


def known_wording(said: str, variants: Sequence[str]) -> str:
    """Of the variants of an answer the one that shares most words with what a visitor wrote: a rewritten wording,
    since the practice wrote the variants itself. Empty when there is none."""
    words = set(said.casefold().split())

    def shared(variant: str) -> float:
        other = set(variant.casefold().split())
        return len(words & other) / len(words | other)

    return max(variants, key=shared, default="")


async def first_wrong(test: ConversationTest, say: Say) -> Optional[tuple[int, str, str]]:
    """The first turn that is answered otherwise: (number, expected, got); None when all are right.

    say: takes the events so far and a text, gives the reply.
    """
    history: list[Any] = []
    slots: dict[str, Any] = {}
    for number, turn in enumerate(test.turns, 1):
        reply = await say(history, turn.said)
        understood, actions = _understood(reply.events) or reply.outcome, _actions(reply.events)
        if turn.intent not in (understood, understood.split("/")[0]) and not {turn.intent, understood} <= _UNKNOWN:
            return number, turn.intent, understood
        if actions != turn.actions:
            return number, " ".join(turn.actions), " ".join(actions) or reply.outcome
        slots.update(turn.slots)  # what the story remembers holds, as in Rasa's own test, whatever an action did
        told = [{"event": "slot", "name": name, "value": value} for name, value in slots.items()]
        history = [*history, *reply.events, *told]
    return None


def _understood(events: Sequence[Mapping[str, Any]]) -> str:
    heard = [event["parse_data"]["intent"] for event in events if event.get("event") == "user"]
    return str(heard[0].get("full_retrieval_intent_name") or heard[0]["name"]) if heard else ""


def _actions(events: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    done = (str(event["name"]) for event in events if event.get("event") == "action")
    return tuple(name for name in done if name not in _SILENT)


def _check(test: ConversationTest, personal: Callable[[str], bool]) -> None:
    check_said("The name", test.name, 100)
    if not 0 < len(test.turns) <= MOST_TURNS:
        raise NotAccepted(f"A conversation test has 1 to {MOST_TURNS} turns.")
    for turn in test.turns:
        check_said("A turn", turn.said, MOST_SAID)
        if not _INTENT.fullmatch(turn.intent) or not turn.actions:
            raise NotAccepted("Each turn needs what must be answered.")
        if personal(turn.said):
            raise NotAccepted("A turn still holds personal details; write it in other words first.")


def _steps(test: ConversationTest) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    for turn in test.turns:
        steps.append({"user": turn.said, "intent": turn.intent})
        steps += [{"action": name} for name in turn.actions]
        if turn.slots:
            steps.append({"slot_was_set": [{name: value} for name, value in turn.slots.items()]})
    return steps


def _read(path: Path) -> list[ConversationTest]:
    try:
        stories = plain_yaml.read(path.read_bytes())["stories"] or []
        return [
            ConversationTest(
                str(story["story"]), _turns(story["steps"]), str((story.get("metadata") or {}).get("made", ""))
            )
            for story in stories
        ]
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise BrokenFile(path, "each story must have steps with user and intent, action or slot_was_set") from error


def _turns(steps: Sequence[Mapping[str, Any]]) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for step in steps:
        if "user" in step:
            turns.append(Turn(str(step["user"]).strip(), str(step["intent"]), ()))
        elif "action" in step:
            turns[-1] = Turn(turns[-1].said, turns[-1].intent, (*turns[-1].actions, str(step["action"])))
        else:
            slots = {name: value for told in step["slot_was_set"] for name, value in told.items()}
            turns[-1] = Turn(turns[-1].said, turns[-1].intent, turns[-1].actions, slots)
    return tuple(turns)
