"""A visitor's message: screened, redacted, answered, kept once. The only way a message takes in the server."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as as_json

from bot.channel.alarms import Alarms
from bot.channel.bodies import body_of, form_texts, form_values, message_id_of, storable, token_of
from bot.channel.keeping import Keeper
from bot.channel.ports import Ports
from bot.channel.recent import RecentlySeen
from bot.channel.refused import MAX_CHARACTERS, Refused
from bot.channel.sessions import Sessions
from bot.channel.threads import Threads
from bot.channel.turn import CONTACT_FORM
from bot.conversation import Conversation, Turn

MAX_NAME_WORDS = 3
REPLY_TIMEOUT = 10.0
REMEMBERED_TURNS = 4  # how far back the dialogue looks


@dataclass(frozen=True)
class _Asked:
    """A message with what it finds in the log; its words as they may be stored: redacted, contact details as tokens."""

    conversation: Conversation
    stored: Turn | None
    number: int
    events: list[dict[str, Any]]
    said: str | None
    form: dict[str, Any] | None


class Messages:
    """The handler of POST /chat/messages."""

    def __init__(self, ports: Ports, sessions: Sessions, threads: Threads, keeper: Keeper, alarms: Alarms) -> None:
        self._log, self._dialogue, self._details = ports.log, ports.dialogue, ports.details
        self._redact = ports.privacy.redact
        self._sessions, self._threads, self._keeper, self._alarms = sessions, threads, keeper, alarms
        self._in_booking = RecentlySeen(10_000)  # tokens whose booking is open, so that a crisis reply can say so

    async def message(self, request: Request) -> HTTPResponse:
        started = time.perf_counter()
        body = body_of(request)
        said, choice = body.get("text"), body.get("choice")
        if isinstance(said, str):
            said = storable(said)
        filled = list(form_texts(body))
        written = "\n".join([*([said] if isinstance(said, str) else []), *filled])
        token = token_of(request)
        finding = self._threads.begin(self._sessions.find, token)  # both while the screen's encoder leaves time for it
        redacting = self._threads.begin(self._redacted, said)
        alarm = await self._alarms.look(written, token in self._in_booking)
        if alarm is not None:
            # a short field of a form is a name or a number, which redaction cannot tell without words around it
            longer = [value for value in filled if len(value.split()) > MAX_NAME_WORDS]
            kept = said if isinstance(said, str) else "\n".join(longer)
            self._alarms.keep_message(token, body.get("id"), kept, alarm, started)
            return as_json({"messages": [alarm.message]})  # before the token is looked at: danger does not wait
        message_id = message_id_of(body.get("id"))
        form = form_values(body)
        self._check(said, choice, form)
        conversation, redacted = await finding, await redacting
        async with self._sessions.alone(token):  # two clicks at once: the second finds the first one's answer
            asked = await self._threads.run(self._asked, conversation, message_id, said, redacted, form)
            self._details.seen_from(body.get("zone"), conversation.id)
            if asked.stored is not None:
                shown = await self._threads.run(self._details.shown, asked.stored.messages, conversation.id)
            else:
                shown, in_booking = await self._answer(asked, message_id, choice if form is None else None, started)
                self._in_booking.note(token, in_booking)
        return as_json({"messages": shown})

    def _check(self, said: Any, choice: Any, form: dict[str, Any] | None) -> None:
        if [said, choice, form].count(None) != 2 or (form is None and not isinstance(said or choice, str)):
            raise Refused(422, "text_or_choice", "Send a text, a choice or a form.")
        if isinstance(said, str) and len(said) > MAX_CHARACTERS:
            raise Refused(422, "text_too_long", f"Please write at most {MAX_CHARACTERS} characters.")
        if choice is not None and not self._dialogue.knows_choice(choice):
            raise Refused(422, "unknown_choice", "That choice is not known; please write your question instead.")

    def _redacted(self, said: Any) -> str | None:
        return self._redact(said) if isinstance(said, str) and len(said) <= MAX_CHARACTERS else None

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
            self._sessions.allow_message(conversation.id)
            if said is not None:
                taken = self._details.taken(said, conversation.id, before.events)
                # what a booking needs stands there as tokens by now
                redacted = redacted if taken == said else self._redact(taken)
            if form is not None:
                form = self._details.taken_form(form, conversation.id)
                form = {name: self._redact(v) if isinstance(v, str) else v for name, v in form.items()}
        return _Asked(conversation, before.stored, before.number, before.events, redacted, form)

    async def _answer(
        self, asked: _Asked, message_id: str, choice: str | None, started: float
    ) -> tuple[Any, bool]:
        """The stored turn as its visitor sees it, and whether a question of a booking is open now."""
        conversation = asked.conversation
        reply = await asyncio.wait_for(
            self._dialogue.reply(conversation.id, asked.events, asked.said, choice, asked.form), REPLY_TIMEOUT
        )
        kept = choice if asked.form is None else CONTACT_FORM
        turn = self._keeper.turn(conversation.id, asked.number, message_id, asked.said, kept, reply, started)

        def keep() -> Any:
            return self._details.shown(self._keeper.keep(turn).messages, conversation.id)

        shown = await self._threads.run(keep)
        self._keeper.took(started)
        return shown, reply.in_booking
