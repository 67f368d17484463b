"""What words alone tell, and what to say after a message that was not understood: pure rules, no framework, no
wording."""

from __future__ import annotations

import re
from typing import Sequence

NOT_THAT = "not_that"  # "no, that is not what I asked"
MISSES = frozenset({"nlu_fallback", "out_of_scope", NOT_THAT})
_NEVER_OFFERED = ("out_of_scope", NOT_THAT, "chitchat/", "decline/")
_MOST = 3


_CORRECTION = re.compile(
    r"^(?:(?:no+|nope|nah|sorry|wait|hmm+|ok|oops)\b[\s,.!:;-]*)*"
    r"(?:i (?:meant|mean|was asking|asked|wanted to know)|what i (?:meant|mean|asked) (?:is|was))"
    r"(?: to (?:ask|say))?(?: about)?[\s,.:-]+(?=\S+\s+\S)",
    re.IGNORECASE,
)


def without_correction(text: str) -> str:
    """What remains of "no, i meant how much it is": the words that ask. Other texts stay as they are."""
    return _CORRECTION.sub("", text, count=1)


_POLITE = (
    r"(?:[\s,.!?;:-]|\b(?:please|pls|again|thanks|thank you|sorry|hi|hello|hey|ok|okay|so|and|but|wait|um|oh|btw|now"
    r"|just|by the way|it|that|(?:for|of) (?:it|this|that|(?:my|our|the) (?:booking|appointment|session|call)))\b)*"
)
_WHAT = (
    r"(?:(?:can|could|would) (?:you|i) (?:please |just )?)?(?:(?:tell|give|show|send|repeat|get|have|see|remind)"
    r"(?: to)?(?: me)?(?: again)?(?: of)?(?: what)?|do you (?:have|know)"
    r"|i(?:'ve| have)? (?:forgot(?:ten)?|lost|need|want|missed"
    r"|(?:can'?t|cannot|could ?n'?t) (?:find|see|remember)|(?:don'?t|do not) (?:have|know|remember|see)"
    r"|did ?n'?t (?:get|see|save|note|write down))"
    r"|what(?:'?s|s| is| was)?|where(?:'?s| is| was| (?:do|can|will) (?:i|we) (?:find|see|get)))"
)
_REFERENCE = (
    r"(?:is |was )?(?:my|our|the) (?:(?:booking|appointment|confirmation|reservation|reference)(?: reference)?"
    r" ?(?:numbers?|codes?|ids?|no|nr)|(?:booking |appointment |confirmation )?ref(?:erence)?)(?: is| was)?"
)
_ASKS_REFERENCE = re.compile(_POLITE + _WHAT + r"\s+(?:again )?" + _REFERENCE + r"\b" + _POLITE)


def asks_for_reference(text: str) -> bool:
    """ "what was my reference?", "whats my booking number": of the appointment that was made."""
    return _ASKS_REFERENCE.fullmatch(" ".join(text.casefold().replace("\u2019", "'").split())) is not None


def after_a_miss(
    intents: Sequence[str], rankings: Sequence[Sequence[tuple[str, float]]]
) -> tuple[str, list[str]]:
    """Which reviewed text and which topics (at most three outcome ids, the likeliest first).

    intents: the base intents of the visitor's messages so far, the missed one last.
    rankings: (outcome id, probability) of each of these messages, best first. After "not that" the topics are
    the next best of the message before, without the one it got.
    """
    now = intents[-1] if intents else ""
    ranking = list(rankings[-1]) if rankings else []
    if now == NOT_THAT:
        before = list(rankings[-2]) if len(rankings) > 1 else []
        ranking = before if len(intents) > 1 and intents[-2] in MISSES else before[1:]
    topics = [name for name, _ in ranking if not name.startswith(_NEVER_OFFERED)][:_MOST]
    if len(intents) > 1 and intents[-2] in MISSES:
        return "utter_second_miss", topics
    if now == NOT_THAT:
        return "utter_not_that", topics
    if now == "out_of_scope":
        return "utter_off_topic", topics
    return "utter_unsure", topics
