"""What the console keeps of a conversation, worked out from its transcript. No I/O.

A conversation with a disclosure is quarantined as a whole: it gives no unanswered questions and no numbers but its own
count, whatever else was said in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.review.buttons import titles
from bot.review.ports import Transcript

NEAR = 0.1  # two candidates closer than this: the bot was unsure
SURE = 0.42  # below: unsure, whatever the others
ANSWERED, OFFERED, MISSED, BOOKING, SAFETY, OTHER = KINDS = (
    "answered", "offered", "missed", "booking", "safety", "other",
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """One turn without its words. helpful: the visitor's judgement, if any."""

    message_id: str
    at: datetime
    outcome: str
    kind: str
    latency_ms: float
    helpful: bool | None


@dataclass(frozen=True)
class Flag:
    """A hit of the safety screen. source: turn, or note (of a judgement)."""

    message_id: str
    at: datetime
    outcome: str
    reason: str
    source: str


@dataclass(frozen=True)
class Question:
    """Something the bot did not answer well. reason: missed, close, unhelpful or human."""

    message_id: str
    at: datetime
    text: str
    reason: str
    outcome: str
    leanings: list[list[Any]]


@dataclass(frozen=True)
class Summary:
    """`case`: the values of the columns that come from the log; the rest belong to it."""

    case: dict[str, Any]
    outcomes: frozenset[str]
    words: str
    answers: list[Answer]
    flags: list[Flag]
    questions: list[Question]


def summarise(transcript: Transcript) -> Summary | None:
    """None when nothing was said yet."""
    turns = transcript.turns
    if not turns:
        return None
    judged = {one.bot_message_id: one.helpful for one in transcript.feedback}
    helpful = {turn.message_id: _judged(turn, judged) for turn in turns}
    flags = _flags(transcript)
    texts = [turn.text for turn in turns if turn.text]
    notes = [one.note for one in transcript.feedback if one.note]
    case = {
        "conversation_id": transcript.id,
        "kind": transcript.kind,
        "started_at": transcript.started_at,
        "last_at": turns[-1].at,
        "turns": len(turns),
        "says": (texts[0] if texts else titles(transcript).get(turns[0].choice, turns[0].choice or ""))[:200],
        "outcome": turns[-1].outcome,
        "model_version": turns[-1].model_version,
        "unsure": any(is_unsure(turn) for turn in turns),
        "unhelpful": False in judged.values(),
        "helpful": True in judged.values(),
        "safety": bool(flags),
        "booked": any(m.get("card", {}).get("type") == "appointment" for turn in turns for m in turn.messages),
    }
    return Summary(
        case,
        frozenset(turn.outcome for turn in turns),
        "\n".join([*texts, *notes]),
        [
            Answer(t.message_id, t.at, t.outcome, kind_of(t.outcome, t.messages), t.latency_ms, helpful[t.message_id])
            for t in turns
        ],
        flags,
        [] if flags else _questions(turns, helpful),
    )


def kind_of(outcome: str, messages: list[dict[str, Any]]) -> str:
    """What became of a turn."""
    family = outcome.split("/")[0]
    if family == "fallback":
        return OFFERED if any(message.get("choices") for message in messages) else MISSED
    known = {"faq": ANSWERED, "booking": BOOKING, "handoff": BOOKING, "safety": SAFETY}
    return known.get(family, OTHER)


def is_close(turn: Any) -> bool:
    """Whether two candidates were about as likely, or none was likely."""
    if turn.text is None or turn.answer_id == "screen" or not turn.alternatives:
        return False
    likely = sorted((float(confidence) for _, confidence in turn.alternatives[:2]), reverse=True)
    return likely[0] < SURE or (len(likely) > 1 and likely[0] - likely[1] < NEAR)


def is_unsure(turn: Any) -> bool:
    """Whether the bot did not know, or hardly."""
    return turn.outcome == "fallback" or (turn.outcome.startswith("faq/") and is_close(turn))


def _judged(turn: Any, judged: dict[str, bool]) -> bool | None:
    return next((judged[message["id"]] for message in turn.messages if message["id"] in judged), None)


def _flags(transcript: Transcript) -> list[Flag]:
    said = [
        Flag(turn.message_id, turn.at, turn.outcome, turn.safety_reason or "", "turn")
        for turn in transcript.turns
        if turn.outcome.startswith("safety/")
    ]
    noted = [
        Flag(one.bot_message_id, one.at, one.safety_outcome, one.safety_reason or "", "note")
        for one in transcript.feedback
        if one.safety_outcome
    ]
    return said + noted


def _questions(turns: list[Any], helpful: dict[str, bool | None]) -> list[Question]:
    found = []
    for turn, following in zip(turns, [*turns[1:], None], strict=True):
        if not turn.text:
            continue
        reason = ""
        wants_person = following is not None and following.outcome == "handoff/human"
        if turn.outcome == "fallback":
            reason = "missed"
        elif helpful[turn.message_id] is False:
            reason = "unhelpful"
        elif turn.outcome.startswith("faq/") and wants_person:
            reason = "human"
        elif turn.outcome.startswith("faq/") and is_close(turn):
            reason = "close"
        if reason:
            found.append(Question(turn.message_id, turn.at, turn.text, reason, turn.outcome, turn.alternatives[:5]))
    return found
