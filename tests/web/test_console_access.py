"""Logging in to the console: password, second factor, recovery, throttling, sessions."""

import re

import pyotp
import pytest

from tests.web.console_help import OWN, World


@pytest.fixture
def world(tmp_path):
    world = World(f"sqlite:///{tmp_path}/chat.db").serve()
    yield world
    world.stop()


@pytest.fixture
def first_time(world):
    """A browser that has given name and first password, and the password."""
    password = world.console.accounts.add("ann", ["reviewer"])
    browser = world.client()
    answer = browser.post("/login", {"name": "Ann", "password": password})
    assert answer.goes_to == "/console/login/welcome"
    return browser, password


def set_up(browser, **more):
    page = browser.get("/login/welcome")
    secret = re.search("<code>([A-Z2-7]+)</code>", page.body).group(1)
    form = {"password": OWN, "again": OWN, "code": pyotp.TOTP(secret).now(), **more}
    return secret, browser.post("/login/welcome", form)


def test_the_first_log_in_sets_a_password_and_a_second_factor(world, first_time):
    browser, _ = first_time
    assert "data:image/svg+xml;base64," in browser.get("/login/welcome").body
    secret, answer = set_up(browser)
    codes = re.findall("<li><code>([^<]+)</code>", answer.body)
    assert len(codes) == 10
    assert browser.get("/conversations").goes_to == "/console/login"  # setting up is not being in
    assert browser.post("/login", {"name": "ann", "password": OWN}).goes_to == "/console/login/code"
    assert browser.get("/conversations").goes_to == "/console/login"  # and neither is half a log-in
    assert browser.post("/login/code", {"code": pyotp.TOTP(secret).now()}).status == 422  # used in setting up
    assert browser.post("/login/code", {"code": codes[0].lower()}).goes_to == "/console/"
    assert browser.get("/conversations").status == 200


def test_a_recovery_code_counts_once(world, first_time):
    browser, _ = first_time
    codes = re.findall("<li><code>([^<]+)</code>", set_up(browser)[1].body)
    for expected in (303, 422):
        browser = world.client()
        browser.post("/login", {"name": "ann", "password": OWN})
        assert browser.post("/login/code", {"code": codes[3]}).status == expected


@pytest.mark.parametrize("password", ["short", "password1234", "aaaaaaaaaaaaaaa", "ann-ann-ann-ann", "abcdefghijklmno"])
def test_a_password_that_would_be_guessed_is_refused(world, first_time, password):
    assert set_up(first_time[0], password=password, again=password)[1].status == 422


def test_the_first_password_cannot_stay(world, first_time):
    browser, password = first_time
    assert set_up(browser, password=password, again=password)[1].status == 422


def test_guessing_is_stopped_even_for_the_right_password(world):
    world.client("ann", "reviewer")
    browser = world.client()
    for _ in range(5):
        assert browser.post("/login", {"name": "ann", "password": "wrong"}).status == 422
    answer = browser.post("/login", {"name": "ann", "password": OWN})
    assert answer.status == 422 and "15 minutes" in answer.body


def test_guessing_codes_is_stopped_too(world):
    world.client("ann", "reviewer")
    browser = world.client()
    browser.post("/login", {"name": "ann", "password": OWN})
    for _ in range(6):
        answer = browser.post("/login/code", {"code": "000000"})
    assert "15 minutes" in answer.body


def test_an_unknown_name_is_answered_as_a_wrong_password_is(world):
    world.client("ann", "reviewer")
    said = {
        re.search('role="alert">([^<]+)', world.client().post("/login", {"name": n, "password": "x"}).body).group(1)
        for n in ("ann", "nobody")
    }
    assert said == {"Name or password is not right."}


def test_the_cookie_is_for_this_site_and_no_script_and_secure_with_https(tmp_path):
    from bot.review.console import Options

    world = World(f"sqlite:///{tmp_path}/s.db", Options(secure=True)).serve()
    world.client("ann", "reviewer")
    cookie = world.client().post("/login", {"name": "ann", "password": OWN}).headers["Set-Cookie"]
    world.stop()
    for part in ("HttpOnly", "Secure", "SameSite=Strict", "Path=/console"):
        assert part in cookie


def test_a_session_planted_beforehand_is_worth_nothing(world):
    """Session fixation: an attacker puts a token they know into the victim's browser and waits for the log-in."""
    world.client("ann", "reviewer")
    victim = world.client()
    victim.cookie = planted = "known-to-the-attacker"
    victim.post("/login", {"name": "ann", "password": OWN})
    assert victim.cookie != planted
    half_way = victim.cookie
    attacker = world.client()
    for token in (planted, half_way):
        attacker.cookie = token
        assert attacker.get("/conversations").goes_to == "/console/login"


def test_the_token_of_the_half_way_session_dies_with_the_log_in(world, first_time):
    browser, _ = first_time
    codes = re.findall("<li><code>([^<]+)</code>", set_up(browser)[1].body)
    browser.post("/login", {"name": "ann", "password": OWN})
    half_way = browser.cookie
    browser.post("/login/code", {"code": codes[0]})
    assert browser.cookie != half_way and world.console.sessions.find(half_way) is None


def test_only_hashes_of_tokens_are_stored(world):
    browser = world.client("ann", "reviewer")
    with world.database.reading() as connection:
        stored = str(connection.exec_driver_sql("SELECT * FROM review_sessions").all())
    assert browser.cookie not in stored


def test_log_out_ends_the_session_on_the_server(world):
    browser = world.client("ann", "reviewer")
    token = browser.cookie
    assert browser.post("/logout").goes_to == "/console/login"
    browser.cookie = token
    assert browser.get("/conversations").goes_to == "/console/login"


def test_a_session_ends_after_half_an_hour_unused(world):
    browser = world.client("ann", "reviewer")
    with world.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE review_sessions SET seen_at = datetime('now', '-31 minutes')")
    assert browser.get("/conversations").goes_to == "/console/login"


def test_a_changed_password_ends_the_other_sessions(world):
    first, other = world.client("ann", "reviewer"), world.client("ann", "reviewer")
    new = "seven green bicycles sing"
    assert first.post("/account/password", {"old": OWN, "password": new, "again": new}).status == 303
    assert first.get("/account").status == 200
    assert other.get("/account").goes_to == "/console/login"


def test_a_visitor_token_opens_nothing(world):
    token = "t" * 43
    import hashlib

    from tests.web.console_help import NOW

    world.log.start(hashlib.sha256(token.encode()).hexdigest(), "en", "1", NOW.replace(year=2099), [])
    browser = world.client()
    browser.cookie = token
    assert browser.get("/conversations", headers={"Authorization": f"Bearer {token}"}).goes_to == "/console/login"


def test_an_account_is_made_reset_and_removed_by_an_administrator(world):
    admin = world.client("eve", "admin")
    made = admin.post("/accounts", {"name": "bob", "role": ["reviewer", "clinician"]})
    first = re.search("<code>([a-z0-9-]{23})</code>", made.body).group(1)
    assert world.client().post("/login", {"name": "bob", "password": first}).goes_to == "/console/login/welcome"
    bob = world.console.accounts.named("bob")
    assert admin.post(f"/accounts/{bob.id}/remove").status == 303
    assert admin.post(f"/accounts/{world.console.accounts.named('eve').id}/remove").status == 422  # never oneself
    assert [account.name for account in world.console.accounts.all()] == ["eve"]
