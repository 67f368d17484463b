"""What an FAQ itself says about what is asked: its question and its answer are examples too.

A new FAQ has few variants; these two texts, which it always has, help it most (benchmarks/left_out.md).
"""

from __future__ import annotations

import re
from typing import Any, Mapping, Sequence

GROUP = "faq/"
_UTTER = "utter_"
_FACT = re.compile(r"\{\w+\}")


def taught(responses: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[tuple[str, str]]:
    """(text, FAQ id) for each question and answer of the domain's responses; facts stand as "it"."""
    found = []
    for key, wordings in responses.items():
        name = key.removeprefix(_UTTER)
        if name.startswith(GROUP) and wordings:
            title = (wordings[0].get("metadata") or {}).get("title")
            answer = " ".join(_FACT.sub("it", str(wordings[0].get("text", ""))).split())
            found += [(str(text), name) for text in (title, answer) if text]
    return found
