"""Conversation tests: what is said and what must be answered, turn by turn; made of transcripts, they guard promotions.

A file each, so that people can read, change and delete them:

    name: Asks about fees, then books
    made: Ann, 2026-11-24
    turns:
    - say: how much is it
      outcome: faq/cost
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Awaitable, Callable, Optional

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from bot.errors import BrokenFile
from bot.retrain import files
from bot.retrain.faq import NotAccepted

MOST_TURNS = 30
Say = Callable[[list[Any], str], Awaitable[Any]]


@dataclass(frozen=True)
class ConversationTest:
    """turns: (what the visitor says, the outcome that must come)."""

    name: str
    turns: tuple[tuple[str, str], ...]
    made: str = ""


def read_all(folder: Path) -> list[ConversationTest]:
    """Every test of the folder. Raises BrokenFile."""
    return [_read(path) for path in sorted(folder.glob("*.yml"))] if folder.is_dir() else []


def keep(folder: Path, test: ConversationTest, who: str, personal: Callable[[str], bool]) -> Path:
    """Writes a new test. personal: whether a text holds personal details. Raises NotAccepted."""
    if not test.name.strip() or not 0 < len(test.turns) <= MOST_TURNS:
        raise NotAccepted(f"A conversation test needs a name and 1 to {MOST_TURNS} turns.")
    for said, outcome in test.turns:
        if not said.strip() or len(said) > 1000 or not re.fullmatch(r"[a-z_]+(/[a-z0-9_]+)?", outcome):
            raise NotAccepted("Each turn needs what is said (at most 1000 characters) and what must be answered.")
        if personal(said):
            raise NotAccepted("A turn still holds personal details; write it in other words first.")
    slug = re.sub(r"[^a-z0-9]+", "_", test.name.lower()).strip("_")[:60] or "test"
    path = folder / f"{slug}.yml"
    if path.exists():
        raise NotAccepted("There is a conversation test of this name; choose another one.")
    said_by = f"{who}, {date.today().isoformat()}"
    document = {
        "name": Quoted(test.name.strip()),
        "made": Quoted(said_by),
        "turns": [{"say": Quoted(said), "outcome": outcome} for said, outcome in test.turns],
    }
    out = io.StringIO()
    YAML().dump(document, out)
    files.write(path, out.getvalue().encode())
    return path


async def first_wrong(test: ConversationTest, say: Say) -> Optional[tuple[int, str, str]]:
    """The first turn that is answered otherwise: (number, expected, got); None when all are right.

    say: takes the events so far and a text, gives the reply.
    """
    history: list[Any] = []
    for number, (said, expected) in enumerate(test.turns, 1):
        reply = await say(history, said)
        if reply.outcome != expected:
            return number, expected, reply.outcome
        history = [*history, *reply.events]
    return None


def _read(path: Path) -> ConversationTest:
    try:
        said = yaml.safe_load(path.read_bytes())
        turns = tuple((str(turn["say"]), str(turn["outcome"])) for turn in said["turns"])
        return ConversationTest(str(said["name"]), turns, str(said.get("made", "")))
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise BrokenFile(path, "it must hold a name and turns with say and outcome") from error
