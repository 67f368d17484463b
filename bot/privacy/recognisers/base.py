"""What our recognisers share: Presidio's interface, and looking back for a cue."""

from __future__ import annotations

import re
from typing import Any, Iterator, List, NamedTuple, Optional

from bot.nlu.without_tensorflow import leave_out_tensorflow

leave_out_tensorflow()  # before the first import of Presidio: its spaCy would load TensorFlow, which nothing here uses

from presidio_analyzer import LocalRecognizer, RecognizerResult  # noqa: E402


class Found(NamedTuple):
    """A detail at text[start:end]. score: how specific the evidence is, 0 to 1; the higher wins an overlap."""

    start: int
    end: int
    kind: str
    score: float = 0.8


class Recogniser(LocalRecognizer):
    """A Presidio recogniser whose rule is `find`."""

    KINDS: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__(supported_entities=list(self.KINDS))

    def load(self) -> None:
        """Nothing to load: the rules are compiled at import."""

    def find(self, text: str, artifacts: Any) -> Iterator[Found]:
        """The details in the text. artifacts: Presidio's NlpArtifacts."""
        raise NotImplementedError

    def analyze(
        self, text: str, entities: List[str], nlp_artifacts: Optional[Any] = None
    ) -> List[RecognizerResult]:
        """Presidio's way to ask."""
        about = {
            RecognizerResult.RECOGNIZER_NAME_KEY: type(self).__name__,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
        }
        return [
            RecognizerResult(found.kind, found.start, found.end, found.score, recognition_metadata=about)
            for found in self.find(text, nlp_artifacts)
            if found.kind in entities
        ]


def pattern(text: str) -> re.Pattern[str]:
    """A compiled pattern, written with spaces and comments, blind to case."""
    return re.compile(text, re.IGNORECASE | re.VERBOSE)


def cued(cue: re.Pattern[str], text: str, start: int, reach: int = 40) -> bool:
    """Whether a cue stands in the `reach` characters before text[start], in the same sentence."""
    before = text[max(0, start - reach) : start]
    return any(not re.search(r"[.!?\n]\s+\S", before[found.end() :]) for found in cue.finditer(before))
