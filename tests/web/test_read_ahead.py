"""What a message finds in the log is read while the screen looks, and read again when it is no longer so."""

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timezone

import pytest

from bot.channel.sessions import token_hash
from bot.conversation import Turn
from bot.errors import StorageUnavailable
from bot.safety.guard import Alarm


class Gate:
    """A screen that holds one text back until it is let through."""

    def __init__(self):
        self.begun, self.through = threading.Event(), threading.Event()

    def __call__(self, text, in_booking=False):
        if text == "held":
            self.begun.set()
            assert self.through.wait(10)
        return None


class Held:
    """A message that the screen still looks at; what it finds has been read by then."""

    def __init__(self, server, gate, token, message_id=None):
        self._gate, self._pool = gate, ThreadPoolExecutor(1)
        reads = server.database.reads
        self._answer = self._pool.submit(server.say, token, "held", message_id)
        assert gate.begun.wait(10)
        deadline = time.monotonic() + 10
        while server.database.reads == reads and time.monotonic() < deadline:
            time.sleep(0.01)
        assert server.database.reads > reads, "nothing was read ahead"

    def answer(self):
        self._gate.through.set()
        return self._answer.result(10)


@pytest.fixture
def gate():
    gate = Gate()
    yield gate
    gate.through.set()


@pytest.fixture
def server(serve, gate, monkeypatch):
    server = serve(screen=gate)
    reading, server.database.reads = server.database.reading, 0

    @contextmanager
    def counted():
        with reading() as connection:
            yield connection
        server.database.reads += 1

    monkeypatch.setattr(server.database, "reading", counted)
    return server


def test_all_is_read_while_the_screen_looks(server, gate):
    held = Held(server, gate, server.start())
    time.sleep(0.1)
    reads = server.database.reads
    assert held.answer().status == 200 and server.database.reads == reads


def test_what_was_said_meanwhile_comes_before(server, gate):
    token = server.start()
    held = Held(server, gate, token)
    assert server.say(token).json["messages"][0]["text"] == "0 before"
    assert held.answer().json["messages"][0]["text"] == "1 before"


def test_the_same_message_answered_meanwhile_is_not_answered_again(server, gate):
    token, message_id = server.start(), str(uuid.uuid4())
    held = Held(server, gate, token, message_id)
    first = server.say(token, message_id=message_id)
    assert held.answer().body == first.body and server.dialogue.turns == 1


def test_what_begins_during_another_turn_finds_it(server, gate):
    token = server.start()
    server.dialogue.delay = 0.5
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(server.say, token)
        while not server.dialogue.turns:
            time.sleep(0.01)
        held = Held(server, gate, token)
        assert first.result(10).status == 200
        assert held.answer().json["messages"][0]["text"] == "1 before"


def test_a_conversation_erased_meanwhile_is_gone(server, gate):
    token = server.start()
    held = Held(server, gate, token)
    assert server.call("DELETE", "/chat/session", None, token).status == 204
    answer = held.answer()
    assert (answer.status, answer.code) == (401, "session_needed") and server.dialogue.turns == 0


def test_the_same_message_answered_by_another_process_meanwhile_is_stored_once(server, gate):
    """Two server processes share the database and no lock: the second that stores gives the first one's answer."""
    token, message_id = server.start(), str(uuid.uuid4())
    held = Held(server, gate, token, message_id)
    stored_elsewhere(server, token, message_id)
    assert held.answer().json["messages"][0]["text"] == "from elsewhere"


def test_another_message_stored_by_another_process_meanwhile_asks_to_send_again(server, gate):
    token, message_id = server.start(), str(uuid.uuid4())
    held = Held(server, gate, token, message_id)
    stored_elsewhere(server, token, str(uuid.uuid4()))
    crossed = held.answer()
    assert (crossed.status, crossed.code) == (409, "try_again")
    assert server.say(token, "held", message_id).json["messages"][0]["text"] == "1 before"


def test_danger_waits_for_no_database_that_hangs(serve, gate, monkeypatch):
    """Every thread that asks the database is stuck; the crisis reply is given all the same, and at once."""
    message = {"id": "m", "text": "Call 988.", "outcome": "safety/self_harm"}
    server = serve(screen=lambda text, in_booking=False: Alarm(message, "test") if "die" in text else None)
    token = server.start()

    def hangs():
        gate.through.wait(10)
        raise StorageUnavailable("away")

    monkeypatch.setattr(server.database, "reading", hangs)
    with ThreadPoolExecutor(10) as pool:
        stuck = [pool.submit(server.say, token) for _ in range(10)]
        time.sleep(0.3)
        began = time.perf_counter()
        assert server.say(token, "i want to die").json["messages"][0]["outcome"] == "safety/self_harm"
        assert time.perf_counter() - began < 0.3
        gate.through.set()
        assert {one.result(10).status for one in stuck} == {503}


def stored_elsewhere(server, token, message_id):
    """Stores a first turn as another process would, without this one's lock."""
    conversation = server.log.find(token_hash(token))
    message = {"id": uuid.uuid4().hex, "text": "from elsewhere", "outcome": "faq/cost"}
    at = datetime.now(timezone.utc)
    events = [{"event": "user"}]
    turn = Turn(conversation.id, message_id, 1, at, "?", None, "faq/cost", 0.9, [], "", [message], "m", 1.0, events)
    server.log.add(turn)
