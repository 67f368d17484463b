"""What the channel asks of every text before anything else: is somebody in danger, and what is said then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.safety.replies import Replies
from bot.safety.screen import Screen


@dataclass(frozen=True)
class Alarm:
    """The crisis reply for the visitor, and the reason of the hit for the clinician."""

    message: dict[str, Any]
    reason: str


class Guard:
    """The screen and the replies; both are loaded once, at start."""

    def __init__(self, screen: Screen, replies: Replies) -> None:
        self._screen, self.replies = screen, replies

    def __call__(self, text: str, in_booking: bool = False) -> Alarm | None:
        """Screens one raw text; None when there is nothing."""
        hit = self._screen.check(text)
        if hit is None:
            return None
        return Alarm(self.replies.message(hit.outcome, hit.also, in_booking), hit.reason)
