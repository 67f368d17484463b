"""A message as the recognisers read it: without invisible characters and odd forms, every position traced back.

What is redacted already, and every placeholder, is one sign that no rule matches: so a second look at a redacted
text sees the same, and redacting twice changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Iterable, List, Tuple

KINDS = ("NAME", "PHONE", "EMAIL", "ADDRESS", "DOB", "URL", "CARD", "SSN", "HANDLE")
PLACEHOLDER = re.compile(rf"<(?:{'|'.join(KINDS)})(?::v[0-9a-f]{{16}})?>")
SIGN = "\ufffc"
_DROPPED = re.compile(  # invisible, or the frame of a keycap emoji
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\u20e3\U000e0000-\U000e0fff]"
)

Span = Tuple[int, int]


def reading(text: str, hidden: Iterable[Span]) -> tuple[str, List[int]]:
    """The text to look at, and for each of its characters, and its end, the position in `text`.

    hidden: spans to show as one sign each, in order, not overlapping.
    """
    out: list[str] = []
    index: list[int] = []
    position = 0
    for start, end in [*hidden, (len(text), len(text))]:
        for at in range(position, start):
            for c in _plain(text[at]):
                out.append(c)
                index.append(at)
        if end > start:
            out.append(SIGN)
            index.append(start)
        position = end
    index.append(len(text))
    return "".join(out), index


def traced(start: int, end: int, index: List[int]) -> Span:
    """The span of the original text behind a span of the reading, with the invisible characters at its end."""
    return index[start], max(index[end - 1] + 1, index[end])


def placeholders(text: str) -> List[Span]:
    """Where placeholders and vault tokens stand."""
    return [match.span() for match in PLACEHOLDER.finditer(text)] if "<" in text else []


def merged(spans: Iterable[Span]) -> List[Span]:
    """In order, without overlaps."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def _plain(c: str) -> str:
    if c.isascii():
        return c
    if c in "\u2018\u2019\u02bc\u0060":
        return "'"
    if _DROPPED.match(c):
        return ""
    plain = unicodedata.normalize("NFKC", c)
    if c.isdigit() and not plain.isascii():  # Arabic, Persian, Devanagari digits
        return str(unicodedata.digit(c))
    if len(plain) == 1 and (plain.isalpha() or unicodedata.category(c) != "Zs"):
        return plain
    return plain.replace("\u2044", "/") if plain.strip() else " "
