"""The visitor API as a Sanic app: which handler answers what, the headers of every answer, and errors.

The handlers are in messages.py (a message), conversations.py (the rest of a visitor's calls) and health.py.
"""

from __future__ import annotations

import uuid

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty
from sanic.response import json as as_json

from bot.channel.alarms import Alarms
from bot.channel.bodies import MAX_BODY
from bot.channel.conversations import Conversations
from bot.channel.health import Health, Metrics
from bot.channel.keeping import Keeper
from bot.channel.messages import Messages
from bot.channel.openapi import document
from bot.channel.ports import Ports
from bot.channel.refused import error_answer
from bot.channel.sessions import Sessions
from bot.channel.static import add_pages
from bot.channel.threads import Threads
from bot.settings import Settings

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
}


def create_app(settings: Settings, ports: Ports, page: str) -> Sanic:
    """The Sanic app: every route of the visitor API, the pages and the widget. page: the HTML at /."""
    app = Sanic(f"practice-chatbot-{uuid.uuid4().hex[:8]}", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_BODY
    app.config.ACCESS_LOG = False
    _add_calls(app, settings, ports)
    add_pages(app, page)

    @app.middleware("response")
    async def headers(request: Request, response: HTTPResponse) -> None:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.path.startswith("/chat"):
            response.headers["Cache-Control"] = "no-store"
        origin = request.headers.get("origin")
        response.headers["Vary"] = ", ".join(filter(None, (response.headers.get("Vary"), "Origin")))
        if origin in settings.allowed_origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
            response.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"

    @app.exception(Exception)
    async def failed(request: Request, error: Exception) -> HTTPResponse:
        if request.method == "OPTIONS":  # a browser's CORS question; the answer is in the headers
            return empty()
        return error_answer(error)

    return app


def _add_calls(app: Sanic, settings: Settings, ports: Ports) -> None:
    sessions, threads, metrics = Sessions(settings, ports.log), Threads(8, "turn"), Metrics()
    keeper = Keeper(ports, metrics)
    alarms = Alarms(ports, sessions, threads, keeper)
    messages = Messages(ports, sessions, threads, keeper, alarms)
    conversations = Conversations(ports, sessions, threads, alarms, settings.session_hours)
    health = Health(ports, threads, metrics)
    for handler, path, method in (
        (conversations.start, "/chat/sessions", "POST"),
        (messages.message, "/chat/messages", "POST"),
        (conversations.history, "/chat/messages", "GET"),
        (conversations.feedback, "/chat/feedback", "POST"),
        (conversations.transcript, "/chat/transcript", "GET"),
        (conversations.erase, "/chat/session", "DELETE"),
        (conversations.erase_by_code, "/chat/erase", "POST"),
        (conversations.notice, "/chat/notice", "GET"),
        (health.alive, "/healthz", "GET"),
        (health.ready, "/readyz", "GET"),
        (health.metrics, "/metrics", "GET"),
    ):
        app.add_route(handler, path, methods=[method], name=f"{method}_{handler.__name__}")

    @app.get("/openapi.json")
    async def openapi(_request: Request) -> HTTPResponse:
        return as_json(document())
