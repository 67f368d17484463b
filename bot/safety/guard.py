"""What the channel asks of every text before anything else: is somebody in danger, and what is said then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

from bot.safety.replies import Replies
from bot.safety.screen import Screen


@dataclass(frozen=True)
class Alarm:
    """The crisis reply for the visitor, and the reason of the hit for the clinician."""

    message: dict[str, Any]
    reason: str


class Guard:
    """The screen and the replies; both are loaded once, at start.

    is_plain_answer: whether a text is nothing but an answer to a booking's question of the time. Within a booking the
    classifier alone does not make an alarm of such a text ("after the holidays"); a signal always does.
    """

    def __init__(
        self, screen: Screen, replies: Replies, is_plain_answer: Callable[[str], bool] = lambda _text: False
    ) -> None:
        self._screen, self.replies, self._is_plain_answer = screen, replies, is_plain_answer

    def __call__(self, text: str, in_booking: bool = False) -> Alarm | None:
        """Screens one raw text; None when there is nothing."""
        hit = self._screen.check(text)
        if hit is None or (in_booking and hit.stage == "classifier" and self._is_plain_answer(text)):
            return None
        return Alarm(self.replies.message(hit.outcome, hit.also, in_booking), hit.reason)
