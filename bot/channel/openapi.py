"""The OpenAPI document of the visitor API."""

from __future__ import annotations

from typing import Any

_MESSAGE = {
    "type": "object",
    "required": ["id", "text", "outcome"],
    "properties": {
        "id": {"type": "string"},
        "text": {"type": "string"},
        "outcome": {"type": "string"},
        "source": {"type": "object", "properties": {"title": {"type": "string"}, "url": {"type": "string"}}},
        "choices": {
            "type": "array",
            "items": {"type": "object", "properties": {"id": {"type": "string"}, "title": {"type": "string"}}},
        },
        "card": {"type": "object"},
    },
}
_FORM = {  # the answer to a card {type: "form"}; what is wrong comes back as the same card with `errors`
    "type": "object",
    "required": ["id", "values"],
    "properties": {"id": {"type": "string", "enum": ["contact"]}, "values": {"type": "object"}},
}
_ZONE = {
    "type": "string",
    "description": "The visitor's IANA time zone, such as America/New_York: appointment times are told in it too where "
    "it differs from the practice's. Not stored.",
}
_ERROR = {
    "type": "object",
    "properties": {
        "error": {"type": "object", "properties": {"code": {"type": "string"}, "message": {"type": "string"}}}
    },
}


def document() -> dict[str, Any]:
    """OpenAPI 3.0, as a JSON object."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "Visitor API of the practice's chatbot", "version": "1"},
        "components": {
            "schemas": {"Message": _MESSAGE, "Error": _ERROR},
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer"}},
        },
        "paths": {
            "/chat/sessions": {"post": _call("Start a chat; nothing is stored without consent", 201, ["consent"])},
            "/chat/messages": {
                "post": _call("Send a text, a choice or a form; a repeated id returns the same answer", 200, ["id"]),
                "get": _call("The conversation so far, after a message id", 200),
            },
            "/chat/feedback": {"post": _call("Was this answer helpful", 204, ["message_id", "helpful"])},
            "/chat/transcript": {"get": _call("The visitor's own copy, plain text", 200)},
            "/chat/notice": {"get": _call("The notice to accept, and crisis contacts; stores nothing", 200)},
            "/chat/erase": {"post": _call("Erase a conversation by its erasure code, also later", 204, ["code"])},
            "/chat/session": {"delete": _call("Erase the conversation", 204)},
            "/healthz": {"get": _call("Liveness", 200)},
            "/readyz": {"get": _call("Readiness: model loaded, database reachable", 200)},
        },
    }


_KINDS = {
    "consent": {"type": "boolean"},
    "helpful": {"type": "boolean"},
    "id": {"type": "string", "format": "uuid"},
    "message_id": {"type": "string"},
    "code": {"type": "string"},
}
_ALSO = {
    "consent": {"locale": {"type": "string"}, "notice_version": {"type": "string"}},
    "message_id": {"note": {"type": "string"}},
}


def _call(summary: str, status: int, needed: list[str] | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"$ref": "#/components/schemas/Error"}
    wrong = {"description": "An error", "content": {"application/json": {"schema": schema}}}
    call: dict[str, Any] = {
        "summary": summary,
        "responses": {str(status): {"description": "Done"}, "default": wrong},
        "security": [{"session": []}],
    }
    if needed:
        properties: dict[str, Any] = {name: _KINDS[name] for name in needed}
        properties.update(_ALSO.get(needed[0], {}))
        if needed == ["id"]:
            properties.update(text={"type": "string", "maxLength": 1000}, choice={"type": "string"}, form=_FORM)
            properties.update(zone=_ZONE)
        schema = {"type": "object", "required": needed, "properties": properties}
        call["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return call
