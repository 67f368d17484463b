"""Rasa's processor for a turn, without what it does for a debug log that nobody reads and for features that our
domain does not use. What a turn gives is the same (a test compares both).
"""

from __future__ import annotations

from copy import copy
from typing import Any, List, Optional

from rasa.core.actions.action import Action, ActionListen
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import ACTION_VALIDATE_SLOT_MAPPINGS, DEFAULT_SLOT_NAMES
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecutionRejected, Event
from rasa.shared.core.trackers import DialogueStateTracker


class TurnProcessor(MessageProcessor):  # type: ignore[misc]
    """Made of a loaded processor by `of`."""

    _fills_slots: bool

    @classmethod
    def of(cls, processor: MessageProcessor) -> TurnProcessor:
        """One with the parts of this processor."""
        made: Any = copy(processor)
        made.__class__ = cls
        made._fills_slots = fills_slots(processor.domain)
        return made  # type: ignore[no-any-return]

    async def run_action_extract_slots(
        self, output_channel: OutputChannel, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        return await super().run_action_extract_slots(output_channel, tracker) if self._fills_slots else tracker

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        if not isinstance(action, ActionListen):
            going_on: bool = await super()._run_action(action, tracker, output_channel, nlg, prediction)
            return going_on
        self._log_action_on_tracker(tracker, action, [], prediction)  # it does nothing that would need a copy
        return False

    def _log_action_on_tracker(
        self,
        tracker: DialogueStateTracker,
        action: Action,
        events: Optional[List[Event]],
        prediction: PolicyPrediction,
    ) -> None:
        """As Rasa does it, but for two deep copies of events for its debug log."""
        events = events or []
        if not any(isinstance(event, ActionExecutionRejected) for event in events):
            tracker.update_with_events(prediction.events, self.domain)
            tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(events, self.domain)


def fills_slots(domain: Domain) -> bool:
    """Whether Rasa has to look for a slot's value in what was said: not while only actions set them."""
    mappings = [mapping for slot in domain.slots if slot.name not in DEFAULT_SLOT_NAMES for mapping in slot.mappings]
    by_actions = all(mapping.get("type") == "custom" and not mapping.get("action") for mapping in mappings)
    return not by_actions or ACTION_VALIDATE_SLOT_MAPPINGS in domain.user_actions
