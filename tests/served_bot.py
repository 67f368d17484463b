"""The whole bot in a folder of its own: commands, and real server processes on free loopback ports."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any, Iterator, Optional

import yaml

from tests.servers import free_port

ROOT = Path(__file__).parents[1]
STARTS_WITHIN = 120.0  # seconds, on a busy machine


class Installation:
    """A copy of the content with the model of this checkout; nothing of the checkout is changed.

    examples: at most so many of each intent (and file), to train in less time.
    """

    def __init__(self, folder: Path, examples: Optional[int] = None) -> None:
        self.folder = folder
        for name in ("data", "domain", "tests/data", "tests/conversations"):
            shutil.copytree(ROOT / name, folder / name)
        if examples is not None:
            for path in (folder / "data" / "nlu").glob("*.yml"):
                path.write_text(thinned(path.read_text(encoding="utf-8"), examples), encoding="utf-8")
        for name in ("practice.yml", "config.yml"):
            shutil.copy(ROOT / name, folder / name)
        (folder / "build").mkdir()
        (folder / "build" / "spacy").symlink_to((ROOT / "build" / "spacy").resolve())
        for known in (ROOT / "build").glob("vectors-*.npz"):
            shutil.copy(known, folder / "build")
        limits = {"BOT_MESSAGES_PER_MINUTE": "100000", "BOT_SESSIONS_PER_HOUR": "100000"}
        self.env = {**os.environ, **limits, "PYTHONPATH": str(ROOT), "BOT_MODEL_DIR": str(ROOT / "models")}

    def bot(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end."""
        return subprocess.run(self._command(*words), cwd=self.folder, env=self.env, capture_output=True, text=True)

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        """Starts a command, whose words nobody hears."""
        quiet = subprocess.DEVNULL
        return subprocess.Popen(  # in a session of its own, as the console starts a training
            self._command(*words), cwd=self.folder, env=self.env, stdout=quiet, stderr=quiet, start_new_session=True
        )

    @contextlib.contextmanager
    def served(self, processes: int = 1) -> Iterator[list[str]]:
        """The addresses of that many server processes, ready to answer."""
        ports = [free_port() for _ in range(processes)]
        started = []
        try:
            for port in ports:
                env = {**self.env, "BOT_PORT": str(port)}
                with open(self.folder / f"server-{port}.log", "wb") as log:
                    started.append(
                        subprocess.Popen(self._command("run"), cwd=self.folder, env=env, stdout=log, stderr=log)
                    )
            urls = [f"http://127.0.0.1:{port}" for port in ports]
            for url in urls:
                _wait_for(url)
            yield urls
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(30)

    @staticmethod
    def _command(*words: str) -> list[str]:
        return [sys.executable, "-W", "ignore", "-m", "bot.cli", *words]


def thinned(text: str, most: int) -> str:
    """An NLU file with every so manyth example."""
    document = yaml.load(text, yaml.CSafeLoader)  # noqa: S506
    for block in document["nlu"]:
        lines = block["examples"].splitlines(keepends=True)
        block["examples"] = "".join(lines[:: max(1, -(-len(lines) // most))])
    return yaml.safe_dump(document, allow_unicode=True, width=1000, sort_keys=False)


class Visitor:
    """One session at one server."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.headers = {"Content-Type": "application/json"}
        self.headers["Authorization"] = f"Bearer {self._post('/chat/sessions', {'consent': True})['token']}"

    def say(self, text: str) -> dict[str, Any]:
        """The first message of the answer."""
        return self._message({"text": text})

    def choose(self, choice: str) -> dict[str, Any]:
        """The same for a button."""
        return self._message({"choice": choice})

    def _message(self, said: dict[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = self._post("/chat/messages", {"id": str(uuid.uuid4()), **said})["messages"][0]
        return found

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), self.headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.load(answer)


def _wait_for(url: str) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(url + "/readyz", timeout=5):  # noqa: S310
            return
        assert time.monotonic() < end, "the server did not start"
        time.sleep(0.1)
