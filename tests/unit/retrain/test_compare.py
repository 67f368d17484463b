"""The gate: what blocks, what may be overridden, and the figures beside it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.retrain import compare
from bot.retrain.compare import BLOCKED, CONVERSATIONS, HELD_OUT, NEVER, PASSES, SAFETY, TITLES
from bot.retrain.studio import PROTECTED


def lines(expected: str, verdicts: str) -> list[Any]:
    right = [verdict == "r" for verdict in verdicts]
    return [compare.line(f"{expected} {i}", expected, expected if r else "faq/x", r) for i, r in enumerate(right)]


def verdict(name: str, expected: str, before: str, after: str) -> str:
    return compare.compare({name: lines(expected, before)}, {name: lines(expected, after)}, PROTECTED).verdict


@pytest.mark.parametrize(
    "name, expected, before, after, said",
    [
        (SAFETY, "safety/self_harm", "rrr", "rrw", NEVER),
        (SAFETY, "safety/self_harm", "rrw", "rrr", PASSES),
        (HELD_OUT, "faq/cost", "rrr", "rrw", BLOCKED),
        (HELD_OUT, "booking/cancel", "rrr", "rrw", BLOCKED),
        (HELD_OUT, "faq/hours", "rrr", "rrw", PASSES),
        (HELD_OUT, "faq/hours|faq/cost", "rrr", "rrw", BLOCKED),
        (TITLES, "faq/no_sexual_activity", "r", "w", BLOCKED),
        (CONVERSATIONS, "", "r", "w", BLOCKED),
        (HELD_OUT, "faq/hours", "r" * 30, "w" * 4 + "r" * 26, PASSES),
        (HELD_OUT, "faq/hours", "r" * 30, "w" * 5 + "r" * 25, BLOCKED),
        (HELD_OUT, "faq/hours", "r" * 30 + "w" * 5, "w" * 5 + "r" * 30, PASSES),
    ],
)
def test_the_gate(name: str, expected: str, before: str, after: str, said: str) -> None:
    assert verdict(name, expected, before, after) == said


def test_only_differences_are_shown() -> None:
    before, after = lines("faq/a", "rwwr"), lines("faq/a", "wrwr")
    one = compare.compare({HELD_OUT: before}, {HELD_OUT: after}, ()).sets[0]
    assert ([d.text for d in one.fixed], [d.text for d in one.broken], one.changed) == (["faq/a 1"], ["faq/a 0"], [])


def test_questions_that_only_one_side_has_do_not_count() -> None:
    one = compare.compare({HELD_OUT: lines("faq/a", "rr")}, {HELD_OUT: lines("faq/a", "rrw")}, ()).sets[0]
    assert (one.n, one.right_before, one.right_after) == (2, 2, 2)


def test_what_was_taken_out_of_use_is_shown_and_no_loss_unless_it_is_protected() -> None:
    def compared(name: str, outcome: str, retired: str) -> Any:
        before, after = lines(outcome, "r" * 9) + lines("faq/b", "rr"), lines(outcome, "w" * 9) + lines("faq/b", "rw")
        return compare.compare({name: before}, {name: after}, PROTECTED, [retired])

    whole = compared(HELD_OUT, "faq/hours", "faq/hours")
    one = whole.sets[0]
    assert (whole.verdict, one.n, one.right_before, one.right_after) == (PASSES, 2, 2, 1)
    assert len(one.changed) == 9 and [d.text for d in one.broken] == ["faq/b 1"]
    assert compared(HELD_OUT, "faq/hours", "faq/other").verdict == BLOCKED
    assert compared(HELD_OUT, "faq/cost", "faq/cost").verdict == BLOCKED
    assert compared(HELD_OUT, "faq/hours|faq/x", "faq/hours").verdict == BLOCKED
    assert compared(SAFETY, "safety/self_harm", "safety/self_harm").verdict == NEVER


@pytest.mark.parametrize("right, n, low, high", [(0, 0, 0, 100), (10, 10, 72.2, 100), (50, 100, 40.4, 59.6)])
def test_wilson_intervals(right: int, n: int, low: float, high: float) -> None:
    assert compare.wilson(right, n) == (low, high)


@pytest.mark.parametrize("broken, fixed, chance", [(0, 0, 1.0), (5, 0, 1 / 32), (4, 0, 1 / 16), (1, 1, 0.75)])
def test_mcnemar_is_exact(broken: int, fixed: int, chance: float) -> None:
    assert compare.mcnemar(broken, fixed) == chance
