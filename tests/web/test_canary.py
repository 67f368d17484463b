"""The whole program with details planted in everything a visitor can send: none may be in any file or output after.

Each detail stands where a visitor would write it: in questions, in a crisis message, in a booking, in a note, in
requests that are refused or break, in a conversation that a kill -9 or a crash of the process ends.
"""

import json
import os
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import pytest

DETAILS = {
    "phone": "415-555-0137",
    "email": "marisol.quintana77@example.org",
    "name": "Marisol Quintana",
    "address": "4821 Waverley Street",
    "ssn": "541-72-9836",
    "card": "4556 7375 8689 9855",
    "birth": "03/14/1987",
    "handle": "@mari_quinta_77",
}
READABLE = ("415-555-0137", "4155550137", "marisol", "quintana", "4821 waverley", "541-72-9836", "541729836",
            "4556 7375", "4556737586899855", "03/14/1987", "mari_quinta")  # fmt: skip
MESSAGES = (
    "hi, my name is {name}, how much is a session",
    "call me at {phone} or write to {email}",
    "we live at {address}, Palo Alto, CA 94301, is that near",
    "my ssn is {ssn} and my card is {card}, dob {birth}",
    "my insta is {handle}",
    "i want to kill myself. {name}, {phone}",
    "/greet{{\"name\": \"{name}\"}} {phone}",
    "<b>{phone}</b> <script>{email}</script>",
    "book an appointment",
    "the free consultation please",
    "{name} {phone} {email}",
    "cancel that",
)


class Program:
    """`bot run` in a folder of its own, with every file it may write in there."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        (folder / "tmp").mkdir(exist_ok=True)
        self.env = {**os.environ, "BOT_PORT": str(self.port), "BOT_DATABASE_URL": f"sqlite:///{folder}/chat.db",
               "BOT_KEYS_FILE": str(folder / "keys"), "BOT_WORK_DIR": str(folder / "work"), "LOG_LEVEL": "DEBUG",
               "BOT_PRACTICE_FILE": "tests/data/practice_booking.yml", "TMPDIR": str(folder / "tmp")}  # fmt: skip
        with open(folder / "output.txt", "ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "run"], env=self.env, stdout=output, stderr=output,
                preexec_fn=allow_core_dumps,
            )  # fmt: skip
        self._wait()

    def command(self, *arguments):
        line = [sys.executable, "-m", "bot.cli", *arguments]
        done = subprocess.run(line, env=self.env, capture_output=True, text=True)
        return done.stdout + done.stderr

    def _wait(self):
        for _ in range(600):
            assert self.process.poll() is None, (self.folder / "output.txt").read_text()[-500:]
            if self.call("GET", "/readyz")[0] == 200:
                return
            time.sleep(0.2)
        raise AssertionError("it did not start")

    def call(self, method, path, body=None, token=None):
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, method=method)  # noqa: S310
        request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except urllib.error.URLError:
            return 0, b""

    def start(self):
        status, answer = self.call("POST", "/chat/sessions", {"consent": True, "locale": DETAILS["name"]})
        assert status == 201
        return json.loads(answer)

    def say(self, token, **content):
        return self.call("POST", "/chat/messages", {"id": str(uuid.uuid4()), **content}, token)

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait(30)


def gone(program, token):
    """Whether a conversation ends within a few seconds."""
    for _ in range(50):
        if program.call("GET", "/chat/messages", None, token)[0] == 401:
            return True
        time.sleep(0.2)
    return False


def allow_core_dumps():
    """As a machine that keeps them would."""
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def everything_written(folder):
    """{file: its bytes, in small letters} of every file, and a dump of the database."""
    written = {str(file.relative_to(folder)): file.read_bytes().lower() for file in folder.rglob("*") if file.is_file()}
    with sqlite3.connect(folder / "chat.db") as database:
        written["dump"] = "\n".join(database.iterdump()).lower().encode()
    return written


def test_no_planted_detail_is_in_any_file_or_output(tmp_path):
    if not any(Path("models").glob("*.tar.gz")):
        pytest.skip("needs a trained model: make train")
    program = Program(tmp_path)
    session = program.start()
    token = session["token"]
    for message in MESSAGES:
        assert program.say(token, text=message.format(**DETAILS))[0] in (200, 429), message
    values = {field: DETAILS[field] for field in ("name", "phone", "email")} | {"note": f"at {DETAILS['address']}"}
    program.say(token, form={"id": "contact", "values": values})
    first = session["messages"][0]["id"]
    note = f"ask {DETAILS['name']}, {DETAILS['phone']}, or {DETAILS['email']}"
    judged = {"message_id": first, "helpful": False, "note": note}
    assert program.call("POST", "/chat/feedback", judged, token)[0] == 204

    # refused, broken, oversized and misplaced
    everything = " ".join(DETAILS.values())
    some_id = str(uuid.uuid4())
    for body in (
        b'{"text": "' + everything.encode(),
        {"text": {everything: everything}},
        {"id": everything, "text": "x"},
        {"id": some_id, "text": everything * 99},
        {"id": some_id, "choice": everything},
        {"id": some_id, "form": {"id": everything, "values": {everything: everything}}},
    ):
        assert 400 <= program.call("POST", "/chat/messages", body, token)[0] < 500
    program.call("GET", f"/chat/{DETAILS['email']}?after={DETAILS['phone']}", None, everything.replace(" ", ""))
    program.call("POST", "/chat/erase", {"code": everything})
    with socket.create_connection(("127.0.0.1", program.port)) as line:
        line.sendall(f"GET /{DETAILS['email']} HTTP/9\r\nX: {everything}\r\n\r\n".encode())
        line.recv(100)
    assert program.call("GET", "/chat/transcript", None, token)[0] == 200
    outdated = program.start()["token"]
    program.say(outdated, text="what is it about")
    program.end(signal.SIGKILL)
    with sqlite3.connect(tmp_path / "chat.db") as database:  # the server was down while a chat became too old
        newest = "(SELECT id FROM conversations ORDER BY started_at DESC LIMIT 1)"
        database.execute(f"UPDATE conversations SET started_at = '2020-01-01' WHERE id = {newest}")  # noqa: S608

    again = Program(tmp_path)  # what was stored is still there, and a crash of this one leaves no dump
    assert gone(again, outdated)
    assert again.call("GET", "/chat/messages", None, token)[0] == 200
    assert again.say(again.start()["token"], text=f"my name is {DETAILS['name']}, {DETAILS['phone']}")[0] == 200
    again.end(signal.SIGABRT)

    written = everything_written(tmp_path)
    size = sum(len(content) for name, content in written.items() if name.startswith("chat.db"))
    assert size > 50_000 and written["keys"]
    assert sorted((name, d) for name, content in written.items() for d in READABLE if d.encode() in content) == []
    assert not [name for name in written if "core" in Path(name).name] and not list(Path.cwd().glob("core*"))

    erased = again.command("erase", session["erasure_code"])
    assert erased.startswith("Deleted: ") and " turns" in erased
    assert b"<phone>" in written["dump"]
