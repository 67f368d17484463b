"""Real servers for tests, on free loopback ports, in folders of their own, stopped by whoever started them."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import caldav
from aiosmtpd.controller import Controller

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").exists() else []


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Postgres:
    """A throw-away cluster on a Unix socket; durability is switched off, correctness is not."""

    def __init__(self):
        self._bin = POSTGRES[-1] if POSTGRES else Path(shutil.which("initdb")).resolve().parent
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # noqa: S108  a socket's path must be short
        self._as = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self._as = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
        self._run("initdb", "-D", "data", "-A", "trust", "-U", "test", "--no-sync", "-E", "UTF8", "--locale=C")
        options = f"-c listen_addresses= -k {self.folder} -F -c max_connections=100"
        self._run("pg_ctl", "-D", "data", "-l", "log", "-w", "-o", options, "start")
        self._made = 0

    @staticmethod
    def is_here():
        return bool(shutil.which("initdb") or POSTGRES)

    def database(self):
        """The URL of a new, empty database."""
        self._made += 1
        name = f"test{self._made}"
        self._run("createdb", "-h", str(self.folder), "-U", "test", name)
        return f"postgresql://test@/{name}?host={self.folder}"

    def stop(self):
        self._run("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder)

    def _run(self, program, *arguments):
        done = subprocess.run(
            [*self._as, str(self._bin / program), *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"


class Mailbox:
    """A mail server that keeps what it takes. `refuse`: an answer such as "550 no" for every recipient."""

    def __init__(self):
        self.taken, self.refuse = [], None
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self._controller.start()
        self.port = self._controller.port

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  aiosmtpd's name
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        message = message_from_bytes(envelope.content, policy=default)
        message.came_to = envelope.rcpt_tos
        self.taken.append(message)
        return "250 OK"

    def to(self, address):
        return [message for message in self.taken if message.came_to == [address]]

    def stop(self):
        self._controller.stop()


class Radicale:
    """Radicale with one empty calendar. `stop` and `start` keep what it holds."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="dav-")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/practice/work/"
        self._process = None
        self.start()
        client = caldav.DAVClient(self.url)
        for path, method in ((self.url.removesuffix("work/"), "MKCOL"), (self.url, "MKCALENDAR")):
            answer = client.request(path, method)
            assert answer.status == 201, answer.status
        self.calendar = caldav.Calendar(client=client, url=self.url)

    def start(self):
        options = ["--server-hosts", f"127.0.0.1:{self.port}", "--auth-type", "none", "--logging-level", "error"]
        storage = ["--storage-filesystem-folder", self.folder]
        self._process = subprocess.Popen([sys.executable, "-m", "radicale", "--config", "", *options, *storage])
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("Radicale did not start")

    def stop(self):
        self._process.terminate()
        self._process.wait(20)

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder)

    def clear(self):
        for event in self.calendar.events():
            event.delete()

    def add(self, lines, uid=None):
        """An event of the therapist's own; lines: its properties."""
        uid = uid or uuid.uuid4().hex
        body = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", "BEGIN:VEVENT", f"UID:{uid}",
                            "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT", "END:VCALENDAR", ""])  # fmt: skip
        return self.calendar.save_event(body)
