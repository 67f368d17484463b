"""Who changed which content file when: git commits where the folder is a checkout, else a store of our own.

Keeping history never makes an edit fail: the files themselves are the truth.
"""

from __future__ import annotations

import json
import logging
import re
import subprocess
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Mapping, Optional, Protocol

from bot.retrain import files

_SECONDS = 20.0
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """One change. at: ISO time; paths: relative to the content's root."""

    at: str
    who: str
    why: str
    paths: tuple[str, ...]


class History(Protocol):
    """Keeps what was, and what became of it."""

    def record(self, changes: Mapping[Path, tuple[Optional[bytes], bytes]], who: str, why: str) -> None:
        """changes: for each file its content before (None: it is new) and after. Never raises."""

    def entries(self, most: int = 50) -> list[Entry]:
        """The latest changes first."""


def history_of(root: Path, store: Path) -> History:
    """Git when root is in a checkout that git can use, else the store."""
    inside = _git(root, "rev-parse", "--is-inside-work-tree")
    return GitHistory(root) if inside is not None and inside.strip() == "true" else StoredHistory(root, store)


class GitHistory:
    """One commit a change, of the touched files only; whatever else is staged stays staged."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def record(self, changes: Mapping[Path, tuple[Optional[bytes], bytes]], who: str, why: str) -> None:
        """Commits the files as they are now."""
        names = [str(path.resolve().relative_to(self._root.resolve())) for path in changes]
        author = _author(who)
        name, _, address = author[:-1].partition(" <")
        person = ["-c", f"user.name={name}", "-c", f"user.email={address}"]
        quiet = ["-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null"]
        done = _git(self._root, "add", "--intent-to-add", "--", *names) is not None and (
            _git(self._root, *person, *quiet, "commit", "-q", "-m", why, "--author", author, "--", *names) is not None
        )
        if not done:
            logger.warning("The change is saved, but git could not commit it; commit it yourself when convenient.")

    def entries(self, most: int = 50) -> list[Entry]:
        """From the log of the content files."""
        said = _git(
            self._root, "log", f"-{most}", "--format=%x1e%aI%x1f%an%x1f%s%x1f", "--name-only", "--relative",
            "--", "data/nlu", "domain", "practice.yml", "tests/conversations",
        )  # fmt: skip
        found = []
        for part in (said or "").split("\x1e")[1:]:
            at, who, why, names = part.split("\x1f")
            found.append(Entry(at, who, why, tuple(names.split())))
        return found


class StoredHistory:
    """Contents under their hash, and a line for each change that names them."""

    def __init__(self, root: Path, store: Path) -> None:
        self._root, self._store = root, store

    def record(self, changes: Mapping[Path, tuple[Optional[bytes], bytes]], who: str, why: str) -> None:
        """Keeps both contents and adds the line."""
        try:
            kept = {}
            for path, (before, after) in changes.items():
                name = str(path.resolve().relative_to(self._root.resolve()))
                kept[name] = [self._keep(before) if before is not None else None, self._keep(after)]
            line = {"at": datetime.now(timezone.utc).isoformat(), "who": who, "why": why, "files": kept}
            with open(self._store / "log.jsonl", "a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")
        except OSError as error:
            logger.warning("The change is saved, but not in the history: %s.", error.strerror)

    def entries(self, most: int = 50) -> list[Entry]:
        """From the lines; one that was cut off by a kill is skipped."""
        try:
            lines = (self._store / "log.jsonl").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []
        found = []
        for line in reversed(lines[-most:]):
            try:
                said = json.loads(line)
            except ValueError:
                continue
            found.append(Entry(said["at"], said["who"], said["why"], tuple(said["files"])))
        return found

    def content(self, digest: str) -> bytes:
        """A kept content by its hash. Raises OSError when there is none."""
        return self._place(digest).read_bytes()

    def _keep(self, data: bytes) -> str:
        digest = files.sha256(data)
        if not self._place(digest).exists():
            files.write(self._place(digest), data)
        return digest

    def _place(self, digest: str) -> Path:
        return self._store / "objects" / digest[:2] / digest[2:]


def _author(who: str) -> str:
    """As git writes a person: `Name <address>`."""
    name, _, rest = who.partition("<")
    name = re.sub(r"[<>\n\r]", "", name).strip() or "the practice"
    return f"{name} <{re.sub(r'[<> ]', '', rest)}>"


def _git(root: Path, *arguments: str) -> Optional[str]:
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
