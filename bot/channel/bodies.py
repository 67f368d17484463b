"""Reads what a client sent: bodies, ids, tokens and forms, which may hold anything at all."""

from __future__ import annotations

import re
import uuid
from typing import Any, Iterator

from sanic.request import Request

from bot.channel.refused import Refused

MAX_BODY = 16384  # JSON may escape a character in 12 bytes (an emoji), so 1,000 fit
MAX_FIELDS = 20
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")


def body_of(request: Request) -> dict[str, Any]:
    """The JSON object that was sent. Raises Refused."""
    body = request.json
    if not isinstance(body, dict):
        raise Refused(422, "json_object", "Send a JSON object.")
    return body


def token_of(request: Request) -> str:
    """The session's token; empty when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def message_id_of(given: Any) -> str:
    """The client's id of a message as it is stored. Raises Refused."""
    message_id = uuid_of(given)
    if message_id is None:
        raise Refused(422, "message_id", "Send an id that is a UUID.")
    return message_id


def uuid_of(given: Any) -> str | None:
    """A UUID in its usual spelling; None when it is none."""
    try:
        return str(uuid.UUID(given))
    except (ValueError, TypeError, AttributeError):
        return None


def form_texts(body: dict[str, Any]) -> Iterator[str]:
    """What a visitor filled into the fields of a form card."""
    form = body.get("form")
    values = form.get("values") if isinstance(form, dict) else None
    for value in values.values() if isinstance(values, dict) else ():
        if isinstance(value, str):
            yield storable(value)


def form_values(body: dict[str, Any]) -> dict[str, Any] | None:
    """The values of the contact form; None when none was sent. A name of a field that could be a text is left out."""
    form = body.get("form")
    if form is None:
        return None
    values = form.get("values") if isinstance(form, dict) and form.get("id") == "contact" else None
    if not isinstance(values, dict) or len(values) > MAX_FIELDS:
        raise Refused(422, "unknown_form", 'Send a form as {"id": "contact", "values": {...}}.')
    named = {name: value for name, value in values.items() if re.fullmatch(r"[a-z_]{1,30}", name)}
    return {name: storable(value) if isinstance(value, str) else value for name, value in named.items()}


def language_of(locale: Any) -> str:
    """The tag of a language, such as en-US; anything else is not kept: it could be anything."""
    return locale if isinstance(locale, str) and _LANGUAGE.fullmatch(locale) else "en"


def storable(text: str) -> str:
    """The text without halves of surrogate pairs, which are valid in JSON and fit in no database."""
    return text.encode("utf-8", "replace").decode("utf-8")
