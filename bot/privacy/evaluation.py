"""How well redaction does on marked texts: `text<TAB>[[start, end, "TYPE"], ...]`, one a line.

- A marked detail is found when each of its letters and digits is covered by finds of its type (its punctuation and
  spaces need not be); leaked when a letter or digit of it is covered by no find of any type.
- A find is right when it overlaps a marked detail of its type.
- F2 weighs recall twice as much as precision.
- A clean word is one that touches no marked detail; it is wrongly redacted when a find touches it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable, List, Tuple

from bot.errors import BrokenFile
from bot.privacy.redaction import Detail

_WORD = re.compile(r"\S*\w\S*")


@dataclass(frozen=True)
class Marked:
    """One line of the file."""

    text: str
    details: Tuple[Detail, ...]


def read_marked(path: Path) -> List[Marked]:
    """Raises BrokenFile naming the line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenFile(path, f"it cannot be read ({type(error).__name__})") from None
    marked = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        text, tab, spans = line.partition("\t")
        try:
            details = tuple(Detail(start, end, kind) for start, end, kind in json.loads(spans if tab else "x"))
        except (ValueError, TypeError):
            raise BrokenFile(path, f'line {number} is not text, a tab, and [[start, end, "TYPE"], ...]') from None
        if not all(0 <= d.start < d.end <= len(text) for d in details):
            raise BrokenFile(path, f"line {number} marks what is outside its text")
        marked.append(Marked(text, details))
    return marked


def evaluate(lines: Iterable[Marked], find: Callable[[str], List[Detail]]) -> dict[str, Any]:
    """{"types": {TYPE: {"marked", "found", "finds", "right", "recall", "precision", "f2"}}, "all": {...},
    "leaked": share of marked details, "clean_words": {"n", "redacted", "share"}}; shares are 0 to 1, None without
    cases."""
    counts: dict[str, Counter[str]] = {}
    leaked = words = redacted = 0
    for line in lines:
        finds = find(line.text)
        for detail in line.details:
            tally = counts.setdefault(detail.kind, Counter())
            tally["marked"] += 1
            tally["found"] += _covered(line.text, detail, [f for f in finds if f.kind == detail.kind])
            leaked += not _covered(line.text, detail, finds)
        for f in finds:
            tally = counts.setdefault(f.kind, Counter())
            tally["finds"] += 1
            tally["right"] += any(_overlap(f, d) for d in line.details if d.kind == f.kind)
        for match in _WORD.finditer(line.text):
            word = Detail(*match.span(), "")
            if not any(_overlap(word, d) for d in line.details):
                words += 1
                redacted += any(_overlap(word, f) for f in finds)
    total: Counter[str] = sum(counts.values(), Counter())
    return {
        "types": {kind: _scores(counts[kind]) for kind in sorted(counts)},
        "all": _scores(total),
        "leaked": leaked / total["marked"] if total["marked"] else None,
        "clean_words": {"n": words, "redacted": redacted, "share": redacted / words if words else None},
    }


def table(result: dict[str, Any]) -> str:
    """The result for a terminal."""
    rows = [f"{'type':8} {'marked':>6} {'recall':>8} {'finds':>6} {'precision':>9} {'F2':>7}"]
    for kind, s in [*result["types"].items(), ("all", result["all"])]:
        recall, precision, f2 = (_percent(s[name]) for name in ("recall", "precision", "f2"))
        rows.append(f"{kind:8} {s['marked']:6} {recall:>8} {s['finds']:6} {precision:>9} {f2:>7}")
    clean = result["clean_words"]
    rows.append(f"leaked, whatever the type: {_percent(result['leaked'])} of the marked details")
    rows.append(f"clean words wrongly redacted: {clean['redacted']} of {clean['n']}, {_percent(clean['share'])}")
    return "\n".join(rows)


def _covered(text: str, detail: Detail, finds: List[Detail]) -> bool:
    return all(
        any(f.start <= at < f.end for f in finds) for at in range(detail.start, detail.end) if text[at].isalnum()
    )


def _overlap(one: Detail, other: Detail) -> bool:
    return one.start < other.end and other.start < one.end


def _scores(tally: Counter[str]) -> dict[str, Any]:
    recall = tally["found"] / tally["marked"] if tally["marked"] else None
    precision = tally["right"] / tally["finds"] if tally["finds"] else None
    f2 = None
    if recall is not None and precision is not None:
        f2 = 5 * recall * precision / (4 * precision + recall) if precision and recall else 0.0
    counts = {name: tally[name] for name in ("marked", "found", "finds", "right")}
    return {**counts, "recall": recall, "precision": precision, "f2": f2}


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"
