"""The visitor API as a browser, an integrator and an attacker meet it."""

import gc
import io
import logging
import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout

import pytest
import sqlalchemy as sa

from bot.channel import messages
from bot.channel.bodies import MAX_BODY
from bot.safety.guard import Alarm

SITE = "https://practice.example"
CANARY = "canary-4711-my-secret"


def rows(server, table):
    with server.database.reading() as connection:
        return connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar()  # noqa: S608


# sessions
def test_a_session_starts_with_consent(server):
    answer = server.call("POST", "/chat/sessions", {"consent": True, "locale": "en-US", "extra": 1})
    told = {"token", "expires_at", "messages", "notice_version", "erasure_code"}
    assert answer.status == 201 and set(answer.json) == told
    assert len(answer.json["token"]) >= 43 and answer.json["messages"][0]["id"]
    with server.database.reading() as connection:
        kept = str(connection.execute(sa.text("SELECT * FROM conversations")).all())
    assert answer.json["token"] not in kept


@pytest.mark.parametrize("body", [{}, {"consent": False}, {"consent": "true"}, {"consent": 1}])
def test_without_consent_nothing_is_stored(server, body):
    answer = server.call("POST", "/chat/sessions", body)
    assert (answer.status, answer.code) == (422, "consent_needed")
    assert rows(server, "conversations") == 0


@pytest.mark.parametrize("text", ["\ud800", "\x00 how much is it", "/restart"])
def test_text_that_no_database_can_hold_is_still_answered(server, text):
    assert server.ask(server.session(), text)[0] == 200


@pytest.mark.parametrize("token", [None, "guessed", "default", "a" * 43])
@pytest.mark.parametrize("method, path", [("POST", "/chat/messages"), ("GET", "/chat/messages"),
                                          ("GET", "/chat/transcript"), ("DELETE", "/chat/session")])
def test_no_or_unknown_token_is_401(server, token, method, path):
    body = {"id": str(uuid.uuid4()), "text": "hi", "sender": "default"} if method == "POST" else None
    assert server.call(method, path, body, token).status == 401
    assert server.dialogue.turns == 0


def test_a_token_that_is_not_text_is_401(server):
    sent = server.raw(b"GET /chat/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n\r\n")
    assert b" 401 " in sent.split(b"\r\n")[0]


# turns
def test_a_turn_is_answered_and_stored(server):
    token = server.start()
    answer = server.say(token)
    assert answer.status == 200 and answer.json["messages"][0]["outcome"] == "faq/cost"
    assert server.say(token).json["messages"][0]["text"] == "1 before"  # history comes from the log
    assert rows(server, "turns") == 2


def test_a_known_choice_is_answered(server):
    token = server.start()
    body = {"id": str(uuid.uuid4()), "choice": "faq/cost"}
    assert server.call("POST", "/chat/messages", body, token).status == 200


def test_the_same_id_is_answered_once_also_at_the_same_time(server):
    token, message_id = server.start(), str(uuid.uuid4())
    server.dialogue.delay = 0.1
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: server.say(token, message_id=message_id).body, range(8)))
    assert len(set(answers)) == 1 and server.dialogue.turns == 1 and rows(server, "turns") == 1


def test_different_messages_at_the_same_time_all_get_their_turn(server):
    token = server.start()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: server.say(token), range(8)))
    assert {a.status for a in answers} == {200} and rows(server, "turns") == 8


def test_the_same_id_in_another_session_is_another_message(server):
    message_id = str(uuid.uuid4())
    first = server.say(server.start(), message_id=message_id)
    assert server.say(server.start(), message_id=message_id).body != first.body


def test_client_chosen_sender_and_metadata_are_ignored(server):
    first, second = server.start(), server.start()
    server.say(first)
    assert server.say(second, sender="default", metadata={"a": 1}, input_channel="x").status == 200
    assert len(server.call("GET", "/chat/messages", None, first).json["messages"]) == 3


@pytest.mark.parametrize("body, code", [
    ({"id": "1", "text": "hi"}, "message_id"),
    ({"text": "hi"}, "message_id"),
    ({"id": 7, "text": "hi"}, "message_id"),
    ({"id": str(uuid.uuid4())}, "text_or_choice"),
    ({"id": str(uuid.uuid4()), "text": ""}, "text_or_choice"),
    ({"id": str(uuid.uuid4()), "text": ["hi"]}, "text_or_choice"),
    ({"id": str(uuid.uuid4()), "text": "hi", "choice": "faq/cost"}, "text_or_choice"),
    ({"id": str(uuid.uuid4()), "choice": "/restart"}, "unknown_choice"),
    ({"id": str(uuid.uuid4()), "choice": 5}, "text_or_choice"),
    ({"id": str(uuid.uuid4()), "text": "x" * 1001}, "text_too_long"),
    ([], "json_object"),
    ("hi", "json_object"),
    (b"", "json_object"),
    (None, "json_object"),
])  # fmt: skip
def test_bad_messages_are_refused_with_a_reason(server, body, code):
    answer = server.call("POST", "/chat/messages", body, server.start())
    assert (answer.status, answer.code) == (422, code)
    assert len(answer.json["error"]["message"]) > 15 and server.dialogue.turns == 0


@pytest.mark.parametrize("text", ["x" * 1000, "\U0001f600" * 1000, "\x00", "\u200b", "/restart", "<b>", "' OR 1=1 --"])
def test_odd_texts_are_taken(server, text):
    assert server.say(server.start(), text).status == 200


def test_half_a_surrogate_pair_breaks_nothing(server):
    token = server.start()
    body = b'{"id": "%s", "text": "broken \\ud83d emoji"}' % str(uuid.uuid4()).encode()
    assert server.call("POST", "/chat/messages", body, token).status == 200
    assert server.call("GET", "/chat/messages", None, token).status == 200
    assert server.call("GET", "/chat/transcript", None, token).status == 200
    body = b'{"consent": true, "locale": "\\ud83d"}'
    assert server.call("POST", "/chat/sessions", body).status == 201


def test_a_body_over_the_limit_is_413(server):
    answer = server.call("POST", "/chat/messages", b'{"text": "' + b"x" * MAX_BODY + b'"}')
    assert answer.status == 413 and answer.json["error"]["message"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


# limits
def test_messages_of_a_session_are_limited(serve):
    server = serve(messages_per_minute=2)
    token, message_id = server.start(), str(uuid.uuid4())
    assert [server.say(token, message_id=message_id).status, server.say(token).status] == [200, 200]
    answer = server.say(token)
    assert answer.status == 429 and 1 <= int(answer.headers["Retry-After"]) <= 61
    assert server.say(token, message_id=message_id).status == 200  # a repeat costs nothing
    assert server.say(server.start()).status == 200


def test_sessions_of_an_address_are_limited(serve):
    server = serve(sessions_per_hour=1)
    server.start()
    answer = server.call("POST", "/chat/sessions", {"consent": True}, headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.status == 429 and int(answer.headers["Retry-After"]) > 1
    assert rows(server, "conversations") == 1


def test_the_limits_survive_garbage_collection(server):
    gc.collect()  # the limiter holds its storage by a weak reference
    assert server.call("POST", "/chat/sessions", {"consent": True}).status == 201


# failures
def test_a_slow_reply_is_503(server, monkeypatch):
    monkeypatch.setattr(messages, "REPLY_TIMEOUT", 0.1)
    token = server.start()
    server.dialogue.delay = 2
    started = time.perf_counter()
    assert server.say(token).status == 503 and time.perf_counter() - started < 1
    server.dialogue.delay = 0
    assert server.say(token).status == 200 and rows(server, "turns") == 1


def test_a_broken_log_is_503_then_works_again(server):
    token = server.start()
    server.database.broken = True
    for answer in (server.say(token), server.call("GET", "/readyz"),
                   server.call("POST", "/chat/sessions", {"consent": True})):  # fmt: skip
        assert answer.status == 503 and answer.json["error"]["message"]
    assert server.call("GET", "/healthz").status == 200
    server.database.broken = False
    assert server.say(token).status == 200


def test_an_unexpected_error_tells_an_id_and_logs_no_text(serve, caplog):
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out), caplog.at_level(logging.DEBUG):
        server = serve()
        token = server.start()
        server.dialogue.error = RuntimeError(f"failed on {CANARY}")
        answer = server.say(token, CANARY)
        server.call("POST", "/chat/messages", f'{{"text": "{CANARY}'.encode(), token)
    assert answer.status == 500 and CANARY not in answer.body.decode()
    reference = re.search(r"[0-9a-f]{12}", answer.json["error"]["message"]).group()
    told = caplog.text + out.getvalue()
    assert reference in told and CANARY not in told and token not in told


@pytest.mark.parametrize("method, path, status", [
    ("GET", "/nothing", 404), ("POST", "/webhooks/rest/webhook", 404), ("GET", "/model", 404),
    ("GET", "/conversations/x/tracker", 404), ("GET", "/page.py", 404), ("GET", "/../app.py", 404),
    ("GET", "/chat/sessions", 405), ("PUT", "/chat/messages", 405),
])  # fmt: skip
def test_wrong_addresses_and_methods_get_a_json_error(server, method, path, status):
    answer = server.call(method, path)
    assert answer.status == status and len(answer.json["error"]["message"]) > 15
    assert answer.headers["Content-Security-Policy"]


def test_wrong_method_and_bad_json_say_what_is_wrong(server):
    assert "method" in server.call("PUT", "/chat/messages").json["error"]["message"].lower()
    answer = server.call("POST", "/chat/messages", b"{not json", server.start())
    assert answer.status == 400 and "json" in answer.json["error"]["message"].lower()


@pytest.mark.parametrize(
    "sent", [b"\xff\xfe\r\n\r\n", b"GET / HTTP/9\r\n\r\n", b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n"]
)
def test_garbage_does_not_stop_the_server(server, sent):
    server.raw(sent)
    assert server.call("GET", "/healthz").status == 200


# the screen
def alarm(text, in_booking=False):
    message = {"id": uuid.uuid4().hex, "text": "Call 988.", "outcome": "safety/self_harm"}
    return Alarm(message, "wants_to_die") if "die" in text else None


@pytest.mark.parametrize("text", ["/greet{\"a\":\"i want to die\"}", "i want to die " + "x" * 2000])
def test_the_screen_comes_before_token_length_and_id(serve, text):
    server = serve(screen=alarm)
    answer = server.call("POST", "/chat/messages", {"text": text, "id": "wrong"})
    assert answer.status == 200 and answer.json["messages"][0]["outcome"] == "safety/self_harm"
    assert server.dialogue.turns == 0


def test_the_screen_answers_with_a_broken_log_and_over_the_limit(serve):
    server = serve(screen=alarm, messages_per_minute=1)
    token = server.start()
    server.say(token)
    assert server.say(token, "i want to die").status == 200
    server.database.broken = True
    assert server.say(token, "i want to die").status == 200


def test_a_screened_turn_is_in_the_log(serve):
    server = serve(screen=alarm)
    token, message_id = server.start(), str(uuid.uuid4())
    first = server.say(token, "i want to die", message_id)
    deadline = time.monotonic() + 5
    while rows(server, "turns") == 0 and time.monotonic() < deadline:
        time.sleep(0.02)  # the write is after the answer
    said = server.call("GET", "/chat/messages", None, token).json["messages"]
    assert [m["from"] for m in said] == ["bot", "visitor", "bot"] and said[-1]["outcome"] == "safety/self_harm"
    assert server.say(token, "i want to die", message_id).status == 200
    helpful = {"message_id": first.json["messages"][0]["id"], "helpful": True}
    assert server.call("POST", "/chat/feedback", helpful, token).status == 204
    assert rows(server, "turns") == 1
    assert server.say(token).json["messages"][0]["text"] == "0 before"  # and the chat goes on


def test_the_screen_is_not_given_choices(serve):
    seen = []
    server = serve(screen=lambda text, in_booking=False: seen.append(text))
    server.call("POST", "/chat/messages", {"id": str(uuid.uuid4()), "choice": "faq/cost"}, server.start())
    server.say(server.start(), "/x ")
    assert seen == ["/x "]


# reading, feedback, erasing
def test_history_after_a_bot_or_a_client_message(server):
    token, message_id = server.start(), str(uuid.uuid4())
    answer = server.say(token, "one", message_id.upper()).json["messages"][0]
    everything = server.call("GET", "/chat/messages", None, token).json["messages"]
    assert [m["from"] for m in everything] == ["bot", "visitor", "bot"]
    for after in (message_id, message_id.upper()):
        found = server.call("GET", f"/chat/messages?after={after}", None, token).json["messages"]
        assert [m["id"] for m in found] == [answer["id"]]
    assert server.call("GET", f"/chat/messages?after={answer['id']}", None, token).json["messages"] == []
    assert server.call("GET", "/chat/messages?after=unknown", None, token).status == 404


@pytest.mark.parametrize("change, status", [
    ({}, 204), ({"note": "x" * 1000}, 204), ({"note": "x" * 1001}, 422), ({"note": 1}, 422), ({"helpful": "yes"}, 422),
    ({"message_id": 4}, 422), ({"message_id": "other"}, 404),
])  # fmt: skip
def test_feedback(server, change, status):
    token = server.start()
    body = {"message_id": server.say(token).json["messages"][0]["id"], "helpful": True, **change}
    assert server.call("POST", "/chat/feedback", body, token).status == status
    assert rows(server, "feedback") == (status == 204)


def test_feedback_on_another_visitors_message_is_404(server):
    theirs = server.say(server.start()).json["messages"][0]["id"]
    body = {"message_id": theirs, "helpful": False}
    assert server.call("POST", "/chat/feedback", body, server.start()).status == 404


def test_the_transcript_is_plain_text(server):
    token = server.start()
    server.say(token, "<script>alert(1)</script>")
    answer = server.call("GET", "/chat/transcript", None, token)
    assert answer.headers["Content-Type"].startswith("text/plain") and answer.headers["Cache-Control"] == "no-store"
    assert "You: <script>" in answer.body.decode() and "Assistant: " in answer.body.decode()


def test_erasing_removes_every_row_and_the_token(server):
    token, other = server.start(), server.start()
    server.say(other)
    message = server.say(token).json["messages"][0]
    server.call("POST", "/chat/feedback", {"message_id": message["id"], "helpful": True}, token)
    assert server.call("DELETE", "/chat/session", None, token).status == 204
    assert [rows(server, t) for t in ("conversations", "turns", "feedback")] == [1, 1, 0]
    assert server.say(token).status == 401 and server.say(other).status == 200


# headers and the other addresses
def test_security_headers_and_no_store(server):
    for path in ("/", "/page.js", "/page.css", "/healthz", "/chat/messages", "/nothing", "/openapi.json"):
        headers = server.call("GET", path).headers
        assert re.search("default-src '(self|none)'", headers["Content-Security-Policy"]), path
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path
        assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer"), path
        assert (headers["Cache-Control"] == "no-store") == path.startswith("/chat"), path


@pytest.mark.parametrize(
    "origin", ["https://evil.example", SITE + ".evil.example", "null", SITE + "/", "http://practice.example"]
)
def test_other_origins_get_no_cors_headers(server, origin):
    for method in ("GET", "OPTIONS"):
        headers = server.call(method, "/chat/messages", headers={"Origin": origin}).headers
        assert not [name for name in headers if name.lower().startswith("access-control")]


def test_the_allowed_site_may_call_also_on_errors(server):
    asked = {"Origin": SITE, "Access-Control-Request-Method": "POST"}
    answer = server.call("OPTIONS", "/chat/messages", headers=asked)
    assert answer.status == 204 and answer.headers["Access-Control-Allow-Origin"] == SITE
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    answer = server.call("GET", "/chat/messages", headers={"Origin": SITE})
    assert answer.status == 401 and answer.headers["Access-Control-Allow-Origin"] == SITE
    assert "Access-Control-Allow-Credentials" not in answer.headers and answer.headers["Vary"] == "Origin"


def test_metrics_only_for_this_machine(server):
    server.say(server.start(), CANARY)
    answer = server.call("GET", "/metrics")
    assert answer.status == 200 and b'bot_answers_total{outcome="faq/cost"} 1.0' in answer.body
    assert CANARY.encode() not in answer.body
    assert server.call("GET", "/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status == 404


def test_health_readiness_openapi_and_page(server):
    assert server.call("GET", "/healthz").json and server.call("GET", "/readyz").json["model"] == "fake-1"
    assert server.call("GET", "/").body == b"<title>page</title>"
    described = server.call("GET", "/openapi.json").json
    assert described["openapi"].startswith("3.")
    assert "javascript" in server.call("GET", "/page.js").headers["Content-Type"]
    for path, calls in described["paths"].items():
        for method in calls:
            assert server.call(method.upper(), path).status not in (404, 405), (method, path)
