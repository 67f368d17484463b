"""The visitor API: sessions, idempotent turns, limits. Handlers parse, call, translate errors, return.

A visitor's text is never logged; an unexpected error is logged with its type and an id only.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import secrets
import time
import uuid
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any, Callable, Coroutine, Iterator, TypeVar

import limits
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, empty, raw, text
from sanic.response import json as as_json

from bot.channel.openapi import document
from bot.channel.privacy import Privacy, log_alone
from bot.channel.recent import RecentlySeen
from bot.channel.static import add_pages
from bot.channel.turn import (
    CONTACT_FORM,
    ContactDetails,
    Dialogue,
    NoContactDetails,
    Reply,
    Screen,
    alarm_reply,
    unscreened,
)
from bot.errors import StorageUnavailable
from bot.log.store import Conversation, ConversationLog, Turn, TurnExists
from bot.privacy.codes import code_hash, new_code
from bot.safety.guard import Alarm
from bot.settings import Settings

MAX_CHARACTERS = 1000
MAX_FIELDS = 20
MAX_NAME_WORDS = 3
MAX_BODY = 16384  # JSON may escape a character in 12 bytes (an emoji), so 1,000 fit
REPLY_TIMEOUT = 10.0
REMEMBERED_TURNS = 4  # how far back the dialogue looks
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
}
Result = TypeVar("Result")
logger = logging.getLogger(__name__)


class Refused(Exception):
    """An error answer: {error: {code, message}} with a message a person can act on."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.headers = status, code, message, headers


@dataclass(frozen=True)
class _Asked:
    """A message with what it finds in the log; its words as they may be stored: redacted, contact details as tokens."""

    conversation: Conversation
    stored: Turn | None
    number: int
    events: list[dict[str, Any]]
    said: str | None
    form: dict[str, Any] | None


class VisitorApi:
    """The handlers and what they share. `screen` sees the raw text of a message before anything else
    and may answer it at once: the place of the safety screen."""

    def __init__(
        self,
        settings: Settings,
        log: ConversationLog,
        dialogue: Dialogue,
        screen: Screen,
        details: ContactDetails,
        privacy: Privacy,
    ) -> None:
        self._settings, self._log, self._dialogue, self._screen = settings, log, dialogue, screen
        self._details, self._privacy = details, privacy
        self._in_booking = RecentlySeen(10_000)  # tokens whose booking is open, so that a crisis reply can say so
        self._threads = ThreadPoolExecutor(8, thread_name_prefix="turn")
        self._screening = ThreadPoolExecutor(2, thread_name_prefix="screen")
        self._turns: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._storage = MemoryStorage()  # kept here: the limiter holds it by a weak reference only
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._tasks: set[asyncio.Task[None]] = set()  # a task nobody holds may be collected before it ends
        self._per_session = limits.parse(f"{settings.messages_per_minute}/minute")
        self._per_address = limits.parse(f"{settings.sessions_per_hour}/hour")
        self._codes_tried = limits.parse("30/hour")
        self.registry = CollectorRegistry()
        self._answers = Counter("bot_answers", "Answers by outcome", ["outcome"], registry=self.registry)
        self._seconds = Histogram("bot_turn_seconds", "Time to answer a message", registry=self.registry)

    async def start(self, request: Request) -> HTTPResponse:
        body = _body(request)
        if body.get("consent") is not True:
            raise Refused(422, "consent_needed", "Please accept the notice first; nothing is stored before.")
        notice, read = self._privacy.notice, body.get("notice_version")
        if read is not None and read != notice.version:
            raise Refused(409, "notice_changed", "The notice has changed since; please read it again and accept it.")
        self._allow(self._per_address, request.ip)
        locale = body.get("locale")
        token, code = secrets.token_urlsafe(32), new_code()
        expires_at = datetime.now(timezone.utc) + timedelta(hours=self._settings.session_hours)
        opening = self._dialogue.opening()
        language = _language(locale)
        kind = "test" if body.get("test") is True else "visitor"  # the practice's own tries, kept apart in the console
        start = partial(self._log.start, kind=kind, erasure_hash=code_hash(code))
        await self._in_thread(start, _hash(token), language, notice.version, expires_at, opening)
        made = {"token": token, "expires_at": expires_at.isoformat(), "messages": opening}
        return as_json({**made, "notice_version": notice.version, "erasure_code": code}, 201)

    async def notice(self, _request: Request) -> HTTPResponse:
        notice = {"version": self._privacy.notice.version, "text": self._privacy.notice.text}
        return as_json({"notice": notice, "crisis": {"resources": list(self._privacy.crisis)}})

    async def message(self, request: Request) -> HTTPResponse:
        started = time.perf_counter()
        body = _body(request)
        said, choice = body.get("text"), body.get("choice")
        if isinstance(said, str):
            said = _storable(said)
        written = "\n".join([*([said] if isinstance(said, str) else []), *_form_texts(body)])
        token = _token_of(request)
        finding = self._begin(self._found, token)  # both while the screen's encoder leaves time for it
        redacting = self._begin(self._redacted, said)
        alarm = await self._screened(written, token in self._in_booking)
        if alarm is not None:
            # a short field of a form is a name or a number, which redaction cannot tell without words around it
            longer = [value for value in _form_texts(body) if len(value.split()) > MAX_NAME_WORDS]
            kept = said if isinstance(said, str) else "\n".join(longer)
            self._later(self._keep_alarm(request, body.get("id"), kept, alarm, started))
            return as_json({"messages": [alarm.message]})  # before the token is looked at: danger does not wait
        message_id = _message_id(body.get("id"))
        form = _form_values(body)
        if [said, choice, form].count(None) != 2 or (form is None and not isinstance(said or choice, str)):
            raise Refused(422, "text_or_choice", "Send a text, a choice or a form.")
        if isinstance(said, str) and len(said) > MAX_CHARACTERS:
            raise Refused(422, "text_too_long", f"Please write at most {MAX_CHARACTERS} characters.")
        if choice is not None and not self._dialogue.knows_choice(choice):
            raise Refused(422, "unknown_choice", "That choice is not known; please write your question instead.")
        conversation, redacted = await finding, await redacting
        async with self._alone(token):  # two clicks at once: the second finds the first one's answer
            asked = await self._in_thread(self._asked, conversation, message_id, said, redacted, form)
            self._details.seen_from(body.get("zone"), asked.conversation.id)
            if asked.stored is not None:
                shown = await self._in_thread(self._details.shown, asked.stored.messages, asked.conversation.id)
            else:
                shown, in_booking = await self._answer(asked, message_id, choice if form is None else None, started)
                self._in_booking.note(token, in_booking)
        return as_json({"messages": shown})

    def _asked(
        self,
        conversation: Conversation,
        message_id: str,
        said: str | None,
        redacted: str | None,
        form: dict[str, Any] | None,
    ) -> _Asked:
        """What is needed to answer a message, with its words as they may be stored. In a thread: it blocks."""
        before = self._log.before(conversation.id, message_id, REMEMBERED_TURNS)
        if before.stored is None:
            self._allow(self._per_session, conversation.id)
            if said is not None:
                taken = self._details.taken(said, conversation.id, before.events)
                # what a booking needs stands there as tokens by now
                redacted = redacted if taken == said else self._privacy.redact(taken)
            if form is not None:
                form = self._details.taken_form(form, conversation.id)
                form = {name: self._privacy.redact(v) if isinstance(v, str) else v for name, v in form.items()}
        return _Asked(conversation, before.stored, before.number, before.events, redacted, form)

    async def _screened(self, written: str, in_booking: bool = False) -> Alarm | None:
        """Has threads of its own: a database that hangs keeps nobody in danger waiting."""
        if not written:
            return None
        return await asyncio.get_running_loop().run_in_executor(self._screening, self._screen, written, in_booking)

    def _redacted(self, said: Any) -> str | None:
        return self._privacy.redact(said) if isinstance(said, str) and len(said) <= MAX_CHARACTERS else None

    async def _answer(
        self, asked: _Asked, message_id: str, choice: str | None, started: float
    ) -> tuple[Any, bool]:
        """The stored turn as its visitor sees it, and whether a question of a booking is open now."""
        conversation = asked.conversation
        reply = await asyncio.wait_for(
            self._dialogue.reply(conversation.id, asked.events, asked.said, choice, asked.form), REPLY_TIMEOUT
        )
        kept = choice if asked.form is None else CONTACT_FORM
        turn = self._turn(conversation.id, asked.number, message_id, asked.said, kept, reply, started)

        def keep() -> Any:
            return self._details.shown(self._keep(turn).messages, conversation.id)

        shown = await self._in_thread(keep)
        self._seconds.observe(time.perf_counter() - started)
        return shown, reply.in_booking

    async def _keep_alarm(
        self, request: Request, given_id: Any, said: str, alarm: Alarm, started: float
    ) -> None:
        """Puts a screened message into the log after it was answered; best effort, it never disturbs anyone."""
        try:
            token, message_id = _token_of(request), _message_id(given_id)
            async with self._alone(token):
                await self._in_thread(self._keep_alarmed, token, message_id, said, alarm, started)
        except Refused:
            pass  # no session, no usable id, or too many: the answer was given all the same
        except Exception as error:
            logger.error("A screened message was answered but not stored: %s", type(error).__name__)

    def _keep_alarmed(self, token: str, message_id: str, said: str, alarm: Alarm, started: float) -> None:
        conversation = self._found(token)
        before = self._log.before(conversation.id, message_id, last=1)
        if before.stored is None:
            self._allow(self._per_session, conversation.id)
            said, reply = self._privacy.redact(said[:MAX_CHARACTERS]), alarm_reply(alarm, before.events)
            self._keep(self._turn(conversation.id, before.number, message_id, said, None, reply, started))
            self._seconds.observe(time.perf_counter() - started)

    async def _keep_note(self, request: Request, message_id: Any, helpful: Any, note: str, alarm: Alarm) -> None:
        """Puts a feedback note that the screen stopped at into the log, flagged; best effort as well."""
        try:
            conversation = await self._conversation(request)
            flag = (alarm.message["outcome"], alarm.reason)
            keep = partial(self._log.add_feedback, conversation.id, str(message_id), helpful is True, safety=flag)
            await self._in_thread(keep, self._privacy.redact(note[:MAX_CHARACTERS]))
        except Refused:
            pass
        except Exception as error:
            logger.error("A screened note was answered but not stored: %s", type(error).__name__)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs work after the answer was sent."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _turn(
        self,
        conversation_id: str,
        number: int,
        message_id: str,
        said: str | None,
        choice: str | None,
        reply: Reply,
        started: float,
    ) -> Turn:
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
            safety_reason=None if reply.safety_reason is None else self._privacy.redact(reply.safety_reason),
        )

    def _keep(self, turn: Turn) -> Turn:
        """Stores a turn; gives the one that is stored."""
        try:
            self._log.add(turn)
        except TurnExists:  # another process answered the same message in between
            stored = self._log.turn(turn.conversation_id, turn.message_id)
            if stored is None:
                raise Refused(409, "try_again", "Two messages crossed; please send it again.") from None
            return stored
        self._answers.labels(turn.outcome).inc()
        return turn

    async def history(self, request: Request) -> HTTPResponse:
        said = await self._said(request)
        after = request.args.get("after")
        if after is not None:
            known = (after, _uuid(after))  # a client's own id may be written in capitals
            at = next((i for i, message in enumerate(said) if message["id"] in known), None)
            if at is None:
                raise Refused(404, "unknown_message", "That message is not part of this conversation.")
            said = said[at + 1 :]
        return as_json({"messages": said})

    async def transcript(self, request: Request) -> HTTPResponse:
        speaker = {"visitor": "You", "bot": "Assistant"}
        lines = [f"{speaker[message['from']]}: {message['text']}" for message in await self._said(request)]
        headers = {"Content-Disposition": 'attachment; filename="chat.txt"'}
        return text("\n\n".join(lines) + "\n", headers=headers)

    async def feedback(self, request: Request) -> HTTPResponse:
        body = _body(request)
        message_id, helpful, note = body.get("message_id"), body.get("helpful"), body.get("note")
        if isinstance(note, str) and (alarm := await self._screened(note := _storable(note))) is not None:
            self._later(self._keep_note(request, message_id, helpful, note, alarm))
            return as_json({"messages": [alarm.message]})
        if not isinstance(message_id, str) or not isinstance(helpful, bool):
            raise Refused(422, "feedback_form", "Send message_id, and helpful as true or false.")
        if note is not None and (not isinstance(note, str) or len(note) > MAX_CHARACTERS):
            raise Refused(422, "note_too_long", f"Please keep the note under {MAX_CHARACTERS} characters.")
        conversation = await self._conversation(request)
        note = None if note is None else self._privacy.redact(note)
        if not await self._in_thread(self._log.add_feedback, conversation.id, message_id, helpful, note):
            raise Refused(404, "unknown_message", "That message is not part of this conversation.")
        return empty()

    async def erase(self, request: Request) -> HTTPResponse:
        conversation = await self._conversation(request)
        async with self._alone(_token_of(request)):
            await self._in_thread(self._privacy.erasure.erase, [conversation.id], "visitor")
        return empty()

    async def erase_by_code(self, request: Request) -> HTTPResponse:
        code = _body(request).get("code")
        if not isinstance(code, str):
            raise Refused(422, "code_needed", "Send the erasure code as code.")
        self._allow(self._codes_tried, f"code {request.ip}")
        if await self._in_thread(self._privacy.erasure.erase_by_code, code[:100], "code") is None:
            raise Refused(404, "unknown_code", "Nothing is stored under this code: it is deleted already, or mistyped.")
        return empty()

    async def alive(self, _request: Request) -> HTTPResponse:
        return as_json({"status": "alive"})

    async def ready(self, _request: Request) -> HTTPResponse:
        await self._in_thread(self._log.check)
        if not self._dialogue.ready:
            raise Refused(503, "no_model", "The trained model could not be loaded; only crisis replies are given.")
        return as_json({"status": "ready", "model": self._dialogue.model_version})

    async def metrics(self, request: Request) -> HTTPResponse:
        if request.ip not in ("127.0.0.1", "::1") or "x-forwarded-for" in request.headers:
            raise Refused(404, "not_found", "There is nothing at this address.")
        return raw(generate_latest(self.registry), content_type="text/plain; version=0.0.4")

    async def _said(self, request: Request) -> list[dict[str, Any]]:
        conversation = await self._conversation(request)
        said = [{**m, "from": "bot"} for m in await self._in_thread(self._log.opening, conversation.id)]
        titles = {CONTACT_FORM: "(contact details)"}  # a choice is stored by its id; its visitor knows it by its title
        for turn in await self._in_thread(self._log.turns, conversation.id):
            titles |= {choice["id"]: choice["title"] for message in said for choice in message.get("choices", ())}
            text = turn.text or titles.get(turn.choice or "", turn.choice or "")
            said.append({"id": turn.message_id, "from": "visitor", "text": text})
            said += [{**message, "from": "bot"} for message in turn.messages]
        return list(await self._in_thread(self._details.shown, said, conversation.id))

    async def _conversation(self, request: Request) -> Conversation:
        return await self._in_thread(self._found, _token_of(request))

    def _found(self, token: str) -> Conversation:
        found = self._log.find(_hash(token)) if token else None
        if found is None:
            raise Refused(401, "session_needed", "This chat has ended; please start a new one.")
        return found

    def _alone(self, token: str) -> asyncio.Lock:
        """Held while something is written to the conversation of this token."""
        return self._turns.setdefault(token, asyncio.Lock())

    def _allow(self, limit: limits.RateLimitItem, who: str) -> None:
        if not self._limiter.hit(limit, who):
            wait = max(1, int(self._limiter.get_window_stats(limit, who)[0] - time.time()) + 1)
            message = f"That was a lot at once; please try again in {wait} seconds."
            raise Refused(429, "too_many", message, {"Retry-After": str(wait)})

    def _begin(self, call: Callable[..., Result], *args: Any) -> asyncio.Future[Result]:
        """Starts a call in a thread; whoever does not need it after all need not wait for it."""
        begun = asyncio.get_running_loop().run_in_executor(self._threads, call, *args)
        begun.add_done_callback(lambda ended: ended.cancelled() or ended.exception())  # else an error is reported
        return begun

    async def _in_thread(self, call: Callable[..., Result], *args: Any) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *args)


def create_app(
    settings: Settings,
    log: ConversationLog,
    dialogue: Dialogue,
    page: str,
    screen: Screen = unscreened,
    details: ContactDetails | None = None,
    privacy: Privacy | None = None,
) -> Sanic:
    """The Sanic app: every route of the visitor API, the pages and the widget. page: the HTML at /."""
    app = Sanic(f"practice-chatbot-{uuid.uuid4().hex[:8]}", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_BODY
    app.config.ACCESS_LOG = False
    api = VisitorApi(settings, log, dialogue, screen, details or NoContactDetails(), privacy or log_alone(log))
    for handler, path, method in (
        (api.start, "/chat/sessions", "POST"),
        (api.message, "/chat/messages", "POST"),
        (api.history, "/chat/messages", "GET"),
        (api.feedback, "/chat/feedback", "POST"),
        (api.transcript, "/chat/transcript", "GET"),
        (api.erase, "/chat/session", "DELETE"),
        (api.erase_by_code, "/chat/erase", "POST"),
        (api.notice, "/chat/notice", "GET"),
        (api.alive, "/healthz", "GET"),
        (api.ready, "/readyz", "GET"),
        (api.metrics, "/metrics", "GET"),
    ):
        app.add_route(handler, path, methods=[method], name=f"{method}_{handler.__name__}")

    @app.get("/openapi.json")
    async def openapi(_request: Request) -> HTTPResponse:
        return as_json(document())

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
        return _error_answer(error)

    return app


def _error_answer(error: Exception) -> HTTPResponse:
    if isinstance(error, Refused):
        found = error
    elif isinstance(error, StorageUnavailable):
        found = Refused(503, "storage", "Your message could not be saved just now; please send it again in a moment.")
    elif isinstance(error, asyncio.TimeoutError):
        found = Refused(503, "slow", "That took too long; please send it again.")
    elif isinstance(error, SanicException) and error.status_code < 500:
        messages = {
            400: "This request could not be read; please send valid JSON.",
            404: "There is nothing at this address; /openapi.json lists what there is.",
            405: "This address does not take that method; /openapi.json lists what it takes.",
            413: f"That message is too large; please write at most {MAX_CHARACTERS} characters.",
        }
        message = messages.get(error.status_code, "This request could not be read.")
        found = Refused(error.status_code, f"http_{error.status_code}", message)
    else:
        reference = uuid.uuid4().hex[:12]
        logger.error("Unexpected %s, reference %s", type(error).__name__, reference)
        found = Refused(500, "unexpected", f"Something went wrong here, not with you. Reference: {reference}")
    return as_json({"error": {"code": found.code, "message": found.message}}, found.status, headers=found.headers)


def _body(request: Request) -> dict[str, Any]:
    body = request.json
    if not isinstance(body, dict):
        raise Refused(422, "json_object", "Send a JSON object.")
    return body


def _form_texts(body: dict[str, Any]) -> Iterator[str]:
    """What a visitor filled into the fields of a form card."""
    form = body.get("form")
    values = form.get("values") if isinstance(form, dict) else None
    for value in values.values() if isinstance(values, dict) else ():
        if isinstance(value, str):
            yield _storable(value)


def _form_values(body: dict[str, Any]) -> dict[str, Any] | None:
    """The values of the contact form; None when none was sent. A name of a field that could be a text is left out."""
    form = body.get("form")
    if form is None:
        return None
    values = form.get("values") if isinstance(form, dict) and form.get("id") == "contact" else None
    if not isinstance(values, dict) or len(values) > MAX_FIELDS:
        raise Refused(422, "unknown_form", 'Send a form as {"id": "contact", "values": {...}}.')
    named = {name: value for name, value in values.items() if re.fullmatch(r"[a-z_]{1,30}", name)}
    return {name: _storable(value) if isinstance(value, str) else value for name, value in named.items()}


def _token_of(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def _message_id(given: Any) -> str:
    message_id = _uuid(given)
    if message_id is None:
        raise Refused(422, "message_id", "Send an id that is a UUID.")
    return message_id


def _uuid(given: Any) -> str | None:
    try:
        return str(uuid.UUID(given))
    except (ValueError, TypeError, AttributeError):
        return None


def _language(locale: Any) -> str:
    """The tag of a language, such as en-US; anything else is not kept: it could be anything."""
    tag = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")
    return locale if isinstance(locale, str) and tag.fullmatch(locale) else "en"


def _storable(text: str) -> str:
    """The text without halves of surrogate pairs, which are valid in JSON and fit in no database."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()  # a header may hold any bytes
