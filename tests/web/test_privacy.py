"""Privacy over HTTP: the notice, redaction before anything is stored or answered, erasure by code."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.channel.ports import Privacy
from bot.log.erasure import LogErasure
from bot.log.tables import metadata
from bot.privacy.codes import issue_code
from bot.privacy.erasure import Erasure
from bot.privacy.notice import Notice
from bot.safety.guard import Alarm
from tests.web.conftest import FakeDialogue

SAID = "my name is Marisol Quintana, call 650-555-0142 or marisol.q@example.com"
CANARIES = ("Marisol", "Quintana", "555-0142", "marisol.q")


class Listening(FakeDialogue):
    """Remembers what it was given, and repeats it as Rasa's events do."""

    def __init__(self):
        super().__init__()
        self.heard = []

    async def reply(self, conversation_id, history, text, choice, form=None):
        self.heard.append(text)
        reply = await super().reply(conversation_id, history, text, choice, form)
        return type(reply)(**{**vars(reply), "events": [{"event": "user", "text": text, "form": form}]})


@pytest.fixture(scope="session")
def redactor():
    from bot.privacy.redaction import Redactor

    return Redactor()


@pytest.fixture
def private(serve, redactor):
    """A server that redacts. Options as `serve` takes them."""

    def make(redact=lambda text: redactor.redact(text).text, **options):
        def privacy(log):
            erasing = LogErasure(log.database)
            erasure = Erasure(erasing, [erasing], [], timedelta(days=30))
            notice, crisis = Notice("7", "What you must know."), [{"name": "Emergency", "actions": []}]
            return Privacy(redact, notice, erasure, issue_code, crisis)

        return serve(dialogue=Listening(), privacy=privacy, **options)

    return make


def stored(server):
    with server.database.reading() as connection:
        return str([connection.execute(sa.select(table)).all() for table in metadata.tables.values()])


def clean(text):
    return not [canary for canary in CANARIES if canary in text]


# the notice
def test_the_notice_and_crisis_contacts_come_before_consent_and_store_nothing(private):
    server = private()
    answer = server.call("GET", "/chat/notice")
    assert answer.json == {"notice": {"version": "7", "text": "What you must know."},
                           "crisis": {"resources": [{"name": "Emergency", "actions": []}]}}  # fmt: skip
    assert stored(server) == str([[] for _ in metadata.tables])


def test_the_version_that_was_accepted_is_kept(private):
    server = private()
    answer = server.call("POST", "/chat/sessions", {"consent": True, "notice_version": "7"})
    assert answer.json["notice_version"] == "7" and "'7'" in stored(server)


@pytest.mark.parametrize("version", ["6", "", 7, []])
def test_an_older_notice_must_be_read_again(private, version):
    answer = private().call("POST", "/chat/sessions", {"consent": True, "notice_version": version})
    assert (answer.status, answer.code) == (409, "notice_changed")


@pytest.mark.parametrize("locale", ["en-US", "fa", "my name is Marisol", "x" * 50, 5, "<b>"])
def test_only_a_language_is_kept_of_a_locale(private, locale):
    server = private()
    assert server.call("POST", "/chat/sessions", {"consent": True, "locale": locale}).status == 201
    assert clean(stored(server)) and "<b>" not in stored(server)


# redaction
def test_what_is_stored_and_what_answers_is_redacted(private):
    server = private()
    token = server.start()
    answer = server.say(token, SAID)
    redacted = "my name is <NAME>, call <PHONE> or <EMAIL>"
    assert answer.status == 200 and server.dialogue.heard == [redacted]
    assert clean(stored(server)) and redacted in stored(server)
    assert redacted in server.call("GET", "/chat/transcript", None, token).body.decode()


def test_a_note_is_redacted(private):
    server = private()
    token = server.start()
    message = server.say(token).json["messages"][0]["id"]
    body = {"message_id": message, "helpful": False, "note": SAID}
    assert server.call("POST", "/chat/feedback", body, token).status == 204
    assert clean(stored(server)) and "<EMAIL>" in stored(server)


def test_a_message_that_alarmed_is_answered_first_and_redacted_with_its_reason(private):
    alarm = Alarm({"id": "a", "text": "Call 911.", "outcome": "safety/self_harm"}, f"signal: {SAID}")
    seen = []

    def screen(text, in_booking=False):
        seen.append(text)
        return alarm if "die" in text else None

    server = private(screen=screen)
    token = server.start()
    assert server.say(token, f"i want to die. {SAID}").json["messages"][0]["text"] == "Call 911."
    server.say(token, "thanks")  # waits for the turn before
    assert seen[0].endswith(SAID) and clean(stored(server)) and "i want to die" in stored(server)


def test_short_fields_of_a_form_that_alarmed_are_not_kept(private):
    alarm = Alarm({"id": "a", "text": "Call 911.", "outcome": "safety/self_harm"}, "x")
    server = private(screen=lambda text, in_booking=False: alarm if "die" in text else None)
    token = server.start()
    values = {"name": "Marisol", "note": "i really want to die now"}
    body = {"id": str(uuid.uuid4()), "form": {"id": "contact", "values": values}}
    assert server.call("POST", "/chat/messages", body, token).status == 200
    server.say(token)
    assert clean(stored(server)) and "i really want to die" in stored(server)


def test_fields_of_a_form_are_redacted_and_their_names_are_names(private):
    server = private()
    token = server.start()
    values = {"note": SAID, "my name is Marisol": "x", "ok": True}
    body = {"id": str(uuid.uuid4()), "form": {"id": "contact", "values": values}}
    assert server.call("POST", "/chat/messages", body, token).status == 200
    assert clean(stored(server)) and "<PHONE>" in stored(server)


def test_when_redaction_fails_nothing_is_stored_or_answered(private):
    def fail(_text):
        raise RuntimeError(SAID)

    server = private(redact=fail)
    token = server.start()
    answer = server.say(token, SAID)
    assert answer.status == 500 and clean(answer.body.decode()) and server.dialogue.heard == []
    assert clean(stored(server))


# erasure
def test_a_chat_is_erased_by_its_code_without_its_token(private):
    server = private()
    session = server.call("POST", "/chat/sessions", {"consent": True}).json
    other = server.start()
    server.say(session["token"], "mine-4711")
    server.say(other, "theirs-4712")
    code = session["erasure_code"]
    assert code not in stored(server)
    assert server.call("POST", "/chat/erase", {"code": code.lower().replace("-", " ")}).status == 204
    assert "mine-4711" not in stored(server) and "theirs-4712" in stored(server)
    assert server.say(session["token"]).status == 401 and server.say(other).status == 200
    assert server.call("POST", "/chat/erase", {"code": code}).code == "unknown_code"
    assert "'conversations': 1" in stored(server)  # the receipt


@pytest.mark.parametrize(
    "body, status", [({"code": "ABCD"}, 404), ({"code": "x" * 9999}, 404), ({"code": 5}, 422), ({}, 422)]
)
def test_what_is_no_code_erases_nothing(private, body, status):
    server = private()
    server.start()
    assert server.call("POST", "/chat/erase", body).status == status
    assert "'conversations'" not in stored(server)


def test_codes_cannot_be_tried_without_end(private):
    server = private()
    answers = [server.call("POST", "/chat/erase", {"code": "0000-0000-0000-0000"}).status for _ in range(31)]
    assert answers[:30] == [404] * 30 and answers[30] == 429


def test_erasing_reaches_the_log(serve):
    server = serve()
    token = server.start()
    assert server.call("DELETE", "/chat/session", None, token).status == 204 and server.say(token).status == 401
