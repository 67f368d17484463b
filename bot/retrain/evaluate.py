"""How good the bot is: each question through the whole visitor path, in a fresh session, without a server.

A line is right (answered with an accepted outcome), wrong (answered with another one), offered
(fallback, with an accepted id among at most three choices) or missed (fallback without it).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Awaitable, Callable, Iterable, Protocol

from bot.errors import BrokenFile

FALLBACK = "fallback"


class Answered(Protocol):
    """What the visitor path gives for one question."""

    messages: list[dict[str, Any]]
    outcome: str
    confidence: float


Ask = Callable[[str], Awaitable[Answered]]


@dataclass(frozen=True)
class Line:
    """One evaluated question."""

    text: str
    expected: str
    got: str
    confidence: float
    choices: list[str]
    verdict: str


def read_questions(path: Path) -> list[tuple[str, str]]:
    """(text, accepted outcome ids separated by |) of each `text<TAB>outcome` line. Raises BrokenFile."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenFile(path, "it cannot be read as UTF-8 text") from error
    pairs = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            question, tab, expected = line.rpartition("\t")
            if not tab or not question.strip() or not expected.strip():
                raise BrokenFile(path, f"line {number} is not `text<TAB>outcome id`")
            pairs.append((question, expected.strip()))
    return pairs


def verdict(expected: str, got: str, choices: list[str]) -> str:
    """right, wrong, offered or missed."""
    accepted = expected.split("|")
    if got in accepted:
        return "right"
    if got != FALLBACK:
        return "wrong"
    return "offered" if set(accepted) & set(choices[:3]) else "missed"


async def evaluate(questions: Iterable[tuple[str, str]], ask: Ask) -> list[Line]:
    """Asks every question and judges the answers."""
    lines = []
    for text, expected in questions:
        answered = await ask(text)
        choices = [c["id"] for c in answered.messages[-1].get("choices", [])]
        got = answered.outcome
        lines.append(Line(text, expected, got, answered.confidence, choices, verdict(expected, got, choices)))
    return lines


def report(lines: list[Line], model: dict[str, Any]) -> dict[str, Any]:
    """The JSON report: lines, summary (also by outcome), confused pairs, model."""
    by_outcome: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        by_outcome[line.expected][line.verdict] += 1
    total = Counter(line.verdict for line in lines)
    confused = Counter((line.expected, line.got) for line in lines if line.verdict == "wrong")
    kinds = ("right", "wrong", "offered", "missed")
    summary = {
        "n": len(lines),
        **{kind: total[kind] for kind in kinds},
        "by_outcome": {name: {k: counts[k] for k in kinds} for name, counts in sorted(by_outcome.items())},
        "confused": [{"expected": e, "got": g, "times": n} for (e, g), n in confused.most_common(20)],
    }
    return {"lines": [asdict(line) for line in lines], "summary": summary, "model": model}
