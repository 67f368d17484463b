"""Logging in: name and password, then the code; the first time a password of one's own and the second factor."""

from __future__ import annotations

from bot.review.access import second_factor
from bot.review.access.accounts import Account
from bot.review.access.sessions import CODE, IN, WELCOME, Session
from bot.review.ports import NotFound, Refusal
from bot.review.web import Answer, Go, Page, Visit


def form(visit: Visit) -> Answer:
    """The first page anybody sees."""
    if visit.session is not None and visit.session.stage == IN:
        return Go("/")
    return Page("login.html")


def log_in(visit: Visit) -> Answer:
    """Checks name and password."""
    console, name = visit.console, visit.field("name")[:60]
    try:
        console.throttle.refuse_if_many(name, visit.address)
        account = console.accounts.check(name, visit.field("password"))
        if account is None:
            console.throttle.failed(name, visit.address)
            console.audit.note("nobody", "wrong password")
            raise Refusal("Name or password is not right.")
    except Refusal as refusal:
        return Page("login.html", {"error": str(refusal), "name": name}, 422)
    if account.demo and console.options.demo:
        return _enter(visit, account)
    stage = CODE if account.is_set_up else WELCOME
    secret = None if account.is_set_up else second_factor.new_secret()
    return Go("/login/code" if stage == CODE else "/login/welcome", token=_begin(visit, account, stage, secret))


def code_form(_visit: Visit) -> Answer:
    """Asks for the code of the authenticator app."""
    return Page("code.html")


def check_code(visit: Visit) -> Answer:
    """Checks the code; a new session begins when it is right."""
    console, account = visit.console, visit.who
    try:
        console.throttle.refuse_if_many(account.name, visit.address)
        if not console.accounts.check_code(account.id, visit.field("code")[:40]):
            console.throttle.failed(account.name, visit.address)
            console.audit.note(account.name, "wrong code")
            raise Refusal("That code is not right; please wait for the next one.")
    except Refusal as refusal:
        return Page("code.html", {"error": str(refusal)}, 422)
    return _enter(visit, account)


def welcome_form(visit: Visit) -> Answer:
    """The first log-in: a password and a second factor to set up."""
    return Page("welcome.html", _setting_up(visit))


def set_up(visit: Visit) -> Answer:
    """Keeps both and shows the recovery codes, once."""
    console, account, session = visit.console, visit.who, _session(visit)
    try:
        console.throttle.refuse_if_many(account.name, visit.address)
        if visit.field("password") != visit.field("again"):
            raise Refusal("The two passwords are not the same.")
        secret = console.sessions.secret(session)
        codes = console.accounts.set_up(account.id, visit.field("password"), secret, visit.field("code")[:10])
    except Refusal as refusal:
        console.throttle.failed(account.name, visit.address)
        return Page("welcome.html", {**_setting_up(visit), "error": str(refusal)}, 422)
    console.audit.note(account.name, "second factor set up")
    console.sessions.end(session)
    console.throttle.succeeded(account.name, visit.address)
    return Page("recovery.html", {"codes": codes, "first": True})


def log_out(visit: Visit) -> Answer:
    """Ends the session."""
    visit.console.sessions.end(_session(visit))
    return Go("/login", token="")


def account_page(visit: Visit) -> Answer:
    """One's own account."""
    return Page("account.html")


def change_password(visit: Visit) -> Answer:
    """A new password; every other session ends."""
    console, account = visit.console, visit.who
    console.throttle.refuse_if_many(account.name, visit.address)
    if visit.field("password") != visit.field("again"):
        raise Refusal("The two passwords are not the same.")
    try:
        console.accounts.change_password(account.id, visit.field("old"), visit.field("password"))
    except Refusal:
        console.throttle.failed(account.name, visit.address)
        raise
    console.accounts.end_sessions(account.id)
    return Go("/account", token=_begin(visit, account, IN, None))


def new_codes(visit: Visit) -> Answer:
    """Fresh recovery codes."""
    return Page("recovery.html", {"codes": visit.console.accounts.new_recovery_codes(visit.who.id), "first": False})


def _enter(visit: Visit, account: Account) -> Go:
    visit.console.throttle.succeeded(account.name, visit.address)
    visit.console.audit.note(account.name, "log-in")
    return Go("/", token=_begin(visit, account, IN, None))


def _begin(visit: Visit, account: Account, stage: str, secret: str | None) -> str:
    old = visit.session.token_hash if visit.session else ""
    return visit.console.sessions.begin(account.id, stage, secret, instead_of=old)


def _session(visit: Visit) -> Session:
    if visit.session is None:
        raise NotFound
    return visit.session


def _setting_up(visit: Visit) -> dict[str, str]:
    secret = visit.console.sessions.secret(_session(visit))
    return {"qr": second_factor.qr_code(secret, visit.who.name), "secret": secret}
