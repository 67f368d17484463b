"""What a page of the console is given and what it gives: plain values, so that a page is a plain function.

Another feature adds pages with the same four types: a `Section` of routes with its folder of templates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Mapping, Sequence, Union

from bot.review.access.accounts import Account
from bot.review.access.sessions import Session
from bot.review.ports import NotFound, Refusal

if TYPE_CHECKING:
    from bot.review.console import Console

MOST_CHARACTERS = 4000


@dataclass(frozen=True)
class Page:
    """A template with its values. status: HTTP."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class Go:
    """To another page of the console. told: a sentence shown there once; undo: the address that takes it back."""

    path: str
    told: str = ""
    undo: str = ""
    token: str | None = None  # a new session's; "" ends the session


@dataclass(frozen=True)
class Download:
    """A file for the browser to keep."""

    name: str
    content: str
    content_type: str


Answer = Union[Page, Go, Download]


@dataclass(frozen=True)
class Visit:
    """One request of a known account (or of nobody yet, on the pages of the log-in)."""

    console: Console
    path: str
    ids: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    form: Mapping[str, Sequence[str]]
    address: str
    account: Account | None
    session: Session | None
    partial: bool = False  # htmx asks for a part of a page

    @property
    def who(self) -> Account:
        """The account; routes that nobody may use without one can rely on it."""
        if self.account is None:
            raise NotFound
        return self.account

    def asked(self, name: str, default: str = "") -> str:
        """A value of the address."""
        return _clean(self.query.get(name, [default])[0])

    def field(self, name: str, needed: str = "") -> str:
        """A field of the form. needed: the sentence when it is empty. Raises Refusal."""
        value = _clean(self.form.get(name, [""])[0])
        if len(value) > MOST_CHARACTERS:
            raise Refusal(f"Please keep it under {MOST_CHARACTERS} characters.")
        if needed and not value:
            raise Refusal(needed)
        return value

    def number(self, name: str) -> int:
        """An id of the address as a number. Raises NotFound."""
        value = self.ids.get(name, "")
        if not (value.isascii() and value.isdecimal() and len(value) < 10):
            raise NotFound
        return int(value)


Handler = Callable[[Visit], Answer]


@dataclass(frozen=True)
class Route:
    """method and path (`<name>` stands for one part), the function, who may use it, the deed noted in the audit."""

    method: str
    path: str
    handler: Handler
    allowed: frozenset[str]
    audit: str = ""


@dataclass(frozen=True)
class Section:
    """Pages of another feature. nav: (title, path) of what the menu shows; beside: the same for what can be done with
    a transcript, whose id stands for `<conversation>` in the path."""

    routes: Sequence[Route]
    nav: Sequence[tuple[str, str]] = ()
    templates: Path | None = None
    beside: Sequence[tuple[str, str]] = ()


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "").replace("\r\n", "\n").strip()
