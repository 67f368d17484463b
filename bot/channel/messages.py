"""A visitor's message: screened, redacted, answered, kept once. The only way a message takes in the server."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as as_json

from bot.channel.alarms import Alarms
from bot.channel.bodies import body_of, form_texts, form_values, message_id_of, storable, token_of, uuid_of
from bot.channel.keeping import Keeper
from bot.channel.ports import Ports
from bot.channel.recent import RecentlySeen
from bot.channel.refused import MAX_CHARACTERS, Refused
from bot.channel.sessions import Sessions
from bot.channel.threads import Threads
from bot.channel.turn import CONTACT_FORM
from bot.conversation import Before

MAX_NAME_WORDS = 3
REPLY_TIMEOUT = 10.0
REMEMBERED_TURNS = 4  # how far back the dialogue looks


class Messages:
    """The handler of POST /chat/messages."""

    def __init__(self, ports: Ports, sessions: Sessions, threads: Threads, keeper: Keeper, alarms: Alarms) -> None:
        self._dialogue, self._details = ports.dialogue, ports.details
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
        writer = self._sessions.alone(token)
        seen = writer.seen()
        ahead = self._threads.begin(self._ahead, token, body.get("id"), said)  # while the screen's encoder leaves time
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
        before, redacted = await ahead
        async with writer:
            if not writer.held_since(seen):  # two clicks at once: the second finds the first one's answer
                before = await self._threads.run(self._sessions.before, token, message_id, REMEMBERED_TURNS)
            conversation_id = before.conversation.id
            self._details.seen_from(body.get("zone"), conversation_id)
            if before.stored is not None:
                shown = await self._threads.run(self._details.shown, before.stored.messages, conversation_id)
            else:
                self._sessions.allow_message(conversation_id)
                words, form = await self._storable(before, said, redacted, form)
                shown, in_booking = await self._answer(before, message_id, words, choice, form, started)
                self._in_booking.note(token, in_booking)
        return as_json({"messages": shown})

    def _check(self, said: Any, choice: Any, form: dict[str, Any] | None) -> None:
        if [said, choice, form].count(None) != 2 or (form is None and not isinstance(said or choice, str)):
            raise Refused(422, "text_or_choice", "Send a text, a choice or a form.")
        if isinstance(said, str) and len(said) > MAX_CHARACTERS:
            raise Refused(422, "text_too_long", f"Please write at most {MAX_CHARACTERS} characters.")
        if choice is not None and not self._dialogue.knows_choice(choice):
            raise Refused(422, "unknown_choice", "That choice is not known; please write your question instead.")

    def _ahead(self, token: str, given_id: Any, said: Any) -> tuple[Before, str | None]:
        """What the message finds, and its words redacted, as far as both can be had before it is checked. It blocks."""
        before = self._sessions.before(token, uuid_of(given_id) or "", REMEMBERED_TURNS)
        return before, self._redact(said) if isinstance(said, str) and len(said) <= MAX_CHARACTERS else None

    async def _storable(
        self, before: Before, said: str | None, redacted: str | None, form: dict[str, Any] | None
    ) -> tuple[str | None, dict[str, Any] | None]:
        """The message as it may be stored: redacted, and what a booking needs stands there as tokens."""
        if form is None and (said is None or not self._details.takes(said, before.events)):
            return redacted, None  # most messages: a thread would take longer than there is to do
        return await self._threads.run(self._taken, before, said, redacted, form)

    def _taken(
        self, before: Before, said: str | None, redacted: str | None, form: dict[str, Any] | None
    ) -> tuple[str | None, dict[str, Any] | None]:
        if said is not None:
            taken = self._details.taken(said, before.conversation.id, before.events)
            redacted = redacted if taken == said else self._redact(taken)
        if form is not None:
            form = self._details.taken_form(form, before.conversation.id)
            form = {name: self._redact(v) if isinstance(v, str) else v for name, v in form.items()}
        return redacted, form

    async def _answer(
        self,
        before: Before,
        message_id: str,
        said: str | None,
        choice: str | None,
        form: dict[str, Any] | None,
        started: float,
    ) -> tuple[Any, bool]:
        """The stored turn as its visitor sees it, and whether a question of a booking is open now."""
        conversation_id = before.conversation.id
        reply = await asyncio.wait_for(
            self._dialogue.reply(conversation_id, before.events, said, choice, form), REPLY_TIMEOUT
        )
        kept = choice if form is None else CONTACT_FORM
        turn = self._keeper.turn(conversation_id, before.number, message_id, said, kept, reply, started)

        def keep() -> Any:
            return self._details.shown(self._keeper.keep(turn).messages, conversation_id)

        shown = await self._threads.run(keep)
        self._keeper.took(started)
        return shown, reply.in_booking
