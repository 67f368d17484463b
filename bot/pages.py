"""Pages of the practice's console, as any feature adds them: a `Section` of routes with its folder of templates.

A page is a plain function: it is given a `Visit` and gives an `Answer`, all plain values. bot/review/ serves them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Mapping, Protocol, Sequence, Union

from bot.errors import BotError


class NotFound(BotError):
    """What was asked for does not exist, or not for this account."""

    def __init__(self, what: str = "There is nothing at this address.") -> None:
        super().__init__(what)


class Refusal(BotError):
    """A form that cannot be taken as it is; the sentence says what to change."""


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


class Account(Protocol):
    """Who asks."""

    @property
    def name(self) -> str:
        """As the audit notes it."""

    @property
    def roles(self) -> Sequence[str]:
        """What the account may do."""


class Visit(Protocol):
    """One request, as far as the pages of another feature need it: bot/review/web.py."""

    @property
    def console(self) -> Any:
        """bot.review.console.Console: feature folders do not import one another."""

    @property
    def ids(self) -> Mapping[str, str]:
        """The parts of the address that a route leaves open."""

    @property
    def form(self) -> Mapping[str, Sequence[str]]:
        """What was filled in, as it came."""

    @property
    def partial(self) -> bool:
        """Whether a part of the page is asked for only."""

    @property
    def who(self) -> Account:
        """The account. Raises NotFound when there is none."""

    def asked(self, name: str, default: str = "") -> str:
        """A value of the address."""

    def field(self, name: str, needed: str = "") -> str:
        """A field of the form. needed: the sentence when it is empty. Raises Refusal."""


Handler = Callable[[Any], Answer]  # of a Visit: the console's own pages are given more of it


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
