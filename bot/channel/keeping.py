"""Puts an answered message into the conversation log: one turn, whole, once."""

from __future__ import annotations

import time
from datetime import datetime, timezone

from bot.channel.health import Metrics
from bot.channel.ports import Ports
from bot.channel.refused import Refused
from bot.channel.turn import Reply
from bot.conversation import Turn, TurnExists


class Keeper:
    """Makes turns and stores them."""

    def __init__(self, ports: Ports, metrics: Metrics) -> None:
        self._log, self._dialogue, self._redact = ports.log, ports.dialogue, ports.privacy.redact
        self._metrics = metrics

    def turn(
        self,
        conversation_id: str,
        number: int,
        message_id: str,
        said: str | None,
        choice: str | None,
        reply: Reply,
        started: float,
    ) -> Turn:
        """The turn to store. said: as it may be stored; started: of time.perf_counter."""
        return Turn(
            conversation_id=conversation_id,
            message_id=message_id,
            number=number,
            at=datetime.now(timezone.utc),
            text=said,
            choice=choice,
            outcome=reply.outcome,
            confidence=reply.confidence,
            alternatives=reply.alternatives,
            answer_id=reply.answer_id,
            messages=reply.messages,
            model_version=reply.model_version or self._dialogue.model_version,
            latency_ms=round((time.perf_counter() - started) * 1000, 2),
            events=reply.events,
            safety_reason=None if reply.safety_reason is None else self._redact(reply.safety_reason),
        )

    def keep(self, turn: Turn) -> Turn:
        """Stores a turn; gives the one that is stored. It blocks. Raises Refused, StorageUnavailable."""
        try:
            self._log.add(turn)
        except TurnExists:  # another process answered the same message in between
            stored = self._log.turn(turn.conversation_id, turn.message_id)
            if stored is None:
                raise Refused(409, "try_again", "Two messages crossed; please send it again.") from None
            return stored
        self._metrics.answers.labels(turn.outcome).inc()
        return turn

    def took(self, started: float) -> None:
        """Counts how long an answer took. started: of time.perf_counter."""
        self._metrics.seconds.observe(time.perf_counter() - started)
