"""Jinja2 for the console: everything is escaped, nothing undefined is shown; and the few files a browser loads."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Sequence
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from bot.review.web import Page, Section, Visit

if TYPE_CHECKING:
    from bot.review.console import Console

HERE = Path(__file__).parent
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
NAV = (
    ("Today", "/"),
    ("Safety", "/safety"),
    ("Conversations", "/conversations"),
    ("Unanswered", "/unanswered"),
    ("Appointments", "/appointments"),
    ("Numbers", "/numbers"),
    ("Export", "/export"),
)
FOR_ADMINS = (("Accounts", "/accounts"), ("Audit", "/audit"))


class Asset:
    """A file read once, at start; its address carries its hash, so a browser may keep it for good."""

    def __init__(self, path: Path) -> None:
        self._content, self._type = path.read_bytes(), TYPES[path.suffix]
        self.hash = hashlib.sha256(self._content).hexdigest()[:12]

    async def answer(self, _request: Request) -> HTTPResponse:
        """The file."""
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
        return raw(self._content, headers=headers, content_type=self._type)


class Templates:
    """Renders pages for a visit: with the menu its account may see, and the notice that waits for it."""

    def __init__(self, console: Console, sections: Sequence[Section]) -> None:
        self._console = console
        self._nav = (*NAV, *(item for section in sections for item in section.nav), *FOR_ADMINS)
        self.assets = {path.name: Asset(path) for path in (HERE / "static").iterdir() if path.suffix in TYPES}
        folders = [HERE / "templates", *(section.templates for section in sections if section.templates)]
        self._environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        zone = ZoneInfo(console.services.zone)
        self._environment.filters.update(
            when=lambda at: _when(at, zone),
            day=lambda at: f"{at.astimezone(zone):%A, %B} {at.astimezone(zone).day}",
            clock=lambda at: _clock(at.astimezone(zone)),
            stamp=lambda at: at.astimezone(zone).isoformat(timespec="minutes"),
            date=lambda day: f"{day:%b} {day.day}",
            percent=lambda part: f"{100 * part:.0f} %",
            topic=self._topic,
        )
        self._environment.globals.update(base="/console", asset=self._asset, link=_link)
        self._beside = tuple(item for section in sections for item in section.beside)

    def render(self, visit: Visit, page: Page) -> str:
        """The page as HTML."""
        notice = None
        if visit.session and not visit.partial and (notice := visit.session.notice):
            self._console.sessions.tell(visit.session, None)
        return self._environment.get_template(page.template).render(
            visit=visit,
            account=visit.account if visit.session and visit.session.stage == "in" else None,
            csrf=visit.session.csrf if visit.session else "",
            nav=self._menu(visit),
            beside=self._shown(visit, self._beside),
            notice=notice,
            demo=self._console.options.demo,
            **page.values,
        )

    def error(self, visit: Visit | None, status: int, sentence: str) -> str:
        """A page that says what is wrong."""
        signed_in = visit is not None and visit.session is not None and visit.session.stage == "in"
        return self._environment.get_template("error.html").render(
            visit=visit,
            account=visit.account if visit and signed_in else None,
            csrf=visit.session.csrf if visit and visit.session else "",
            nav=self._menu(visit) if visit else [],
            notice=None,
            demo=False,
            status=status,
            sentence=sentence,
        )

    def _menu(self, visit: Visit) -> list[tuple[str, str, bool]]:
        if visit.account is None or visit.session is None or visit.session.stage != "in":
            return []
        here = visit.path.removeprefix("/console")
        return [
            (title, path, here == path or (path != "/" and here.startswith(path + "/")))
            for title, path in self._shown(visit, self._nav)
        ]

    def _shown(self, visit: Visit, links: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Those links that the account may follow."""
        roles = visit.account.roles if visit.account else frozenset[str]()
        allowed = {route.path for route in self._console.routes if route.method == "GET" and route.allowed & roles}
        return [(title, path) for title, path in links if path in allowed]

    def _asset(self, name: str) -> str:
        return f"/console/static/{name}?{self.assets[name].hash}"

    def _topic(self, outcome: str) -> str:
        return OUTCOMES.get(outcome) or self._console.services.topics().get(outcome) or outcome


OUTCOMES = {
    "fallback": "No answer found",
    "out_of_scope": "Not about the practice",
    "not_that": "Not what was meant",
    "faq": "Any FAQ",
    "booking": "Appointment",
    "handoff": "Wants a person",
    "handoff/human": "Wants a person",
    "booking/book": "Appointment",
    "booking/reschedule": "Move an appointment",
    "booking/cancel": "Cancel an appointment",
    "chitchat/greet": "Greeting",
    "chitchat/thanks": "Thanks",
    "chitchat/goodbye": "Goodbye",
    "decline/personal_advice": "Personal advice declined",
    "decline/sexual_message": "Sexual message declined",
    "decline/abusive": "Abuse declined",
    "safety/self_harm": "Safety: self-harm",
    "safety/partner_violence": "Safety: partner violence",
    "safety/sexual_assault": "Safety: sexual assault",
    "safety/child_abuse": "Safety: child abuse",
    "safety/harm_to_others": "Safety: harm to others",
    "safety/medical_emergency": "Safety: medical emergency",
    "safety/therapist_misconduct": "Safety: therapist misconduct",
}


def _when(at: datetime, zone: ZoneInfo) -> str:
    local, now = at.astimezone(zone), datetime.now(zone)
    clock = _clock(local)
    if local.date() == now.date():
        return f"today, {clock}"
    if local.date() == (now - timedelta(days=1)).date():
        return f"yesterday, {clock}"
    year = "" if local.year == now.year else f", {local.year}"
    return f"{local:%b} {local.day}{year}, {clock}"


def _clock(local: datetime) -> str:
    return f"{local.hour % 12 or 12}:{local:%M %p}"


def _link(path: str, **query: Any) -> str:
    told = {name: value for name, value in query.items() if value not in ("", None, False)}
    return f"/console{path}" + (f"?{urlencode(told, doseq=True)}" if told else "")
