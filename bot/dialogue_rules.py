"""What to say after a message that was not understood: pure rules, no framework, no wording."""

from __future__ import annotations

from typing import Sequence

MISSES = frozenset({"nlu_fallback", "out_of_scope"})
_NEVER_OFFERED = ("out_of_scope", "chitchat/", "decline/")
_MOST = 3


def after_a_miss(
    intents: Sequence[str], ranking: Sequence[tuple[str, float]]
) -> tuple[str, list[str]]:
    """Which reviewed text and which topics (at most three outcome ids, the likeliest first).

    intents: the base intents of the visitor's messages so far, the missed one last.
    ranking: (outcome id, probability) of the missed message, best first.
    """
    topics = [name for name, _ in ranking if not name.startswith(_NEVER_OFFERED)][:_MOST]
    if len(intents) > 1 and intents[-2] in MISSES:
        return "utter_second_miss", topics
    if intents and intents[-1] == "out_of_scope":
        return "utter_off_topic", topics
    return "utter_unsure", topics
