"""Conversations: the inbox with its filters, and one conversation with everything known about it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from bot.review.buttons import titles
from bot.review.inbox import SIGNS, STATES, Wish
from bot.review.ports import NotFound
from bot.review.roles import CLINICIAN
from bot.review.summary import is_close
from bot.review.web import Answer, Go, Page, Visit


def inbox(visit: Visit) -> Answer:
    """The list; htmx asks for the rows alone."""
    parts, wish = visit.console.parts, Wish.of(visit.query)
    parts.index.catch_up()
    found = parts.inbox.find(wish, _disclosures(visit), visit.asked("after"))
    values: dict[str, Any] = {"found": found, "wish": wish, "is_more": bool(visit.asked("after"))}
    if visit.partial:
        return Page("_rows.html", values)
    shown = {"signs": SIGNS if _disclosures(visit) else [s for s in SIGNS if s != "safety"], "states": STATES}
    return Page("inbox.html", {**values, **shown, **parts.inbox.choices(), "saved": parts.inbox.saved(visit.who.id)})


def conversation(visit: Visit) -> Answer:
    """The transcript; opening it makes it read. Whoever may not see it is told that it does not exist."""
    parts, case = visit.console.parts, _case(visit)
    read = visit.console.services.transcripts.read([case.conversation_id])
    if not read:
        raise NotFound("This conversation was erased.")
    parts.casework.opened(case, visit.who.name)
    wish = Wish.of(parse_qs(visit.asked("in")))
    newer, older = parts.inbox.neighbours(wish, _disclosures(visit), case)
    judged = {one.bot_message_id: one for one in read[0].feedback}
    return Page(
        "conversation.html",
        {
            "case": _case(visit),
            "said": read[0],
            "judged": judged,
            "pressed": titles(read[0]),
            "flags": parts.safety.of_case(case.id) if _disclosures(visit) else [],
            "history": parts.casework.history(case.id),
            "states": STATES,
            "is_close": is_close,
            "newer": newer,
            "older": older,
            "inside": wish.address(),
            "staff": [account.name for account in visit.console.accounts.all()],
            "is_clinician": _disclosures(visit),
        },
    )


def set_state(visit: Visit) -> Answer:
    """New, read, needs work or done."""
    case = _case(visit)
    visit.console.parts.casework.set_state(case, visit.field("state"), visit.who.name)
    return _back(visit, case)


def assign(visit: Visit) -> Answer:
    """Who looks after it."""
    case, name = _case(visit), visit.field("name")
    if name and name not in [account.name for account in visit.console.accounts.all()]:
        raise NotFound("There is no such account.")
    visit.console.parts.casework.assign(case, name, visit.who.name)
    return _back(visit, case)


def note(visit: Visit) -> Answer:
    """A note of the staff."""
    case = _case(visit)
    visit.console.parts.casework.add_note(case, visit.field("note", "Please write the note first."), visit.who.name)
    return _back(visit, case)


def missed(visit: Visit) -> Answer:
    """The safety screen should have stopped here."""
    case = _case(visit)
    visit.console.parts.safety.missed(case, visit.field("message"), visit.who.name)
    return Go(f"/conversations/{case.conversation_id}", "It is in the safety queue now, and out of training.")


def erase(visit: Visit) -> Answer:
    """Everything of this visitor, everywhere."""
    case = _case(visit)
    visit.console.services.erase(case.conversation_id)
    return Go("/conversations", "The conversation is erased everywhere. What is left is the entry in the audit.")


def save(visit: Visit) -> Answer:
    """Keeps the filter under a name."""
    name = visit.field("name", "Please give the filter a name.")
    visit.console.parts.inbox.save(visit.who.id, name, visit.field("query"))
    return Go(f"/conversations?{Wish.of(parse_qs(visit.field('query'))).address()}", "The filter is saved.")


def unsave(visit: Visit) -> Answer:
    """Forgets a saved filter."""
    visit.console.parts.inbox.unsave(visit.who.id, visit.number("filter"))
    return Go("/conversations", "The filter is removed.")


def _disclosures(visit: Visit) -> bool:
    return CLINICIAN in visit.who.roles


def _case(visit: Visit) -> Any:
    return visit.console.parts.casework.find(visit.ids["conversation"], _disclosures(visit))


def _back(visit: Visit, case: Any) -> Go:
    inside = Wish.of(parse_qs(visit.field("in"))).address()
    return Go(f"/conversations/{case.conversation_id}" + (f"?in={inside.replace('&', '%26')}" if inside else ""))
