"""Advice while writing: each remark beside a near-miss that gets none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Sequence
from zlib import crc32

import numpy as np
import pytest

from bot.retrain.checks import Helpers, advise, figures_in, nearest, reading_level
from bot.retrain.faq import Faq

WORDS = ["park", "cost", "dog", "where", "call", "free", "long", "house"]
GOOD = Faq(
    "faq/parking", "Where can I park?", ("You can park behind the house. It is free.",),
    ("where to park", "a place to park my car", "is there a lot for the car", "street or garage?", "i come by car"),
    owner="Ann",
)  # fmt: skip
COST = Faq("faq/cost", "What does it cost?", ("Please call us. We tell you the cost.",), ("cost?",), owner="Ann")


def encode(texts: Sequence[str]) -> Any:
    """A vector of which known words a text has, and a little of the text itself."""
    rows = []
    for text in texts:
        known = [float(word in text.lower()) for word in WORDS]
        rows.append([*known, *(0.4 * (crc32((text + str(i)).encode()) % 7 - 3) for i in range(4))])
    found = np.array(rows)
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def helpers(**given: Any) -> Helpers:
    nothing = {"encode": encode, "winner": lambda t: None, "alarm": lambda t: False, "personal": lambda t: False}
    return Helpers(**{**nothing, **given})


def said(faq: Faq, figures: Sequence[str] = (), **given: Any) -> str:
    return " ".join(advice.sentence for advice in advise(faq, [COST], figures, helpers(**given)))


def test_a_good_faq_gets_no_advice() -> None:
    assert said(GOOD) == ""


@pytest.mark.parametrize(
    "change, words",
    [
        ({"variants": GOOD.variants[:4]}, "at least 5"),
        ({"answer": ("It is free.",)}, "Two to four"),
        ({"answer": ("It is. " * 5,)}, "this one has 5"),
        ({"answer": ("It costs 200 dollars. Please call us.",)}, "200 stands neither"),
        ({"answer": ("word " * 29 + "end. It is free.",)}, "make two of it"),
        ({"answer": ("Psychotherapeutic organizations necessitate confidentiality. It is.",)}, "school year"),
        ({"owner": ""}, "Name who answers"),
    ],
)  # fmt: skip
def test_the_wording_is_looked_at(change: dict[str, Any], words: str) -> None:
    assert words in said(replace(GOOD, **change))


def test_figures_that_the_practice_tells_are_fine() -> None:
    answer = ("It takes 50 minutes. It helps 43 percent, and {free_minutes} are free.",)
    assert "stands neither" not in said(replace(GOOD, answer=answer), figures=["50"])
    assert figures_in("at 9:30, 2,500 or 31% in the 1960s {fees}") == {"9:30", "2,500", "31%", "1960s"}


def test_a_variant_that_another_faq_wins_is_named() -> None:
    heard = said(GOOD, winner=lambda text: "faq/cost" if "garage" in text else None)
    assert "answered with “What does it cost?”" in heard
    assert said(GOOD, winner=lambda text: "faq/parking") == ""


def test_words_of_danger_and_personal_details_are_grave() -> None:
    for given in ({"alarm": lambda text: "car" in text}, {"personal": lambda text: "car" in text}):
        assert any(advice.grave for advice in advise(GOOD, [COST], (), helpers(**given)))


def test_the_nearest_faqs_come_with_their_similarity() -> None:
    def by_word(texts: Sequence[str]) -> Any:
        return np.array([[float("park" in t.lower()), float("cost" in t.lower())] for t in texts])

    garage = replace(COST, id="faq/garage", title="Can I park in the garage?", answer=("No. Please walk.",))
    near = nearest(GOOD, [COST, garage], by_word)
    assert [(one.id, one.similarity) for one in near] == [("faq/garage", 1.0), ("faq/cost", 0.0)]
    remarks = advise(GOOD, [COST, garage], (), helpers(encode=lambda t: by_word(t) if "?" in t[0] else np.eye(2)))
    assert any("another answer" in advice.sentence and advice.grave for advice in remarks)


def test_plain_words_read_easier() -> None:
    assert reading_level("You can call us. It is free.") < 5
    assert reading_level("Confidentiality necessitates organization.") > 9
