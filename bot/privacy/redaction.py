"""Redaction: personal details in what a visitor writes become typed placeholders, before anything stores it.

Presidio's analyzer runs our recognisers on the spaCy pipeline. The pipeline's name model runs only when a word
looks as if it could be an unknown name: it costs more than all the rest.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, List, Sequence

from bot.privacy.lexicon import kept_phrases, load_lexicon
from bot.privacy.pipeline import NameAwarePipeline, quiet_presidio
from bot.privacy.recognisers.base import Found
from bot.privacy.recognisers.dates import BirthDateRecogniser
from bot.privacy.recognisers.handles import HandleRecogniser
from bot.privacy.recognisers.names import NAME, NameRecogniser
from bot.privacy.recognisers.numbers import NumberRecogniser
from bot.privacy.recognisers.online import OnlineRecogniser
from bot.privacy.recognisers.places import AddressRecogniser
from bot.privacy.recognisers.spoken import SpokenNumberRecogniser
from bot.privacy.text import SIGN, Span, merged, placeholders, reading, traced

PIPELINE = Path("build/spacy/en_core_web_sm")
_LOOKS = 4  # what one look hides may uncover more ("<NAME> Smith"); more than two are hardly ever needed
quiet_presidio()


@dataclass(frozen=True)
class Detail:
    """A personal detail at text[start:end]."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Redacted:
    """text: with placeholders; spans: where the details stood in the original."""

    text: str
    spans: tuple[Detail, ...]


class Redactor:
    """Loaded once at start; safe to use from several threads.

    kept: names, phone numbers and links that stay: the practice's own.
    """

    def __init__(self, pipeline: Path = PIPELINE, kept: Sequence[str] = ()) -> None:
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

        logging.getLogger("presidio-analyzer").setLevel(logging.WARNING)
        lexicon = load_lexicon(pipeline)
        self._kept = kept_phrases()
        own = "|".join(re.escape(text) for text in kept if text) or r"(?!)"
        self._own = re.compile(rf"(?<!\w)(?:{own})(?!\w)", re.IGNORECASE)
        recognisers = [
            NumberRecogniser(), SpokenNumberRecogniser(), OnlineRecogniser(), HandleRecogniser(lexicon),
            AddressRecogniser(), BirthDateRecogniser(), NameRecogniser(lexicon),
        ]  # fmt: skip
        self._analyzer = AnalyzerEngine(
            registry=RecognizerRegistry(recognisers), nlp_engine=NameAwarePipeline(pipeline, lexicon)
        )
        self.redact("Hello, my name is Ada Lovelace.")  # so that the first visitor does not wait

    def redact(self, text: str, stand_in: Callable[[str, str], str] | None = None) -> Redacted:
        """The text with each detail replaced by <KIND>, or by what `stand_in(kind, value)` gives (a vault token)."""
        details = self.details(text)
        parts, position = [], 0
        for detail in details:
            value = text[detail.start : detail.end]
            parts += [text[position : detail.start], stand_in(detail.kind, value) if stand_in else f"<{detail.kind}>"]
            position = detail.end
        return Redacted("".join([*parts, text[position:]]), tuple(details))

    def details(self, text: str) -> List[Detail]:
        """The details in order, not overlapping. Offsets count characters of `text`."""
        before = placeholders(text)
        details: list[Detail] = []
        for _ in range(_LOOKS):
            hidden = merged([*before, *((d.start, d.end) for d in details)])
            seen, index = reading(text, hidden)
            found = self._look(seen)
            if not found:
                break
            details += [Detail(*traced(f.start, f.end, index), f.kind) for f in found]
        return sorted(details, key=lambda detail: detail.start)

    def _look(self, text: str) -> List[Found]:
        results = self._analyzer.analyze(text, "en")
        found = [Found(r.start, r.end, r.entity_type, r.score) for r in results]
        if not found:
            return []
        kept = [match.span() for match in self._kept.finditer(text)]
        own = [match.span() for match in self._own.finditer(text)]
        return [piece for f in _united(found) for piece in _apart(f, text, kept, own)]


def _united(found: List[Found]) -> List[Found]:
    """Overlapping finds become one, of the kind with the best evidence, then the longest. A name gives way."""
    others = [f for f in found if f.kind != NAME]
    names = [piece for f in found if f.kind == NAME for piece in _outside(f, others)]
    result: list[Found] = []
    for f in sorted(others + names):
        if result and f.start < result[-1].end:
            last = result[-1]
            best = max(last, f, key=lambda g: (g.score, g.end - g.start))
            result[-1] = Found(last.start, max(last.end, f.end), best.kind, best.score)
        else:
            result.append(f)
    return result


def _outside(found: Found, others: List[Found]) -> List[Found]:
    """The parts of a find that no other covers."""
    pieces, position = [], found.start
    for other in sorted(f for f in others if f.start < found.end and f.end > found.start):
        if other.start > position:
            pieces.append(found._replace(start=position, end=other.start))
        position = max(position, other.end)
    return [*pieces, found._replace(start=position)] if position < found.end else pieces


def _apart(found: Found, text: str, kept: List[Span], own: List[Span]) -> List[Found]:
    """The find without placeholders and without the practice's own names; nothing when it is a phrase to keep."""
    if any(start <= found.start and found.end <= end for start, end in [*kept, *own]):
        return []
    breaks = [(i, i + 1) for i in range(found.start, found.end) if text[i] == SIGN]
    if found.kind == NAME:
        breaks += own
    pieces = _outside(found, [found._replace(start=start, end=end) for start, end in breaks])
    return [piece for piece in (_tidy(piece, text) for piece in pieces) if piece.end > piece.start]


def _tidy(found: Found, text: str) -> Found:
    """Without the space, and for a name the punctuation, at its ends."""
    edge = " \n\t,.-'&" if found.kind == NAME else " \n\t"
    whole = text[found.start : found.end]
    start = found.start + len(whole) - len(whole.lstrip(edge))
    return found._replace(start=start, end=max(start, found.end - len(whole) + len(whole.rstrip(edge))))
