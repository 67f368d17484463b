"""The real app with a scripted dialogue, for the browser tests: no model, every card, errors on demand.

Usage: python tests/browser/server.py PORT FOLDER   (prints one line when it answers; the log is kept in FOLDER)
What a visitor writes picks the answer: "times", "form", "crisis", "parts", "slow", "long", "markup"; anything else is
echoed. /test/pages/NAME serves a host page of tests/browser/pages.
"""

from __future__ import annotations

import asyncio
import sys
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

from sanic import Sanic
from sanic.response import HTTPResponse, html

from bot.channel.app import create_app
from bot.channel.static import render_page
from bot.channel.turn import Reply
from bot.database import Database
from bot.log.store import ConversationLog
from bot.practice import load_practice
from bot.privacy.notice import load_notice
from bot.settings import Settings
from bot.wiring_facts import facts_of
from tests.channel_ports import log_alone, ports

PAGES = Path(__file__).parent / "pages"
ARTICLE = {"title": "What Happens During Sex Therapy?", "url": "/#about"}
COST = [{"id": "faq/cost", "title": "What does it cost?"}, {"id": "faq/alone", "title": "Can I come alone?"}]
CRISIS = {
    "type": "crisis",
    "quick_exit": True,
    "resources": [
        {
            "name": "988 Suicide & Crisis Lifeline",
            "note": "veterans press 1, Spanish press 2",
            "actions": [{"label": "Call 988", "href": "tel:988"}, {"label": "Text 988", "href": "sms:988"}],
        },
        {
            "name": "Crisis Text Line",
            "actions": [{"label": "Text HOME to 741741", "href": "sms:741741?&body=HOME"}],
        },
    ],
}
DAYS = [
    {"label": "Thursday, December 3", "times": [{"id": f"time/3-{h}", "title": f"{h}:00 PM"} for h in (1, 2, 4)]},
    {"label": "Friday, December 4", "times": [{"id": f"time/4-{h}", "title": f"{h}:30 AM"} for h in (9, 11)]},
]
FORM = {
    "type": "form",
    "id": "contact",
    "title": "How can the practice reach you?",
    "fields": [
        {"name": "name", "label": "First name", "type": "text", "autocomplete": "given-name", "required": True},
        {"name": "phone", "label": "Phone", "type": "tel", "autocomplete": "tel", "required": True},
        {"name": "email", "label": "E-mail", "type": "email", "autocomplete": "email"},
        {
            "name": "reach",
            "label": "The practice may",
            "type": "radio",
            "required": True,
            "value": "call",
            "options": [{"value": "call", "label": "call me"}, {"value": "text", "label": "text me"}],
        },
        {"name": "voicemail", "label": "A voicemail is fine", "type": "checkbox"},
    ],
    "submit": "Book this time",
    "cancel": {"id": "booking/cancel", "title": "Never mind"},
}
APPOINTMENT = {
    "type": "appointment",
    "title": "Free 20-minute call",
    "when": "Thursday, December 3, 4:00 PM",
    "zone": "Pacific Time",
    "where": "By phone",
    "reference": "K7M-2QX",
    "manage_url": "/manage/K7M-2QX",
    "ics_url": "/manage/K7M-2QX.ics",
}
LONG = "It is psychotherapy by talking. " * 25


def say(text: str, outcome: str = "faq/what_is_sex_therapy", **more: Any) -> dict[str, Any]:
    return {"id": uuid.uuid4().hex, "text": text, "outcome": outcome, **more}


def answer(text: str) -> list[dict[str, Any]]:
    if text == "times" or text.startswith("booking/other"):
        card = {"type": "times", "days": DAYS, "zone": "Pacific Time"}
        picks = [{**time, "title": f"{day['label']}, {time['title']}"} for day in DAYS for time in day["times"]]
        more = [*picks, {"id": "booking/other", "title": "Other days"}]
        return [say("These times are free.", "booking/times", card=card, choices=more)]
    if text == "form" or text.startswith("time/"):
        return [say("Almost done. Please tell us how to reach you.", "booking/contact", card=FORM)]
    if text == "crisis":
        return [say("You can reach someone right now. This chat is not watched live.", "safety/suicide", card=CRISIS)]
    if text == "parts":
        return [say(f"Part {n} of 4.") for n in (1, 2, 3)] + [say("Part 4 of 4.", choices=COST)]
    if text == "long":
        return [say(LONG, source=ARTICLE, choices=COST)]
    if text == "markup":
        bad = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>"
        source = {"title": bad, "url": "javascript:window.hacked=1"}
        return [say(bad, source=source, choices=[{"id": "x/y", "title": bad}])]
    return [say(f"You asked: {text}. It is talking, and nothing else.", source=ARTICLE, choices=COST)]


class ScriptedDialogue:
    """Answers by the words it is given; the port of the real one."""

    ready = True
    model_version = "scripted"

    def opening(self) -> list[dict[str, Any]]:
        text = "Hello. I am an automated assistant, not a person. What would you like to know?"
        return [say(text, "chitchat/greet", choices=[*COST, {"id": "booking/times", "title": "Book a free call"}])]

    def knows_choice(self, choice: str) -> bool:
        return "/" in choice

    async def reply(
        self, conversation_id: str, history: Any, text: str | None, choice: str | None, form: Any = None
    ) -> Reply:
        said = "times" if choice == "booking/times" else (text or choice or "")
        if said == "slow":
            await asyncio.sleep(3)
        messages = answer_form(form) if form is not None else answer(said)
        return Reply(messages, messages[-1]["outcome"], 0.9, [], "scripted", [])


def answer_form(values: dict[str, Any]) -> list[dict[str, Any]]:
    if not any(c.isdigit() for c in values.get("phone", "")):
        card = {**FORM, "errors": {"phone": "Please write a phone number, such as (650) 555-0100."}}
        return [say("One thing is missing.", "booking/contact", card=card)]
    return [say("You are booked.", "booking/confirmed", card=APPOINTMENT)]


def add_test_routes(app: Sanic) -> None:
    @app.get("/test/pages/<name>")
    async def page(_request: Any, name: str) -> HTTPResponse:
        found = (PAGES / f"{name}.html").read_text(encoding="utf-8")
        first = found.split("\n", 1)[0]
        usual = "default-src * 'unsafe-inline'"  # what most sites have: nothing
        policy = first[len("<!-- csp: ") : -len(" -->")] if first.startswith("<!-- csp: ") else usual
        return html(found, headers={"Content-Security-Policy": policy})


def main() -> None:
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    log = ConversationLog(Database(f"sqlite:///{folder}/chat.db"))
    log.migrate()
    settings = Settings(messages_per_minute=10_000, sessions_per_hour=10_000)
    practice = load_practice(Path("practice.yml"))
    facts = facts_of(practice)
    privacy = replace(log_alone(log), notice=load_notice(facts), crisis=CRISIS["resources"])
    app = create_app(
        settings,
        ports(log, ScriptedDialogue(), privacy=privacy),
        render_page(practice, facts["crisis_emergency"]),
    )
    add_test_routes(app)

    @app.after_server_start
    async def ready(*_: Any) -> None:
        print("ready", flush=True)

    app.run("127.0.0.1", port, access_log=False, motd=False)


if __name__ == "__main__":
    main()
