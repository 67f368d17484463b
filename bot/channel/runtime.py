"""Rasa's inside made to fit one process: actions without HTTP, the graph without Dask, trackers from the log."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional

from rasa.core.tracker_store import TrackerStore
from rasa.engine.graph import GraphNode, GraphSchema
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor


class InProcessActions(EndpointConfig):
    """An action endpoint that hands the payload to rasa_sdk in this process: no server, no hop."""

    def __init__(self, package: str = "actions") -> None:
        super().__init__(url="in-process")
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
