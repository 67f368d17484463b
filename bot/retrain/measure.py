"""What versions are asked before one goes live, and how one version answers it.

In a fresh conversation an intent has one outcome, but for what the booking reads: so each intent is asked once, and
all texts are understood in one go. Conversation tests go the whole way, turn by turn.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Callable, Collection, Mapping, Optional, Protocol, Sequence

import numpy as np

from bot import plain_yaml
from bot.nlu.answers import taught
from bot.nlu.classifier import clauses
from bot.nlu.encoder import shared_encoder
from bot.retrain import compare, files, yaml_files
from bot.retrain.conversations import FOLDER, ConversationTest, first_wrong, read_all
from bot.retrain.evaluate import Line, read_questions, verdict
from bot.retrain.left_out import LeftOut, classifier_of, left_out, spread

VARIANTS = 20  # of each FAQ are left out in turn
READ_BY_BOOKING = ("booking/", "handoff/")  # what these say depends on the text
Told = Callable[[float], None]
Screened = Callable[[Sequence[str]], "list[Optional[str]]"]


class Way(Protocol):
    """A visitor's way through one version."""

    def labels(self, texts: Sequence[str]) -> list[str]:
        """The intent of each of many texts in a fresh conversation, the safety screen aside."""

    async def outcome(self, text: str) -> str:
        """What a text leads to in a fresh conversation, the safety screen aside."""

    async def reply(
        self, conversation_id: str, history: list[dict[str, Any]], text: Optional[str], choice: Optional[str]
    ) -> Any:
        """Answers one message, screened."""


@dataclass(frozen=True)
class Exam:
    """What versions are asked. past: redacted real questions."""

    held_out: Sequence[tuple[str, str]] = ()
    safety: Sequence[tuple[str, str]] = ()
    conversations: Sequence[ConversationTest] = ()
    past: Sequence[str] = field(default_factory=tuple, repr=False)

    def keys(self) -> dict[str, str]:
        """For each set whose figures are kept, the hash of what is asked; titles and variants are a version's own."""
        asked: dict[str, Any] = {
            compare.HELD_OUT: list(self.held_out),
            compare.SAFETY: list(self.safety),
            compare.CONVERSATIONS: [asdict(test) for test in self.conversations],
            compare.TITLES: "its own",
            compare.LEFT_OUT: "its own",
        }
        return {name: files.sha256(json.dumps(one).encode())[:16] for name, one in asked.items()}


def exam_of(root: Path, past: Sequence[str]) -> Exam:
    """The frozen sets of this checkout. Raises BrokenFile."""
    data = root / "tests" / "data"
    sets = [read_questions(path) if path.exists() else [] for path in (data / "questions.tsv", data / "safety.tsv")]
    return Exam(sets[0], sets[1], read_all(root / FOLDER), past)


def begin(exam: Exam, cache: Path) -> None:
    """Starts to encode what will be asked: on every core, while the training reads its files. cache: its folder."""
    shared_encoder().remember(cache)
    written = [text for text, _ in (*exam.held_out, *exam.safety)]
    shared_encoder().begin((text, *clauses(text)) for text in written)


async def answers(
    exam: Exam, way: Way, screened: Screened, folder: Path, wanted: Collection[str], told: Told
) -> dict[str, list[Line]]:
    """The lines of each wanted set. folder: of the version (its domain gives the titles). told: share done."""
    asked: dict[str, Sequence[tuple[str, str]]] = {
        compare.HELD_OUT: exam.held_out, compare.SAFETY: exam.safety, compare.TITLES: _titles(folder / "domain"),
    }  # fmt: skip
    asked = {name: pairs for name, pairs in asked.items() if name in wanted}
    written = [text for pairs in asked.values() for text, _ in pairs]
    shared_encoder().begin((text, *clauses(text)) for text in written)  # on every core
    alarms = dict(zip(written, screened(written), strict=True))  # what it stops never reaches the version
    told(0.3)
    got = await _outcomes(written, way)
    shared_encoder().keep()  # before any visitor's words are encoded
    told(0.6)
    found: dict[str, list[Line]] = {}
    for name, pairs in asked.items():
        found[name] = [_line(text, expected, alarms[text] or got[text]) for text, expected in pairs]
    if compare.SAFETY in found:
        found[compare.SAFETY] = [_caught(line) for line in found[compare.SAFETY]]
    if compare.CONVERSATIONS in wanted:
        found[compare.CONVERSATIONS] = [await _conversation(test, way) for test in exam.conversations]
    told(0.8)
    if compare.REPLAY in wanted:
        past = await _outcomes(exam.past, way)
        found[compare.REPLAY] = [compare.line(text, "", past[text], False) for text in exam.past]
    told(1.0)
    return found


def lines_of(found: Sequence[LeftOut]) -> list[Line]:
    """Variants left out, as lines; intents without answers of their own do not count."""
    return [compare.line(one.text, one.label, one.got, one.got == one.label) for one in found if "/" in one.label]


def left_out_lines(folder: Path, model: Path) -> list[Line]:
    """The same for a version that was not trained here and now: it costs a factorisation."""
    classifier = classifier_of(model)
    asked = examples_in(folder / "data" / "nlu")
    order = _rows(classifier.vectors, [*asked, *taught_in(folder / "domain")])
    if order is None:
        return []
    labels, variants = [label for _, label in order], set(asked)
    asked_rows = [row for row, one in enumerate(order) if one in variants]  # as in training, without what is taught
    rows = [asked_rows[place] for place in spread([labels[row] for row in asked_rows], VARIANTS)]
    got = left_out(classifier, labels, rows)
    return lines_of([LeftOut(*order[row], label) for row, label in zip(rows, got, strict=True)])


def as_json(lines: Mapping[str, Sequence[Line]], keys: Mapping[str, str]) -> dict[str, Any]:
    """What is kept of a version's answers: everything but visitors' questions."""
    kept = {name: found for name, found in lines.items() if name in keys}
    right = {name: [sum(line.verdict == "right" for line in found), len(found)] for name, found in kept.items()}
    whole = {name: [asdict(line) for line in found] for name, found in kept.items()}
    return {"asked": {name: keys[name] for name in kept}, "right": right, "lines": whole}


def from_json(kept: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, list[Line]]:
    """The reverse: the lines of those sets that were asked just this."""
    asked = kept.get("asked")
    same = [name for name, key in keys.items() if isinstance(asked, dict) and asked.get(name) == key]
    return {name: [Line(**line) for line in kept["lines"][name]] for name in same}


async def _outcomes(texts: Sequence[str], way: Way) -> dict[str, str]:
    different = list(dict.fromkeys(texts))
    labels = dict(zip(different, way.labels(different) if different else [], strict=True))
    of_label: dict[str, str] = {}
    found = {}
    for text, label in labels.items():
        if label.startswith(READ_BY_BOOKING) or label not in of_label:
            of_label[label] = await way.outcome(text)
        found[text] = of_label[label]
    return found


def _line(text: str, expected: str, got: str) -> Line:
    return Line(text, expected, got, 0.0, [], verdict(expected, got, []))


def _caught(line: Line) -> Line:
    caught = line.got.startswith("safety/")  # any crisis reply counts: which one is the screen's own matter
    return compare.line(line.text, line.expected, line.got, caught)


async def _conversation(test: ConversationTest, way: Way) -> Line:
    async def say(history: list[Any], text: str) -> Any:
        return await way.reply("conversation-test", history, text, None)

    wrong = await first_wrong(test, say)
    got = "" if wrong is None else f"turn {wrong[0]}: {wrong[2]} instead of {wrong[1]}"
    return compare.line(test.name, "", got, wrong is None)


def _titles(folder: Path) -> list[tuple[str, str]]:
    found = []
    for path in sorted(folder.glob("*.yml")):
        for key, wordings in (plain_yaml.read(path.read_bytes()).get("responses") or {}).items():
            title = (wordings[0].get("metadata") or {}).get("title")
            if title and "/" in key:
                found.append((str(title), key.removeprefix("utter_")))
    return found


def examples_in(folder: Path) -> list[tuple[str, str]]:
    """(text, intent) of every example of a folder's NLU files."""
    found = []
    for path in sorted(folder.glob("**/*.yml")):
        for block in plain_yaml.read(path.read_bytes()).get("nlu") or []:
            if "intent" in block:
                found += [(text, block["intent"]) for text in yaml_files.examples(block)]
    return found


def taught_in(folder: Path) -> list[tuple[str, str]]:
    """(text, FAQ id) of every question and answer of a domain folder."""
    return [one for path in sorted(folder.glob("*.yml"))
            for one in taught(plain_yaml.read(path.read_bytes()).get("responses") or {})]  # fmt: skip


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
