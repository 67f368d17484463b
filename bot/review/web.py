"""What the console's own pages are given; what they give is the same as for the pages of another feature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Mapping, Sequence

from bot.pages import Answer, Download, Go, NotFound, Page, Refusal, Route, Section
from bot.review.access.accounts import Account
from bot.review.access.sessions import Session

if TYPE_CHECKING:
    from bot.review.console import Console

MOST_CHARACTERS = 4000
__all__ = ["Answer", "Download", "Go", "Page", "Route", "Section", "Visit"]


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


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "").replace("\r\n", "\n").strip()
