"""The console's front door: every request passes here, and only here is decided who may do what.

In this order: the session, where a form came from, the table's roles, the form's token, the entry in the audit,
then the page. Pages are plain functions run in a thread, because they read the database.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Sequence
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, html, redirect, text

from bot.database import Database
from bot.errors import BotError, StorageUnavailable
from bot.review.access.accounts import Accounts
from bot.review.access.audit import Audit
from bot.review.access.passwords import Passwords
from bot.review.access.sessions import IN, Session, Sessions
from bot.review.access.throttle import Throttle
from bot.review.numbers import LONGEST_LOOK
from bot.review.ports import NotFound, Refusal, Services
from bot.review.templating import Templates
from bot.review.web import Answer, Download, Page, Route, Section, Visit

BASE = "/console"
COOKIE = "console"
ANYONE = frozenset({"anyone"})
HEADERS = {
    "Content-Security-Policy": "; ".join((
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
        "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
    )),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # "no-referrer" would take the Origin away that forms are known by
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}  # fmt: skip
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Options:
    """secure: staff reach the console by https. origins: where its forms may come from besides its own host.
    demo: the database holds invented conversations only; the demo's account needs no second factor."""

    secure: bool = False
    origins: tuple[str, ...] = ()
    demo: bool = False


class Refused(Exception):
    """Not allowed; the sentence is for the person."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Console:
    """The console's parts and its dispatcher. `migrate` before use."""

    def __init__(
        self,
        database: Database,
        services: Services,
        options: Options | None = None,
        sections: Sequence[Section] = (),
        passwords: Passwords | None = None,
    ) -> None:
        from bot.review.parts import Parts
        from bot.review.routes import ROUTES

        self.database, self.services, self.options = database, services, options or Options()
        self.accounts = Accounts(database, services.cipher, passwords)
        self.sessions = Sessions(database, services.cipher)
        self.throttle, self.audit = Throttle(database), Audit(database)
        self.parts = Parts(database, services)
        self.routes: tuple[Route, ...] = (*ROUTES, *(route for section in sections for route in section.routes))
        self._templates = Templates(self, sections)
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="console")

    def migrate(self) -> None:
        """Brings the console's tables to this version; the log's must be there already."""
        self.database.migrate(Path(__file__).parent / "migrations", "review_version")

    def look_ahead(self) -> None:
        """Reads what came while nobody looked and adds up the days, so that no page waits for it. Never raises."""
        try:
            self.parts.index.catch_up(now=True)
            today = datetime.now(ZoneInfo(self.services.zone)).date()
            self.parts.numbers.look(today - LONGEST_LOOK, today)
        except Exception as error:  # the pages do the same when they are opened, and say what is wrong
            logger.warning("The console could not look ahead: %s", type(error).__name__)

    def mount(self, app: Sanic) -> None:
        """Adds every route to an app."""
        for number, route in enumerate(self.routes):
            handler = partial(self._serve, route)
            name, strict = f"console_{number}", route.path == "/"  # else the last route would take "/console/"
            app.add_route(handler, BASE + route.path, methods=[route.method], name=name, strict_slashes=strict)
            if strict:
                app.add_route(handler, BASE, methods=[route.method], name=f"{name}_plain", strict_slashes=True)
        for name, asset in self._templates.assets.items():
            app.add_route(asset.answer, f"{BASE}/static/{name}", methods=["GET"], name=f"console_{name}")
        app.add_route(self._nothing, f"{BASE}/<path:path>", methods=["GET", "POST"], name="console_nothing")

    async def _serve(self, route: Route, request: Request, **ids: str) -> HTTPResponse:
        work = partial(self.answer, route, request, ids)
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def _nothing(self, request: Request, path: str) -> HTTPResponse:  # noqa: ARG002
        return self._finish(html(self._templates.error(None, 404, "There is nothing at this address."), 404))

    def answer(self, route: Route, request: Request, ids: dict[str, str]) -> HTTPResponse:
        """The whole of one request, blocking."""
        began = time.perf_counter()
        visit: Visit | None = None
        try:
            session = self.sessions.find(request.cookies.get(COOKIE) or "")
            visit = self._visit(request, ids, session)
            if (elsewhere := self._let_in(route, request, visit)) is not None:
                return self._finish(elsewhere)
            if route.audit and visit.account:
                self.audit.note(visit.account.name, route.audit, next(iter(ids.values()), ""))
            response = self._respond(visit, route.handler(visit))
        except Exception as error:
            response = self._trouble(visit, error)
        response.headers["Server-Timing"] = f"page;dur={(time.perf_counter() - began) * 1000:.1f}"
        return self._finish(response)

    def _visit(self, request: Request, ids: dict[str, str], session: Session | None) -> Visit:
        return Visit(
            console=self,
            path=request.path,
            ids=ids,
            query=dict(request.args),
            form=dict(request.form or {}) if request.method == "POST" else {},
            address=request.ip,
            account=self.accounts.find(session.account_id) if session else None,
            session=session,
            partial="hx-request" in request.headers,
        )

    def _let_in(self, route: Route, request: Request, visit: Visit) -> HTTPResponse | None:
        """None when the visit may go on; where to go instead, when a log-in is missing. Raises Refused."""
        if request.method == "POST" and not self._is_ours(request):
            raise Refused(403, "This form came from another site, so nothing was done.")
        if route.allowed != ANYONE:
            stage = visit.session.stage if visit.session and visit.account else None
            holds = visit.account.roles if visit.account and stage == IN else {stage}
            if not route.allowed & holds:
                if stage == IN:
                    raise Refused(403, "Your account has no right to this; ask the practice's administrator.")
                return self._to_log_in(request)
        if request.method == "POST" and visit.session is not None:
            given = visit.field("csrf") or request.headers.get("x-csrf-token", "")
            if not secrets.compare_digest(given.encode(), visit.session.csrf.encode()):
                raise Refused(403, "This page was too old, so nothing was done; please open it again and repeat.")
        return None

    def _is_ours(self, request: Request) -> bool:
        origin = request.headers.get("origin", "")
        return bool(origin) and (urlsplit(origin).netloc == request.host or origin in self.options.origins)

    def _to_log_in(self, request: Request) -> HTTPResponse:
        if "hx-request" in request.headers:  # the whole page must change, not the part that was asked for
            return text("", 401, headers={"HX-Redirect": f"{BASE}/login"})
        return redirect(f"{BASE}/login", status=303)

    def _respond(self, visit: Visit, answer: Answer) -> HTTPResponse:
        if isinstance(answer, Page):
            return html(self._templates.render(visit, answer), answer.status)
        if isinstance(answer, Download):
            headers = {"Content-Disposition": f'attachment; filename="{answer.name}"'}
            return text(answer.content, headers=headers, content_type=answer.content_type)
        if answer.told and visit.session and answer.token is None:
            self.sessions.tell(visit.session, {"text": answer.told, "undo": answer.undo})
        response = redirect(BASE + answer.path, status=303)
        if answer.token is not None:
            self._set_cookie(response, answer.token)
        return response

    def _set_cookie(self, response: HTTPResponse, token: str) -> None:
        response.cookies[COOKIE] = token
        cookie = response.cookies[COOKIE]
        cookie["path"], cookie["httponly"], cookie["samesite"] = BASE, True, "Strict"
        if self.options.secure:
            cookie["secure"] = True
        if not token:
            cookie["max-age"] = 0

    def _trouble(self, visit: Visit | None, error: Exception) -> HTTPResponse:
        if isinstance(error, Refused):
            status, sentence = error.status, str(error)
        elif isinstance(error, NotFound):
            status, sentence = 404, str(error)
        elif isinstance(error, StorageUnavailable):
            status, sentence = 503, "The database cannot be used just now; please try again in a moment."
        elif isinstance(error, Refusal):
            status, sentence = 422, str(error)
        elif isinstance(error, BotError):
            status, sentence = 409, str(error)
        else:
            reference = uuid.uuid4().hex[:12]
            logger.error("Unexpected %s in the console, reference %s", type(error).__name__, reference)
            status, sentence = 500, f"Something went wrong here. Reference: {reference}"
        return html(self._templates.error(visit, status, sentence), status)

    def _finish(self, response: HTTPResponse) -> HTTPResponse:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if self.options.secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
