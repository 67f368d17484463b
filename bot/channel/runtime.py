"""Rasa's inside made to fit one process: actions without HTTP, the graph without Dask, trackers from the log.

What Rasa does here for every message is done once, where the result cannot differ (docs/decisions.md has the times).
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from functools import cache
from typing import Any, Dict, Hashable, Iterable, List, Mapping, Optional, Type

from rasa.core.actions.action import RemoteAction
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.tracker_store import TrackerStore
from rasa.engine.graph import GraphNode, GraphSchema
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

_REMEMBERED = 2000  # courses of conversations
# Rasa checks the JSON schema of what an action server sends, and the schema itself, for 30 ms. Ours is no server.
RemoteAction._validate_action_result = lambda _self, _result: True


class InProcessActions(EndpointConfig):
    """An action endpoint that hands the payload to rasa_sdk in this process: no server, no hop."""

    def __init__(self, package: str = "actions") -> None:
        super().__init__(url="in-process", enable_selective_domain=True)  # our actions do not read the domain
        self._executor = ActionExecutor()
        self._executor.register_package(package)

    async def request(self, *args: Any, json: Optional[Dict[str, Any]] = None, **kwargs: Any) -> Any:
        result = await self._executor.run(json)
        return result if isinstance(result, dict) else result.model_dump() if result else None


class PlainGraph:
    """Runs a loaded graph's nodes one after another: what DaskGraphRunner does, minus Dask's own cost."""

    def __init__(self, schema: GraphSchema, nodes: Dict[str, GraphNode]) -> None:
        self._schema = schema
        self._nodes = nodes
        self._orders: Dict[tuple[str, ...], List[tuple[str, tuple[str, ...]]]] = {}

    def run(
        self, inputs: Optional[Dict[str, Any]] = None, targets: Optional[List[str]] = None
    ) -> Dict[str, Any]:
        wanted = tuple(targets or self._schema.target_names)
        if wanted not in self._orders:
            self._orders[wanted] = self._order(wanted)
        results: Dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._orders[wanted]:
            results[name] = self._nodes[name](*(results[need] for need in needs))
        return dict(results[target] for target in wanted)

    def _order(self, targets: Iterable[str]) -> List[tuple[str, tuple[str, ...]]]:
        nodes = self._schema.minimal_graph_schema(list(targets)).nodes
        ordered: Dict[str, tuple[str, ...]] = {}

        def visit(name: str) -> None:
            if name in nodes and name not in ordered:
                needs = tuple(nodes[name].needs.values())
                for need in needs:
                    visit(need)
                ordered[name] = needs

        for target in targets:
            visit(target)
        return list(ordered.items())


class RememberedPredictions:
    """A graph that asks the policies once for every course a conversation can take.

    They are pure functions of the intents, actions and slots so far (`course`), and most visitors go the same ways:
    two predictions a message cost 4 ms anew, 0.1 ms remembered.
    """

    def __init__(self, graph: PlainGraph, domain: Domain, policies: str | None) -> None:
        self._graph, self._policies = graph, policies
        self._slots = {slot.name for slot in domain.slots if slot.influence_conversation}
        self._known: OrderedDict[Hashable, PolicyPrediction] = OrderedDict()

    def run(
        self, inputs: Optional[Dict[str, Any]] = None, targets: Optional[List[str]] = None
    ) -> Dict[str, Any]:
        if self._policies is None or targets != [self._policies]:
            return self._graph.run(inputs, targets)
        tracker = next(value for value in (inputs or {}).values() if isinstance(value, DialogueStateTracker))
        key = course(tracker.events, self._slots)
        found = self._known.get(key) if key is not None else None
        if found is None:
            found = self._graph.run(inputs, targets)[self._policies]
            if key is not None:
                self._known[key] = found
                if len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        given = copy.copy(found)
        given.events = [copy.copy(event) for event in found.events]  # the tracker writes its time into them
        return {self._policies: given}


def course(events: Iterable[Event], slots: Iterable[str]) -> Hashable:
    """What the policies see of a conversation; None when there is something in it that this does not know.

    slots: the names of those that influence it. Texts do not: our stories speak of intents (a test holds that).
    """
    seen: List[Hashable] = []
    for event in events:
        if isinstance(event, ActionExecuted):
            seen.append((event.action_name, event.action_text, event.hide_rule_turn))
        elif isinstance(event, UserUttered):
            if event.entities:
                return None
            seen.append(("user", event.intent_name))
        elif isinstance(event, SlotSet):
            if event.key in slots:
                seen.append(("slot", event.key, repr(event.value)))
        elif isinstance(event, DefinePrevUserUtteredFeaturization):
            seen.append(("text", event.use_text_for_featurization))
        elif not isinstance(event, (BotUttered, SessionStarted)):
            return None
    return tuple(seen)


def events_of(history: Iterable[Mapping[str, Any]]) -> List[Event]:
    """Rasa's events from their JSON: `deserialise_events` looks through all classes of events for each, 2 ms a turn."""
    made = (_event_class(event["event"])._from_parameters(dict(event)) for event in history)
    return [event for event in made if event is not None]


@cache
def _event_class(name: str) -> Type[Event]:
    found: Type[Event] = Event.resolve_by_type(name)
    return found


class TurnTrackers(TrackerStore):
    """Holds a tracker while its turn runs; between turns the conversation log holds its events."""

    def __init__(self, domain: Any) -> None:
        super().__init__(domain)
        self.current: Dict[str, DialogueStateTracker] = {}

    async def save(self, tracker: DialogueStateTracker) -> None:
        self.current[tracker.sender_id] = tracker

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        return self.current.get(sender_id)

    async def keys(self) -> Iterable[str]:
        return list(self.current)
