"""What would change if the candidate went live: fixed, broken and changed answers, figures, and the gate. Pure.

The gate blocks for a loss in safety (nobody can override that), a broken answer of a protected FAQ, a broken
conversation test, or an overall loss that is more than chance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Collection, Mapping, Optional, Sequence

from bot.retrain.evaluate import Line

HELD_OUT, LEFT_OUT, TITLES = "held-out questions", "variants left out in turn", "the questions themselves"
SAFETY, CONVERSATIONS, REPLAY = "safety texts", "conversation tests", "real questions"
CHANCE = 0.05
PASSES, BLOCKED, NEVER = "passes", "blocked", "never"
_Z = 1.96
Answers = Mapping[str, Sequence[Line]]


@dataclass(frozen=True)
class Difference:
    """One question that is answered differently."""

    text: str
    expected: str
    before: str
    after: str


@dataclass(frozen=True)
class SetComparison:
    """One set of questions: how many there are, how many are right before and after, and the differences."""

    name: str
    n: int
    right_before: int
    right_after: int
    fixed: list[Difference] = field(default_factory=list)
    broken: list[Difference] = field(default_factory=list)
    changed: list[Difference] = field(default_factory=list)

    @property
    def chance(self) -> float:
        """How likely a loss like this one, or a greater one, is by chance (McNemar, exact, one-sided)."""
        return mcnemar(len(self.broken), len(self.fixed))


@dataclass(frozen=True)
class Blocker:
    """Why the candidate may not go live. rule: safety, protected, conversation or loss."""

    rule: str
    sentence: str


@dataclass(frozen=True)
class Comparison:
    """All sets, and what the gate says."""

    sets: list[SetComparison]
    blockers: list[Blocker]

    @property
    def verdict(self) -> str:
        """passes; blocked: an admin may override with a reason; never: a loss in safety."""
        if any(blocker.rule == "safety" for blocker in self.blockers):
            return NEVER
        return BLOCKED if self.blockers else PASSES

    def report(self) -> dict[str, Any]:
        """As JSON, with intervals."""
        return {
            "verdict": self.verdict,
            "blockers": [vars(blocker) for blocker in self.blockers],
            "sets": [
                {
                    "name": one.name,
                    "n": one.n,
                    "right_before": one.right_before,
                    "right_after": one.right_after,
                    "interval_before": wilson(one.right_before, one.n),
                    "interval_after": wilson(one.right_after, one.n),
                    "chance": one.chance,
                    **{
                        kind: [vars(difference) for difference in getattr(one, kind)]
                        for kind in ("fixed", "broken", "changed")
                    },
                }
                for one in self.sets
            ],
        }


def compare(
    before: Answers, after: Answers, protected: Sequence[str], retired: Collection[str] = ()
) -> Comparison:
    """before: the live version's lines of each set; after: the candidate's. Only texts that both have count.

    protected: outcome ids, or groups that end in a slash; retired: outcome ids that were taken out of use: what was
    asked for one of these is shown as changed, and is no loss unless it is protected.
    """
    aside = {outcome for outcome in retired if not is_protected(outcome, protected)}
    sets = [
        _compared(name, before.get(name, ()), lines, aside if name != SAFETY else set())
        for name, lines in after.items()
    ]
    return Comparison(sets, _blockers({one.name: one for one in sets}, tuple(protected)))


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share, both ends in percent."""
    if n == 0:
        return 0.0, 100.0
    share, z2 = right / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return round(100 * max(0.0, middle - half), 1), round(100 * min(1.0, middle + half), 1)


def mcnemar(broken: int, fixed: int) -> float:
    """P(at least so many broken of all that flipped), were either direction equally likely."""
    n = broken + fixed
    return float(sum(math.comb(n, k) for k in range(broken, n + 1)) / 2**n)


def is_protected(outcome: str, protected: Sequence[str]) -> bool:
    """Whether an outcome (or one of several, separated by |) is under protection."""
    return any(one in protected or f"{one.split('/')[0]}/" in protected for one in outcome.split("|"))


def _compared(name: str, before: Sequence[Line], after: Sequence[Line], aside: set[str]) -> SetComparison:
    old = {line.text: line for line in before}
    pairs, fixed, broken, changed = [], [], [], []
    for now in after:
        if now.text not in old:
            continue
        was = old[now.text]
        difference = Difference(now.text, now.expected, was.got, now.got)
        if set(now.expected.split("|")) <= aside:
            changed += [difference] if was.got != now.got else []
            continue
        pairs.append((was, now))
        right_before, right_after = was.verdict == "right", now.verdict == "right"
        if right_after and not right_before:
            fixed.append(difference)
        elif right_before and not right_after:
            broken.append(difference)
        elif was.got != now.got:
            changed.append(difference)
    right = [sum(line.verdict == "right" for line in side) for side in zip(*pairs, strict=True)] or [0, 0]
    return SetComparison(name, len(pairs), right[0], right[1], fixed, broken, changed)


def _blockers(sets: Mapping[str, SetComparison], protected: Sequence[str]) -> list[Blocker]:
    found = []

    def broken(name: str) -> list[Difference]:
        return sets[name].broken if name in sets else []

    if lost := broken(SAFETY):
        sentence = f"{_many(len(lost), 'text')} about danger would no longer get the crisis reply."
        found.append(Blocker("safety", sentence))
    for name in (HELD_OUT, TITLES):
        hit = sorted({d.expected for d in broken(name) if is_protected(d.expected, protected)})
        if hit:
            found.append(Blocker("protected", f"Answers that are protected would break ({name}): {', '.join(hit)}."))
    if lost := broken(CONVERSATIONS):
        names = ", ".join(sorted({difference.text for difference in lost}))
        found.append(Blocker("conversation", f"{_many(len(lost), 'conversation test')} would break: {names}."))
    for name in (HELD_OUT, LEFT_OUT):
        one = sets.get(name)
        if one and len(one.broken) > len(one.fixed) and one.chance < CHANCE:
            lost_net = len(one.broken) - len(one.fixed)
            found.append(Blocker("loss", f"More would break than mend ({name}): {lost_net} fewer right of {one.n}."))
    return found


def _many(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


def line(text: str, expected: str, got: Optional[str], right: bool) -> Line:
    """A line whose verdict is known."""
    return Line(text, expected, got or "", 0.0, [], "right" if right else "wrong")
