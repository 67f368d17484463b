"""The curated signals: named patterns per class, each with a reason a clinician can read.

The folder signals/ holds one file per class and words.yml (building blocks, filler words, idioms). A pattern is a
regular expression over the plain form of a text; {name} in it stands for a building block. It is left alone when one
of its exceptions is found: `unless_sentence` in the sentence of the match, `unless_text` anywhere in the text.
A signal that is `certain` found no harmless message among those we have: neither its file's exceptions nor the
classifier overrule it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator

import yaml

from bot import plain_yaml
from bot.errors import BrokenFile
from bot.safety.normalise import normalise

FOLDER = Path(__file__).with_name("signals")
WORDS = "words.yml"
_PLACE = re.compile(r"\{([a-z_]+)\}")
_SENTENCE_END = re.compile(r"[.?!\n]+")


@dataclass(frozen=True)
class Signal:
    """One pattern group of a class; `name` and `reason` are what the practice sees."""

    outcome: str
    name: str
    reason: str
    patterns: tuple[re.Pattern[str], ...]
    unless_sentence: tuple[re.Pattern[str], ...]
    unless_text: tuple[re.Pattern[str], ...]
    certain: bool = False

    def found_in(self, text: str) -> bool:
        """Whether the plain text has this signal."""
        spans = [found.span() for pattern in self.patterns for found in pattern.finditer(text)]
        if not spans or any(pattern.search(text) for pattern in self.unless_text):
            return False
        return any(not self._excused(_sentence(text, *span)) for span in spans)

    def _excused(self, sentence: str) -> bool:
        return any(pattern.search(sentence) for pattern in self.unless_sentence)


class Signals:
    """All signals. Raises BrokenFile when a file of the folder cannot be used."""

    def __init__(self, folder: Path = FOLDER) -> None:
        words = _read(folder / WORDS)
        try:
            self._words = {name: str(pattern) for name, pattern in words["words"].items()}
            self._fillers = re.compile(rf"\b(?:{words['fillers']})\b ?")
            self._idioms = re.compile("|".join(rf"\b(?:{idiom})\b" for idiom in words["idioms"]))
        except (KeyError, TypeError, AttributeError, re.error) as error:
            raise BrokenFile(folder / WORDS, f"its {error} is missing or wrong") from None
        files = sorted(path for path in folder.glob("*.yml") if path.name != WORDS)
        if not files:
            raise BrokenFile(folder, "it holds no signals")
        self.all: list[Signal] = [signal for path in files for signal in self._signals(path)]

    def plain(self, text: str) -> str:
        """What the patterns see: normalised, idioms blanked out, filler words dropped."""
        text = self._idioms.sub("_", normalise(text))
        return re.sub(r" {2,}", " ", self._idioms.sub("_", self._fillers.sub("", text)))

    def check(self, text: str) -> list[Signal]:
        """The signals a raw text has."""
        plain = self.plain(text)
        return [signal for signal in self.all if signal.found_in(plain)]

    def _signals(self, path: Path) -> Iterator[Signal]:
        written = _read(path)
        try:
            for one in written["signals"]:
                certain = one.get("certain") is True
                shared = {} if certain else written
                yield Signal(
                    written["outcome"],
                    one["name"],
                    one["reason"],
                    self._compiled(path, one["match"]),
                    self._compiled(path, [*shared.get("unless_sentence", []), *one.get("unless_sentence", [])]),
                    self._compiled(path, [*shared.get("unless_text", []), *one.get("unless_text", [])]),
                    certain,
                )
        except (KeyError, TypeError, AttributeError) as error:
            raise BrokenFile(path, f"{error} is missing or wrong") from None

    def _compiled(self, path: Path, patterns: list[str]) -> tuple[re.Pattern[str], ...]:
        try:
            return tuple(re.compile(self._filled(pattern)) for pattern in patterns)
        except re.error as error:
            raise BrokenFile(path, f"a pattern is not a regular expression ({error})") from None

    def _filled(self, pattern: str) -> str:
        while (filled := _PLACE.sub(lambda found: self._words.get(found[1], found[0]), pattern)) != pattern:
            pattern = filled
        return pattern


def _sentence(text: str, start: int, end: int) -> str:
    before = [found.end() for found in _SENTENCE_END.finditer(text, 0, start)]
    after = _SENTENCE_END.search(text, end)
    return text[before[-1] if before else 0 : after.start() if after else len(text)]


def _read(path: Path) -> dict[str, Any]:
    try:
        found = plain_yaml.read(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BrokenFile(path, f"it cannot be read ({type(error).__name__})") from None
    if not isinstance(found, dict):
        raise BrokenFile(path, "it holds no signals")
    return found
