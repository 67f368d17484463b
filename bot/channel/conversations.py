"""A visitor's conversation as a whole: begun with consent, read again, judged, erased.

Handlers parse, call, translate errors, return; each does what blocks in one call to a thread.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

from sanic.request import Request
from sanic.response import HTTPResponse, empty, text
from sanic.response import json as as_json

from bot.channel.alarms import Alarms
from bot.channel.bodies import body_of, language_of, storable, token_of, uuid_of
from bot.channel.ports import Ports
from bot.channel.refused import MAX_CHARACTERS, Refused
from bot.channel.sessions import Sessions, token_hash
from bot.channel.threads import Threads
from bot.channel.turn import CONTACT_FORM

MAX_CODE = 100


class Conversations:
    """The handlers; a session lasts `hours`."""

    def __init__(self, ports: Ports, sessions: Sessions, threads: Threads, alarms: Alarms, hours: float) -> None:
        self._log, self._dialogue = ports.log, ports.dialogue
        self._details, self._privacy = ports.details, ports.privacy
        self._sessions, self._threads, self._alarms = sessions, threads, alarms
        self._lasts = timedelta(hours=hours)

    async def notice(self, _request: Request) -> HTTPResponse:
        notice = {"version": self._privacy.notice.version, "text": self._privacy.notice.text}
        return as_json({"notice": notice, "crisis": {"resources": list(self._privacy.crisis)}})

    async def start(self, request: Request) -> HTTPResponse:
        body = body_of(request)
        if body.get("consent") is not True:
            raise Refused(422, "consent_needed", "Please accept the notice first; nothing is stored before.")
        notice, read = self._privacy.notice, body.get("notice_version")
        if read is not None and read != notice.version:
            raise Refused(409, "notice_changed", "The notice has changed since; please read it again and accept it.")
        self._sessions.allow_session(request.ip)
        language = language_of(body.get("locale"))
        token, (code, erasure_hash) = secrets.token_urlsafe(32), self._privacy.new_code()
        expires_at = datetime.now(timezone.utc) + self._lasts
        opening = self._dialogue.opening()
        kind = "test" if body.get("test") is True else "visitor"  # the practice's own tries, kept apart in the console
        start = partial(self._log.start, kind=kind, erasure_hash=erasure_hash)
        await self._threads.run(start, token_hash(token), language, notice.version, expires_at, opening)
        made = {"token": token, "expires_at": expires_at.isoformat(), "messages": opening}
        return as_json({**made, "notice_version": notice.version, "erasure_code": code}, 201)

    async def history(self, request: Request) -> HTTPResponse:
        said = await self._threads.run(self._said, token_of(request))
        after = request.args.get("after")
        if after is not None:
            known = (after, uuid_of(after))  # a client's own id may be written in capitals
            at = next((i for i, message in enumerate(said) if message["id"] in known), None)
            if at is None:
                raise Refused(404, "unknown_message", "That message is not part of this conversation.")
            said = said[at + 1 :]
        return as_json({"messages": said})

    async def transcript(self, request: Request) -> HTTPResponse:
        speaker = {"visitor": "You", "bot": "Assistant"}
        said = await self._threads.run(self._said, token_of(request))
        lines = [f"{speaker[message['from']]}: {message['text']}" for message in said]
        headers = {"Content-Disposition": 'attachment; filename="chat.txt"'}
        return text("\n\n".join(lines) + "\n", headers=headers)

    async def feedback(self, request: Request) -> HTTPResponse:
        body, token = body_of(request), token_of(request)
        message_id, helpful, note = body.get("message_id"), body.get("helpful"), body.get("note")
        if isinstance(note, str) and (alarm := await self._alarms.look(note := storable(note))) is not None:
            self._alarms.keep_note(token, message_id, helpful, note, alarm)
            return as_json({"messages": [alarm.message]})
        if not isinstance(message_id, str) or not isinstance(helpful, bool):
            raise Refused(422, "feedback_form", "Send message_id, and helpful as true or false.")
        if note is not None and (not isinstance(note, str) or len(note) > MAX_CHARACTERS):
            raise Refused(422, "note_too_long", f"Please keep the note under {MAX_CHARACTERS} characters.")
        if not await self._threads.run(self._judged, token, message_id, helpful, note):
            raise Refused(404, "unknown_message", "That message is not part of this conversation.")
        return empty()

    async def erase(self, request: Request) -> HTTPResponse:
        token = token_of(request)
        async with self._sessions.alone(token):
            await self._threads.run(self._erase, token)
        return empty()

    async def erase_by_code(self, request: Request) -> HTTPResponse:
        code = body_of(request).get("code")
        if not isinstance(code, str):
            raise Refused(422, "code_needed", "Send the erasure code as code.")
        self._sessions.allow_code(request.ip)
        if await self._threads.run(self._privacy.erasure.erase_by_code, code[:MAX_CODE], "code") is None:
            raise Refused(404, "unknown_code", "Nothing is stored under this code: it is deleted already, or mistyped.")
        return empty()

    def _said(self, token: str) -> list[dict[str, Any]]:
        """Everything said so far, as its visitor sees it."""
        conversation = self._sessions.find(token)
        said = [{**message, "from": "bot"} for message in self._log.opening(conversation.id)]
        titles = {CONTACT_FORM: "(contact details)"}  # a choice is stored by its id; its visitor knows it by its title
        for turn in self._log.turns(conversation.id):
            titles |= {choice["id"]: choice["title"] for message in said for choice in message.get("choices", ())}
            words = turn.text or titles.get(turn.choice or "", turn.choice or "")
            said.append({"id": turn.message_id, "from": "visitor", "text": words})
            said += [{**message, "from": "bot"} for message in turn.messages]
        return list(self._details.shown(said, conversation.id))

    def _judged(self, token: str, message_id: str, helpful: bool, note: str | None) -> bool:
        conversation = self._sessions.find(token)
        kept = None if note is None else self._privacy.redact(note)
        return self._log.add_feedback(conversation.id, message_id, helpful, kept)

    def _erase(self, token: str) -> None:
        self._privacy.erasure.erase([self._sessions.find(token).id], "visitor")
