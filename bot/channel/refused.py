"""Error answers: {error: {code, message}} with a message a person can act on.

A visitor's text is never logged; an unexpected error is logged with its type and an id only.
"""

from __future__ import annotations

import asyncio
import logging
import uuid

from sanic.exceptions import SanicException
from sanic.response import HTTPResponse
from sanic.response import json as as_json

from bot.errors import StorageUnavailable

MAX_CHARACTERS = 1000  # of a message; what is longer is refused with this number
logger = logging.getLogger(__name__)


class Refused(Exception):
    """What ends a request with an error answer. status: HTTP; code: for programs."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.headers = status, code, message, headers


def error_answer(error: Exception) -> HTTPResponse:
    """The answer to a request that failed, whatever the error."""
    found = _refused(error)
    return as_json({"error": {"code": found.code, "message": found.message}}, found.status, headers=found.headers)


def _refused(error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    if isinstance(error, StorageUnavailable):
        return Refused(503, "storage", "Your message could not be saved just now; please send it again in a moment.")
    if isinstance(error, asyncio.TimeoutError):
        return Refused(503, "slow", "That took too long; please send it again.")
    if isinstance(error, SanicException) and error.status_code < 500:
        messages = {
            400: "This request could not be read; please send valid JSON.",
            404: "There is nothing at this address; /openapi.json lists what there is.",
            405: "This address does not take that method; /openapi.json lists what it takes.",
            413: f"That message is too large; please write at most {MAX_CHARACTERS} characters.",
        }
        message = messages.get(error.status_code, "This request could not be read.")
        return Refused(error.status_code, f"http_{error.status_code}", message)
    reference = uuid.uuid4().hex[:12]
    logger.error("Unexpected %s, reference %s", type(error).__name__, reference)
    return Refused(500, "unexpected", f"Something went wrong here, not with you. Reference: {reference}")
