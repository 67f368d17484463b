"""The safety screen: raw text in, a class of danger or nothing out.

Two stages, both ours and explainable: the curated signals, and a classifier on the sentence encoder. Either is
enough for a hit, and either works without the other. Retraining the FAQ changes neither.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Callable, Mapping, Protocol

from bot.safety.signals import Signal, Signals

# When signals of several classes speak and the classifier does not: what cannot wait comes first.
MOST_URGENT_FIRST = (
    "safety/medical_emergency",
    "safety/self_harm",
    "safety/child_abuse",
    "safety/therapist_misconduct",
    "safety/sexual_assault",
    "safety/harm_to_others",
    "safety/partner_violence",
)
SIGNAL = 0.4  # what a signal adds to the classifier's probability of its class, when several classes are found
HARMLESS = 0.3  # below this in every part of a text, the classifier overrules a signal: a saying, a film, a game
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hit:
    """What was found. `reason` is for the clinician; `also` are further classes found in the same text."""

    outcome: str
    reason: str
    stage: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """What the classifier says of a text: a hit or not, how dangerous its worst part looks (0 to 1), and the
    highest probability of each class."""

    hit: bool
    danger: float
    chances: Mapping[str, float]


_NO_JUDGE = Judgement(False, 1.0, {})  # a signal then needs nobody's consent


class Judge(Protocol):
    """The classifier, as the screen needs it."""

    def judge(self, text: str) -> Judgement:
        """Judges one raw text."""


class Screen:
    """Both stages together; without a judge, the signals alone."""

    def __init__(self, signals: Signals, judge: Judge | None = None) -> None:
        self._signals, self._judge = signals, judge
        self._beside = ThreadPoolExecutor(2, thread_name_prefix="screen-signals")

    def check(self, text: str) -> Hit | None:
        """Screens one raw text."""
        looking = self._begun(text)
        judged = self._judged(text)
        signals = looking()
        if judged.danger < HARMLESS:
            signals = [signal for signal in signals if signal.certain]
        if not signals and not judged.hit:
            return None
        named = dict.fromkeys(signal.outcome for signal in signals)
        weights = {name: judged.chances.get(name, 0.0) + SIGNAL * (name in named) for name in MOST_URGENT_FIRST}
        outcome = max(MOST_URGENT_FIRST, key=lambda name: weights[name])  # equal weights: the more urgent
        also = tuple(name for name in named if name != outcome)
        reasons = [f"{signal.name}: {signal.reason}" for signal in signals]
        if judged.hit:
            reasons.append(f"the classifier finds {100 * judged.chances[outcome]:.0f} % {outcome}")
        stage = "both" if signals and judged.hit else "signals" if signals else "classifier"
        return Hit(outcome, "; ".join(reasons), stage, also)

    def _begun(self, text: str) -> Callable[[], list[Signal]]:
        """Looks for signals in a thread beside this one, whose encoder leaves Python free; if there is none to be had,
        in this one."""
        try:
            return self._beside.submit(self._signals.check, text).result
        except RuntimeError:
            return lambda: self._signals.check(text)

    def _judged(self, text: str) -> Judgement:
        if self._judge is None:
            return _NO_JUDGE
        try:
            return self._judge.judge(text)
        except Exception as error:  # whatever breaks in there, the signals still speak
            logger.error("The safety classifier failed: %s", type(error).__name__)
            return _NO_JUDGE
