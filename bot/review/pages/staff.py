"""Accounts and audit, for administrators."""

from __future__ import annotations

from bot.review.access.audit import ChainBroken
from bot.review.ports import Refusal
from bot.review.roles import ROLES
from bot.review.web import Answer, Go, Page, Visit

AUDIT_ROWS = 100


def accounts(visit: Visit) -> Answer:
    """Who has an account."""
    return Page("accounts.html", {"accounts": visit.console.accounts.all(), "roles": ROLES})


def add(visit: Visit) -> Answer:
    """A new account; its first password is shown once."""
    name = visit.field("name", "Please give a name.")
    password = visit.console.accounts.add(name, visit.form.get("role", []))
    return Page("accounts.html", {**_all(visit), "made": name.lower(), "password": password})


def reset(visit: Visit) -> Answer:
    """For somebody who lost password or phone."""
    account = visit.console.accounts.find(visit.number("account"))
    password = visit.console.accounts.reset(visit.number("account"))
    return Page("accounts.html", {**_all(visit), "made": account.name if account else "", "password": password})


def remove(visit: Visit) -> Answer:
    """Removes an account, never one's own."""
    if visit.number("account") == visit.who.id:
        raise Refusal("You cannot remove your own account; another administrator can.")
    visit.console.accounts.remove(visit.number("account"))
    return Go("/accounts", "The account is removed.")


def audit(visit: Visit) -> Answer:
    """Who did what, the newest first."""
    before = visit.asked("before")
    entries = visit.console.audit.latest(AUDIT_ROWS, int(before) if before.isdecimal() and len(before) < 10 else None)
    return Page("audit.html", {"entries": entries, "more": entries[-1].id if len(entries) == AUDIT_ROWS else None})


def verify(visit: Visit) -> Answer:
    """Walks the chain."""
    try:
        count, last = visit.console.audit.verify()
    except ChainBroken as broken:
        return Go("/audit", str(broken))
    return Go("/audit", f"The audit is unbroken: {count} entries, the last one is {last[:16]}.")


def _all(visit: Visit) -> dict[str, object]:
    return {"accounts": visit.console.accounts.all(), "roles": ROLES}
