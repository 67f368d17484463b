"""The console on a port of its own: there, and nowhere else."""

import http.client
import socket
import subprocess
import sys
import time

PROGRAM = """
import sys
from sanic import Sanic
from sanic.response import text
from bot.review.serving import serve_apart
from tests.web.console_help import World
Sanic.test_mode = False  # as in production
app = Sanic("chat", configure_logging=False)
app.add_route(lambda request: text("chat"), "/")
serve_apart(app, World(f"sqlite:///{sys.argv[1]}/c.db").console, "127.0.0.1", int(sys.argv[3]))
app.run("127.0.0.1", int(sys.argv[2]), access_log=False, motd=False)
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def status(port, path):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    line.request("GET", path)
    return line.getresponse().status


def test_the_chat_and_the_console_answer_on_their_own_ports_only(tmp_path):
    chat, console = free_port(), free_port()
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path), str(chat), str(console)])
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                assert status(console, "/console/login") == 200
                break
            except OSError:
                time.sleep(0.2)
        assert status(chat, "/console/login") == 404 and status(console, "/") == 404
        assert status(chat, "/") == 200
    finally:
        process.kill()
        process.wait()
