"""For whoever runs the server: is it alive, is it ready, and how is it doing (Prometheus, not public)."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from sanic.request import Request
from sanic.response import HTTPResponse, raw
from sanic.response import json as as_json

from bot.channel.ports import Ports
from bot.channel.refused import Refused
from bot.channel.threads import Threads


class Metrics:
    """What is counted."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.answers = Counter("bot_answers", "Answers by outcome", ["outcome"], registry=self._registry)
        self.seconds = Histogram("bot_turn_seconds", "Time to answer a message", registry=self._registry)

    def written(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return bytes(generate_latest(self._registry))


class Health:
    """The handlers of /healthz, /readyz and /metrics."""

    def __init__(self, ports: Ports, threads: Threads, metrics: Metrics) -> None:
        self._log, self._dialogue, self._threads, self._metrics = ports.log, ports.dialogue, threads, metrics

    async def alive(self, _request: Request) -> HTTPResponse:
        return as_json({"status": "alive"})

    async def ready(self, _request: Request) -> HTTPResponse:
        await self._threads.run(self._log.check)
        if not self._dialogue.ready:
            raise Refused(503, "no_model", "The trained model could not be loaded; only crisis replies are given.")
        return as_json({"status": "ready", "model": self._dialogue.model_version})

    async def metrics(self, request: Request) -> HTTPResponse:
        if request.ip not in ("127.0.0.1", "::1") or "x-forwarded-for" in request.headers:
            raise Refused(404, "not_found", "There is nothing at this address.")
        return raw(self._metrics.written(), content_type="text/plain; version=0.0.4")
