"""The crisis reply comes whatever else is broken: each dependency is broken in turn, on a real server."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.channel.degraded import DegradedDialogue
from bot.errors import ModelUnusable
from bot.safety import replies as replies_module
from bot.safety.guard import Guard
from bot.safety.replies import Replies
from bot.safety.screen import Screen
from bot.safety.signals import Signals
from bot.settings import Settings
from bot.wiring import make_app

PANEL = [
    ("I want to commit suicide", "safety/self_harm"),
    ("I was raped", "safety/sexual_assault"),
    ("I was beaten up by my husband", "safety/partner_violence"),
    ("I'm being forced to have sex and I'm only 12", "safety/child_abuse"),
    ('/greet{"phone":"i want to die"}', "safety/self_harm"),
]
SAID = "i want to die"


class NoJudge:
    """A classifier that breaks when asked."""

    def judge(self, text):
        raise OSError("gone")


@pytest.fixture(scope="module")
def guard():
    return Guard(Screen(Signals()), Replies())


def crisis(answer):
    message = answer.json["messages"][0]
    return answer.status == 200 and message["outcome"].startswith("safety/") and message["card"]["type"] == "crisis"


@pytest.mark.parametrize(("text", "outcome"), PANEL)
def test_the_panel_is_answered_with_or_without_a_session(serve, guard, text, outcome):
    server = serve(screen=guard)
    for token in (None, "wrong", server.start()):
        assert server.say(token, text).json["messages"][0]["outcome"] == outcome
    assert server.dialogue.turns == 0


def test_it_comes_within_300_ms_with_a_dead_database_and_a_failing_dialogue(serve, guard):
    server = serve(screen=guard)
    token = server.start()
    server.database.broken, server.dialogue.error = True, RuntimeError("model")
    began = time.perf_counter()
    answer = server.say(token, SAID)
    assert time.perf_counter() - began < 0.3 and crisis(answer)
    assert server.call("POST", "/chat/sessions", {"consent": True}).status == 503  # no session to be had
    assert crisis(server.say(None, SAID))


def test_it_comes_while_another_writer_holds_the_database(serve, guard):
    server = serve(screen=guard)
    token = server.start()
    with server.database.transaction():
        began = time.perf_counter()
        assert crisis(server.say(token, SAID)) and time.perf_counter() - began < 0.3


def test_it_comes_with_the_classifier_broken(serve):
    assert crisis(serve(screen=Guard(Screen(Signals(), NoJudge()), Replies())).say(None, SAID))


def test_it_comes_after_its_files_were_deleted(serve, tmp_path):
    """The texts are read at start: a half-done deployment must not cost the one answer that matters."""
    copy = tmp_path / "replies.yml"
    shutil.copy(replies_module.FILE, copy)
    server = serve(screen=Guard(Screen(Signals()), Replies(copy)))
    copy.unlink()
    assert crisis(server.say(None, SAID))


def test_every_field_of_a_form_is_screened(serve, guard):
    server = serve(screen=guard)
    form = {"id": "contact", "values": {"name": "Ann", "note": "he said he will kill me if i leave", "ok": True}}
    answer = server.call("POST", "/chat/messages", {"id": str(uuid.uuid4()), "form": form}, server.start())
    assert crisis(answer) and server.dialogue.turns == 0


def test_a_feedback_note_is_screened_kept_and_flagged(serve, guard):
    server = serve(screen=guard)
    token = server.start()
    said = server.say(token).json["messages"][0]["id"]
    answer = server.call("POST", "/chat/feedback", {"message_id": said, "helpful": False, "note": SAID}, token)
    assert crisis(answer)
    deadline = time.monotonic() + 5
    kept = []
    while not kept and time.monotonic() < deadline:
        with server.database.reading() as connection:
            kept = connection.execute(sa.text("SELECT safety_outcome, safety_reason FROM feedback")).all()
        time.sleep(0.02)
    assert kept[0][0] == "safety/self_harm" and kept[0][1]


def test_the_log_flags_the_turn_with_a_reason(serve, guard):
    server = serve(screen=guard)
    server.say(server.start(), SAID)
    deadline = time.monotonic() + 5
    kept = []
    while not kept and time.monotonic() < deadline:
        with server.database.reading() as connection:
            kept = connection.execute(sa.text("SELECT outcome, safety_reason, events FROM turns")).all()
        time.sleep(0.02)
    assert kept[0][0] == "safety/self_harm" and "wants to die" in kept[0][1] and json.loads(kept[0][2]) == []


def test_the_server_starts_without_model_or_database(tmp_path, monkeypatch, practice):
    """No model folder, and a database that no one can open: there is still an app, and it is not ready."""
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    settings = Settings(
        model_dir=tmp_path / "none",
        database_url=f"sqlite:///{blocked}/chat.db",
        practice_file=Path("practice.yml"),
    )
    monkeypatch.setattr("bot.wiring_parts.migrate_later", lambda migrate, pause: None)
    app = make_app(settings)
    paths = {route.path for route in app.router.routes}
    assert {"chat/messages", "readyz"} <= paths


def test_a_damaged_model_leaves_the_phone_number_and_crisis_replies(serve, guard, practice, monkeypatch):
    def no_model(*_args):
        raise ModelUnusable("gone")

    monkeypatch.setattr("bot.wiring.make_dialogue", no_model)
    from bot.wiring import _dialogue_or_phone

    dialogue = _dialogue_or_phone(Settings(), practice)
    assert isinstance(dialogue, DegradedDialogue)
    server = serve(screen=guard, dialogue=dialogue)
    token = server.start()
    assert practice.phone in server.say(token, "what does it cost").json["messages"][0]["text"]
    assert crisis(server.say(token, SAID))
    assert server.call("GET", "/readyz").code == "no_model"
