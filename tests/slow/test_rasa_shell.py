"""`rasa shell` on the same model and actions, played in a terminal as a person would."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers import free_port

CURSOR_ASKED, CURSOR = b"\x1b[6n", b"\x1b[1;1R"  # the prompt asks the terminal where it is
_CONTROL = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]")


class Terminal:
    """A command in a terminal of its own."""

    def __init__(self, command, env):
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execve(command[0], command, env)  # noqa: S606
        self._seen = b""

    def say(self, line):
        self._seen = b""
        os.write(self._fd, line.encode() + b"\r")

    def wait_for(self, text, seconds):
        """What was shown until then; fails when the text does not come in time."""
        end = time.monotonic() + seconds
        while text not in self.shown():
            assert time.monotonic() < end, f"{text!r} did not come"
            if select.select([self._fd], [], [], 0.2)[0]:
                new = os.read(self._fd, 4096)
                if CURSOR_ASKED in new:
                    os.write(self._fd, CURSOR)
                self._seen += new
        return self.shown()

    def shown(self):
        return _CONTROL.sub(b"", self._seen).decode("utf-8", "replace")


@pytest.fixture
def shell(tmp_path):
    port = free_port()
    endpoints = tmp_path / "endpoints.yml"
    endpoints.write_text(Path("endpoints.yml").read_text().replace("localhost:5055", f"localhost:{port}"))
    env = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "TERM": "dumb"}
    actions = subprocess.Popen(
        [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)],
        env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    command = ["-m", "rasa", "shell", "--model", "models", "--endpoints", str(endpoints), "--port", str(free_port())]
    terminal = Terminal([sys.executable, *command], env)
    yield terminal
    actions.terminate()
    actions.wait(20)
    os.kill(terminal.pid, signal.SIGKILL)
    os.waitpid(terminal.pid, 0)


@pytest.mark.timeout(240)
def test_rasa_shell_answers_offers_topics_and_goes_on(shell):
    shell.wait_for("Your input", 120)
    shell.say("does anything sexual happen in a session?")
    shell.wait_for("No.", 20)
    shell.say("zxcv qwer uiop")
    said = shell.wait_for("Your input ->", 30)
    assert "Failed to run custom action" not in said
    shell.say("do you take sides?")
    shell.wait_for("room for both", 20)
