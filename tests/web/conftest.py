"""A served visitor API: real HTTP on a free loopback port, the real log, a dialogue that needs no model."""

import asyncio
import json
import socket
import threading
import urllib.error
import urllib.request
import uuid
from dataclasses import replace

import pytest
from sanic import Sanic

from bot.channel.app import create_app
from bot.channel.turn import Reply
from bot.database import Database
from bot.errors import StorageUnavailable
from bot.log.store import ConversationLog
from bot.settings import Settings
from tests.channel_ports import ports
from tests.databases import migrated

SITE = "https://practice.example"
LOOP = asyncio.new_event_loop()  # one for all servers, as in production; it ends with the test run
Sanic.test_mode = True  # Sanic rewrites its own methods at start, once only unless it knows of several apps
threading.Thread(target=LOOP.run_forever, daemon=True).start()


class FakeDialogue:
    """Answers with what it was told; counts turns; can be slow or fail."""

    ready = True
    model_version = "fake-1"

    def __init__(self):
        self.turns, self.delay, self.error = 0, 0.0, None

    def opening(self):
        return [{"id": uuid.uuid4().hex, "text": "An automated assistant.", "outcome": "chitchat/greet", "choices": []}]

    def knows_choice(self, choice):
        return choice == "faq/cost"

    async def reply(self, conversation_id, history, text, choice, form=None):
        self.turns += 1
        await asyncio.sleep(self.delay)
        if self.error:
            raise self.error
        message = {"id": uuid.uuid4().hex, "text": f"{len(history)} before", "outcome": "faq/cost"}
        return Reply([message], "faq/cost", 0.9, [["faq/cost", 0.9]], "utter_faq/cost", [{"event": "user"}])


class FaultyDatabase(Database):
    """The real database; `broken` makes it fail as a locked or absent one does."""

    broken = False

    def transaction(self):
        self._fail()
        return super().transaction()

    def reading(self):
        self._fail()
        return super().reading()

    def _fail(self):
        if self.broken:
            raise StorageUnavailable("away")


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["error"]["code"]


def _json(body):
    try:
        return json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a surrogate pair can travel only escaped
        return json.dumps(body).encode()


class Server:
    """One running app and a client for it."""

    def __init__(self, tmp_path, screen=None, dialogue=None, details=None, privacy=None, **changes):
        self.dialogue = dialogue or FakeDialogue()
        self.database = FaultyDatabase(migrated(tmp_path / f"chat-{uuid.uuid4().hex}.db", "log"))
        self.log = ConversationLog(self.database)
        usual = Settings(allowed_origins=(SITE,), messages_per_minute=1000, sessions_per_hour=1000)
        settings = replace(usual, **changes)
        details = details(self.database) if details else None
        privacy = privacy(self.log) if privacy else None
        given = ports(self.log, self.dialogue, screen, details, privacy)
        self.app = create_app(settings, given, "<title>page</title>")
        self.listen()

    def listen(self):
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        asyncio.run_coroutine_threadsafe(self._serve(), LOOP).result(20)

    async def _serve(self):
        self._server = await self.app.create_server(sock=self._socket, return_asyncio_server=True, access_log=False)
        await self._server.startup()
        await self._server.start_serving()

    async def _close(self):
        self._server.close()
        await self._server.wait_closed()

    def stop(self):
        asyncio.run_coroutine_threadsafe(self._close(), LOOP).result(20)
        self.database.close()

    def call(self, method, path, body=None, token=None, headers=None):
        data = body if isinstance(body, (bytes, type(None))) else _json(body)
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, method=method)  # noqa: S310
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            request.add_header(name, value)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=30) as found:  # noqa: S310
                return Answer(found.status, found.headers, found.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def raw(self, sent):
        """Bytes as they are, for what a well-behaved client cannot send."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            line.sendall(sent)
            received = b""
            while part := line.recv(65536):
                received += part
                if b"\r\n\r\n" in received:
                    break
        return received

    def start(self):
        answer = self.call("POST", "/chat/sessions", {"consent": True})
        assert answer.status == 201, answer.body
        return answer.json["token"]

    def say(self, token, text="What does it cost?", message_id=None, **more):
        body = {"id": message_id or str(uuid.uuid4()), "text": text, **more}
        return self.call("POST", "/chat/messages", body, token)

    def session(self):
        return self.start()

    def ask(self, token, text):
        """(status, answer)."""
        answer = self.say(token, text)
        return answer.status, answer.json


@pytest.fixture
def serve(tmp_path):
    servers = []

    def make(screen=None, dialogue=None, **changes):
        servers.append(Server(tmp_path, screen, dialogue, **changes))
        return servers[-1]

    yield make
    for server in servers:
        server.stop()


@pytest.fixture
def server(serve):
    return serve()
