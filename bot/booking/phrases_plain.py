"""Whether a message is nothing but an answer to the question of the time: "after the holidays", "the last one".

The safety screen asks: its classifier knows no dates and takes some of them for a farewell. So the words beside those
of time are few and harmless; a sentence about oneself is never a plain answer.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone

from bot.booking.phrases_scan import found_in
from bot.booking.phrases_spelling import plain

_BESIDE = re.compile(
    r"(?:[\s,.!?&/+:-]|\b(?:the|a|an|on|at|in|of|or|and|for|from|until|till|by|to|before|after|not|no|but|please|pls"
    r"|ok|okay|yes|maybe|only|works?|best|better|would be|is|are|good|fine|great|possible|if|say|some ?time|preferably"
    r"|ideally)\b)*"
)
_PICK = re.compile(
    r"(?:(?:ok|okay|yes|yeah|maybe),? )?(?:(?:i'll|we'll|let's|i'd|we'd) (?:take|have|like) )?(?:the )?"
    r"(?:first|second|third|last|middle|earliest|latest|earlier|later|day after|week after|next day|next week)"
    r"(?: (?:one|slot|option|appointment))?(?:,? (?:please|pls|then|thanks))?[.! ]*"
)


def is_plain_answer(text: str) -> bool:
    """Whether it only names times, or one of those that were offered."""
    if _PICK.fullmatch(" ".join(text.casefold().replace("\u2019", "'").split())):
        return True
    words = plain(text)
    found = found_in(words, datetime.now(timezone.utc).date())
    ends = [0, *(end for _, _, end in found)]
    starts = [*(start for _, start, _ in found), len(words)]
    return bool(found) and all(_BESIDE.fullmatch(words[a:b]) for a, b in zip(ends, starts, strict=True))
