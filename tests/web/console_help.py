"""A served console on a free loopback port, and a client that behaves as a browser does: cookies, tokens, forms."""

import asyncio
import hashlib
import http.client
import re
import socket
import threading
import uuid
from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pyotp
from argon2 import PasswordHasher
from sanic import Sanic

from bot.booking.service import Booking
from bot.conversation import Turn
from bot.database import Database
from bot.log.erasure import LogErasure
from bot.log.store import ConversationLog
from bot.log.transcripts import SqlTranscripts
from bot.review.access.passwords import Passwords
from bot.review.console import Console, Options
from bot.review.erasure import ConsoleErasure
from bot.review.ports import Services
from tests.booking_helpers import RULES, Reversed
from tests.databases import migrated

Sanic.test_mode = True  # Sanic rewrites its own methods at start, once only unless it knows of several apps
LOOP = asyncio.new_event_loop()
threading.Thread(target=LOOP.run_forever, daemon=True).start()
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
OWN = "violet kettle under snow"
NOW = datetime.now(timezone.utc)


class Backwards:
    """A cipher one can see through."""

    def encrypt(self, value):
        return value[::-1]

    decrypt = encrypt


class World:
    """A database with the log and the console over it; `serve` makes it answer HTTP."""

    def __init__(self, url, options=None, sections=(), **services):
        if url.startswith("sqlite:///"):
            migrated(url.removeprefix("sqlite:///"), "log", "console")
        self.database = Database(url)
        self.log = ConversationLog(self.database)
        self.log.migrate()
        usual = {
            "transcripts": SqlTranscripts(self.database),
            "cipher": Backwards(),
            "erase": self.erase,
            "encode": letters,
            "topics": lambda: {"faq/cost": "What does it cost?", "faq/alone": "Can I come alone?"},
            "zone": "America/Los_Angeles",
        }
        given = Services(**{**usual, **services})
        self.console = Console(self.database, given, options or Options(), sections, QUICK)
        self.console.migrate()
        self.server = None

    def say(self, *texts, kind="visitor", outcome="faq/cost", at=None, conversation=None, number=1, **more):
        """A conversation with one turn for each text; gives its id and the ids of its messages."""
        at = at or datetime.now(timezone.utc)  # NOW is minutes ago in a long run; the index looks back one
        token = hashlib.sha256(uuid.uuid4().bytes).hexdigest()
        started = conversation or self.log.start(token, "en", "1", at + timedelta(days=400), [], kind).id
        if not conversation:
            table = "UPDATE conversations SET started_at = ? WHERE id = ?"
            with self.database.transaction() as connection:
                if self.database.is_sqlite:
                    connection.exec_driver_sql(table, (at.replace(tzinfo=None).isoformat(" "), started))
        ids = []
        for offset, text in enumerate(texts):
            messages = [{"id": uuid.uuid4().hex, "text": "An answer.", "outcome": outcome}]
            values = {
                "conversation_id": started,
                "message_id": str(uuid.uuid4()),
                "number": number + offset,
                "at": at,
                "text": text,
                "choice": None,
                "outcome": outcome,
                "confidence": 0.9,
                "alternatives": [[outcome, 0.9], ["faq/alone", 0.05], ["faq/other", 0.03]],
                "answer_id": "x",
                "messages": messages,
                "model_version": "m1",
                "latency_ms": 12.3,
                "events": [],
                **more,
            }
            self.log.add(Turn(**values))
            ids.append(values["message_id"])
        return started, ids

    def erase(self, conversation_id):
        """As the registry of erasures does: the console first, the log last."""
        ConsoleErasure(self.database).erase([conversation_id])
        LogErasure(self.database).erase([conversation_id])

    def look(self):
        self.console.parts.index.catch_up(now=True)

    def serve(self):
        app = Sanic(f"console-{uuid.uuid4().hex[:8]}", configure_logging=False)
        self.console.mount(app)
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

        async def start():
            self.server = await app.create_server(sock=self.socket, return_asyncio_server=True, access_log=False)
            await self.server.startup()
            await self.server.start_serving()

        asyncio.run_coroutine_threadsafe(start(), LOOP).result(20)
        return self

    def stop(self):
        if self.server:
            asyncio.run_coroutine_threadsafe(self._close(), LOOP).result(20)
        self.database.close()

    async def _close(self):
        self.server.close()
        await self.server.wait_closed()

    def client(self, name=None, *roles):
        """A browser; with roles, one that has logged in (its account is made at once when it is new)."""
        browser = Browser(self.port)
        if not roles:
            return browser
        accounts = self.console.accounts
        if name not in [account.name for account in accounts.all()]:
            password = accounts.add(name, roles)
            found = accounts.named(name)
            secret = pyotp.random_base32()
            accounts.set_up(found.id, OWN, secret, pyotp.TOTP(secret).now())
            assert password
        browser.cookie = self.console.sessions.begin(accounts.named(name).id, "in")
        return browser


class Answer:
    def __init__(self, response):
        self.status, self.headers = response.status, response.headers
        self.body = response.read().decode()

    @property
    def csrf(self):
        return re.search('name="csrf" value="([^"]*)"', self.body).group(1)

    @property
    def goes_to(self):
        return self.headers["Location"]


class Browser:
    """One cookie, and what browsers send along with forms."""

    def __init__(self, port):
        self.port, self.cookie, self.csrf = port, None, ""

    def call(self, method, path, form=None, headers=None, origin=True):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = {"Cookie": f"console={self.cookie}"} if self.cookie else {}
        body = None
        if method == "POST":
            body = urlencode(form or {}, doseq=True)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            if origin:
                sent["Origin"] = f"http://127.0.0.1:{self.port}"
        line.request(method, f"/console{path}", body, {**sent, **(headers or {})})
        answer = Answer(line.getresponse())
        line.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.cookie = re.match("console=([^;]*)", cookie).group(1) or None
        if 'name="csrf"' in answer.body:
            self.csrf = answer.csrf
        if method == "POST" and answer.status == 303 and answer.headers["Set-Cookie"]:
            self.get(answer.goes_to.removeprefix("/console"))  # as a browser does; the new session has a new token
        return answer

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, form=None, **more):
        """Sends a form with the token of the last page."""
        if not self.csrf:
            self.get("/account")
        return self.call("POST", path, {"csrf": self.csrf, **(form or {})}, **more)


def with_booking(url):
    """Yields a served console that shows real appointments; stops it afterwards."""
    first = World(url)
    booking = Booking(first.database, Reversed(), RULES, ZoneInfo("America/Los_Angeles"))
    booking.migrate()
    world = World(url, booking=booking).serve()
    world.booking = booking
    yield world
    world.stop()
    first.stop()


def letters(texts):
    """A stand-in for the encoder: how often each letter occurs."""
    import numpy as np

    counted = np.array([[t.lower().count(chr(97 + n)) + 0.01 for n in range(26)] for t in texts], dtype=np.float32)
    return counted / np.linalg.norm(counted, axis=1, keepdims=True)
