"""Every route of the console, with every role, nobody, half a log-in and a visitor's token: as the one table says."""

import hashlib

import pytest

from bot.review.access.sessions import CODE, IN, WELCOME
from bot.review.roles import ADMIN, CLINICIAN, REVIEWER, ROLES
from bot.review.routes import ANYONE, ROUTES
from tests.web.console_help import NOW, World

WHO = [*ROLES, "nobody", CODE, WELCOME, "visitor"]
IDS = ("conversation", "flag", "account", "filter", "group", "decision", "reference", "block", "message", "task")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    world = World(f"sqlite:///{tmp_path_factory.mktemp('rights')}/chat.db").serve()
    for role in ROLES:
        world.client(role, role)
    token = "v" * 43
    world.log.start(hashlib.sha256(token.encode()).hexdigest(), "en", "1", NOW.replace(year=2099), [])
    world.visitor = token
    yield world
    world.stop()


def browser_of(world, who):
    browser = world.client()
    if who in ROLES:
        browser.cookie = world.console.sessions.begin(world.console.accounts.named(who).id, IN)
    elif who in (CODE, WELCOME):
        half_way = world.console.accounts.named(REVIEWER).id
        browser.cookie = world.console.sessions.begin(half_way, who, "JBSWY3DPEHPK3PXP" * 2)
    elif who == "visitor":
        browser.cookie = world.visitor
    return browser


def address(route):
    path = route.path
    for name in IDS:
        path = path.replace(f"<{name}>", "999999")
    assert "<" not in path
    return path


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_the_table_is_what_happens(world, route, who):
    browser = browser_of(world, who)
    headers = {"Authorization": f"Bearer {world.visitor}"} if who == "visitor" else {}
    form = {}
    if route.method == "POST" and browser.cookie:
        session = world.console.sessions.find(browser.cookie)
        form = {"csrf": session.csrf if session else ""}
    answer = browser.call(route.method, address(route), form, headers)
    holds = {who} if who in (*ROLES, CODE, WELCOME) else set()
    if route.allowed == ANYONE or route.allowed & holds:
        assert answer.status != 403 and answer.goes_to != "/console/login" or route.path in ("/logout", "/login")
        assert answer.status < 500
    elif who in ROLES:
        assert answer.status == 403
    else:
        assert answer.goes_to == "/console/login"


def test_every_route_that_changes_something_is_audited_or_is_a_log_in():
    for route in ROUTES:
        if route.method == "POST" and not route.path.startswith("/login"):
            assert route.audit, route.path


def test_no_role_but_the_clinicians_has_anything_on_safety_and_appointments():
    for route in ROUTES:
        if route.path.startswith(("/safety", "/appointments", "/call-backs", "/blocks", "/outbox", "/hours")):
            assert route.allowed == {CLINICIAN}, route.path


def test_an_administrator_alone_reads_no_conversation():
    for route in ROUTES:
        if route.path.startswith(("/conversations", "/unanswered", "/export", "/sample")):
            assert ADMIN not in route.allowed, route.path


@pytest.mark.parametrize("route", [r for r in ROUTES if r.method == "POST"], ids=lambda r: r.path)
def test_a_form_from_elsewhere_does_nothing(world, route):
    """CSRF: another site makes the browser of somebody logged in send a form."""
    who = next((role for role in ROLES if role in route.allowed), next(iter(route.allowed)))
    browser = browser_of(world, who)
    session = world.console.sessions.find(browser.cookie or "")
    token = {"csrf": session.csrf} if session else {}
    for headers, form in (
        ({"Origin": "https://evil.example"}, token),
        ({"Origin": "null"}, token),
        ({}, token),  # no origin at all
    ):
        assert browser.call("POST", address(route), form, headers, origin=False).status == 403
    if session:
        for wrong in ({}, {"csrf": "x"}, {"csrf": "\u00e9" * 43}):
            assert browser.call("POST", address(route), wrong).status == 403


def test_the_headers_that_keep_scripts_and_frames_out_are_on_every_answer(world):
    for path in ("/login", "/", "/conversations", "/nothing/here", "/account"):
        for who in ("nobody", REVIEWER):
            headers = browser_of(world, who).get(path).headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
            assert headers["Cache-Control"] == "no-store" and headers["X-Content-Type-Options"] == "nosniff"


def test_no_template_holds_inline_script_or_style():
    import re
    from pathlib import Path

    for file in Path("bot/review/templates").glob("*.html"):
        html = file.read_text()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe|<script(?![^>]*src=)", html), file.name
