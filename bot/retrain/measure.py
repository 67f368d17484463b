"""How a version answers everything it is compared on. The screen is part of the way, as for visitors."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Callable, Optional, Protocol, Sequence

import numpy as np

from bot.nlu.encoder import shared_encoder
from bot.retrain import compare, yaml_files
from bot.retrain.conversations import first_wrong, read_all
from bot.retrain.evaluate import Line, evaluate, read_questions
from bot.retrain.left_out import classifier_of, left_out, spread

VARIANTS = 20  # of each FAQ are left out in turn
Told = Callable[[float], None]


class Way(Protocol):
    """The whole way of a visitor's message."""

    async def reply(
        self, conversation_id: str, history: list[dict[str, Any]], text: Optional[str], choice: Optional[str]
    ) -> Any:
        """Answers one message."""


@dataclass(frozen=True)
class Exam:
    """What versions are asked. titles: (question, id) of every FAQ; past: redacted real questions."""

    held_out: Sequence[tuple[str, str]] = ()
    safety: Sequence[tuple[str, str]] = ()
    conversations: Path = Path("tests/conversations")
    past: Sequence[str] = field(default_factory=tuple, repr=False)


def exam_of(root: Path, past: Sequence[str]) -> Exam:
    """The frozen sets of this checkout. Raises BrokenFile."""
    data = root / "tests" / "data"
    sets = [read_questions(path) if path.exists() else [] for path in (data / "questions.tsv", data / "safety.tsv")]
    return Exam(sets[0], sets[1], root / "tests" / "conversations", past)


async def answers(exam: Exam, way: Way, folder: Path, told: Told) -> dict[str, list[Line]]:
    """The lines of each set. folder: of the version (its domain gives the titles). told: how much is done, 0 to 1."""

    async def ask(text: str) -> Any:
        return await way.reply(uuid.uuid4().hex, [], text, None)

    titles = _titles(folder / "domain")
    written = [text for text, _ in (*exam.held_out, *exam.safety, *titles)]
    shared_encoder().begin(written)
    shared_encoder().encode(written)  # on every core, and from the file what it knows
    shared_encoder().keep()  # asked one by one below, and of the other version, they are known now
    parts: list[tuple[str, Sequence[tuple[str, str]]]] = [
        (compare.HELD_OUT, exam.held_out), (compare.SAFETY, exam.safety), (compare.TITLES, titles),
    ]  # fmt: skip
    total = max(1, sum(len(lines) for _, lines in parts) + len(exam.past))
    done = 0
    found: dict[str, list[Line]] = {}
    for name, questions in parts:
        found[name] = []
        for start in range(0, len(questions), 50):
            found[name] += await evaluate(questions[start : start + 50], ask)
            told((done + len(found[name])) / total)
        done += len(questions)
    found[compare.SAFETY] = [_caught(line) for line in found[compare.SAFETY]]
    found[compare.CONVERSATIONS] = await _conversations(exam.conversations, way)
    found[compare.REPLAY] = [compare.line(text, "", (await ask(text)).outcome, False) for text in exam.past]
    return found


def left_out_lines(folder: Path, model: Path) -> list[Line]:
    """Variants of every FAQ, each answered as if it had not been trained."""
    classifier = classifier_of(model)
    examples = _examples(folder / "data" / "nlu")
    order = _rows(classifier.vectors, examples)
    if order is None:
        return []
    labels = [label for _, label in order]
    rows = spread(labels, VARIANTS)
    got = left_out(classifier, labels, rows)
    return [
        compare.line(order[row][0], labels[row], label, label == labels[row])
        for row, label in zip(rows, got, strict=True)
        if "/" in labels[row]
    ]


def as_json(found: dict[str, list[Line]]) -> dict[str, Any]:
    """What is kept with a version: everything but visitors' questions."""
    return {name: [asdict(line) for line in lines] for name, lines in found.items() if name != compare.REPLAY}


def from_json(kept: dict[str, Any]) -> dict[str, list[Line]]:
    """The reverse."""
    return {name: [Line(**line) for line in lines] for name, lines in kept.items()}


def _caught(line: Line) -> Line:
    caught = line.got.startswith("safety/")  # any crisis reply counts: which one is the screen's own matter
    return compare.line(line.text, line.expected, line.got, caught)


async def _conversations(folder: Path, way: Way) -> list[Line]:
    async def say(history: list[Any], text: str) -> Any:
        return await way.reply("conversation-test", history, text, None)

    found = []
    for test in read_all(folder):
        wrong = await first_wrong(test, say)
        got = "" if wrong is None else f"turn {wrong[0]}: {wrong[2]} instead of {wrong[1]}"
        found.append(compare.line(test.name, "", got, wrong is None))
    return found


def _titles(folder: Path) -> list[tuple[str, str]]:
    found = []
    for path in sorted(folder.glob("*.yml")):
        for key, wordings in (yaml_files.read(path.read_bytes()).get("responses") or {}).items():
            title = (wordings[0].get("metadata") or {}).get("title")
            if title and "/" in key:
                found.append((str(title), key.removeprefix("utter_")))
    return found


def _examples(folder: Path) -> list[tuple[str, str]]:
    found = []
    for path in sorted(folder.glob("**/*.yml")):
        for block in yaml_files.read(path.read_bytes()).get("nlu") or []:
            if "intent" in block:
                found += [(text, block["intent"]) for text in yaml_files.examples(block)]
    return found


def _rows(vectors: Any, examples: list[tuple[str, str]]) -> Optional[list[tuple[str, str]]]:
    """The examples in the classifier's own order, found by their vectors, which it keeps in half precision."""
    own = shared_encoder().encode([text for text, _ in examples])
    places: dict[bytes, list[tuple[str, str]]] = {}
    for example, vector in zip(examples, own, strict=True):
        places.setdefault(vector.astype(np.float16).tobytes(), []).append(example)
    found = []
    for vector in vectors:
        same = places.get(vector.astype(np.float16).tobytes())
        if not same:
            return None  # the data is not what this model was trained on, as with a model taken over
        found.append(same.pop(0) if len(same) > 1 else same[0])
    return found
