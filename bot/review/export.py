"""Conversations as files: CSV for a spreadsheet, JSONL for programs, Rasa stories for tests. Redacted as stored; what
carries a safety flag is never exported.
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any, Iterable

from ruamel.yaml import YAML

from bot.review.buttons import titles
from bot.review.ports import Transcript

MOST = 5000  # conversations in one file
COLUMNS = (
    "conversation", "started", "number", "visitor", "choice", "outcome", "confidence", "answer", "model", "helpful",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def as_csv(transcripts: Iterable[Transcript]) -> str:
    """One line a turn. A cell that a spreadsheet would take for a formula gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _rows(transcripts):
        writer.writerow([safe_cell(row[name]) for name in COLUMNS])
    return out.getvalue()


def as_jsonl(transcripts: Iterable[Transcript]) -> str:
    """One JSON object a turn."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in _rows(transcripts))


def as_stories(transcripts: Iterable[Transcript]) -> str:
    """Rasa YAML test stories, written by a YAML library: a visitor's words stay words."""
    stories = []
    for one in transcripts:
        steps: list[dict[str, str]] = []
        for turn in one.turns:
            if turn.text and "/" in turn.outcome:
                steps.append({"user": _plain(turn.text), "intent": turn.outcome})
                steps.append({"action": f"utter_{turn.outcome.split('/')[0]}"})
        if steps:
            stories.append({"story": f"conversation {one.id}", "steps": steps})
    out = io.StringIO()
    yaml = YAML()
    yaml.width = 4000  # type: ignore[assignment]
    yaml.dump({"version": "3.1", "stories": stories}, out)
    return out.getvalue()


def safe_cell(value: Any) -> str:
    """The text of a cell that no spreadsheet runs."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _rows(transcripts: Iterable[Transcript]) -> Iterable[dict[str, Any]]:
    for one in transcripts:
        judged = {judgement.bot_message_id: judgement.helpful for judgement in one.feedback}
        pressed = titles(one)
        for turn in one.turns:
            yield {
                "conversation": one.id,
                "started": one.started_at.isoformat(timespec="minutes"),
                "number": turn.number,
                "visitor": turn.text,
                "choice": turn.choice and pressed.get(turn.choice, turn.choice),
                "outcome": turn.outcome,
                "confidence": round(turn.confidence, 3),
                "answer": " ".join(message["text"] for message in turn.messages),
                "model": turn.model_version,
                "helpful": next((judged[m["id"]] for m in turn.messages if m["id"] in judged), None),
            }


def _plain(text: str) -> str:
    """Without the marks Rasa reads in a user's line: [entity](label), {json}, a leading slash."""
    return "".join(" " if c in "[](){}\n\r" else c for c in text).strip().lstrip("/ ")
