"""Versions of the bot: a folder each, whole (model, domain, data, practice.yml and how good it is), never changed.

`current.json` beside them names the live one and those that were live before it; it alone is ever replaced, in
one rename, and every server process looks at it each second. A folder gets its name when it is complete, so a
kill at any moment leaves whole versions and the same live one.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Iterator, Optional

from bot.errors import BotError, BrokenFile
from bot.retrain import files

MODEL = "model.tar.gz"
KEPT = 8  # the newest; besides these the live one and the ones it can be rolled back to
STEPS_BACK = 3
_POINTER = "current.json"
_ABOUT, _MANIFEST = "about.json", "manifest.json"


class NoVersion(BotError):
    """There is no version of that name, or none to go back to."""


@dataclass(frozen=True)
class About:
    """Where a version comes from. base: the version it was compared with; kind: trained, reworded or adopted."""

    who: str
    why: str
    kind: str
    base: Optional[str]
    encoder: str
    content: str
    at: str = ""
    verdict: str = ""  # of the gate: passes, blocked or never (a loss in safety); "" when nothing had to be compared


@dataclass(frozen=True)
class Version:
    """One version on the disk."""

    id: str
    folder: Path
    about: About

    @property
    def number(self) -> int:
        """Versions are numbered in the order they were made."""
        return int(self.id[1:])

    @property
    def model(self) -> Path:
        """The trained model; versions that differ in wording only share its content."""
        return self.folder / MODEL

    def metrics(self) -> dict[str, Any]:
        """What was measured when it was made; empty when nothing was."""
        try:
            found: dict[str, Any] = json.loads((self.folder / "metrics.json").read_bytes())
            return found
        except OSError:
            return {}


@dataclass(frozen=True)
class Current:
    """What is live. before: what was live earlier, the latest first; facts: the hash of practice.yml seen then."""

    version: str
    before: tuple[str, ...]
    at: str
    who: str
    why: str
    facts: str = ""


class Versions:
    """The versions under one folder. practice_file: the practice's own file, whose changes are versions too."""

    def __init__(self, folder: Path, practice_file: Path) -> None:
        self.folder = folder
        self._practice_file = practice_file

    def all(self) -> list[Version]:
        """The newest first."""
        found = []
        for path in self.folder.glob("v[0-9]*"):
            with contextlib.suppress(OSError, ValueError, TypeError):
                found.append(Version(path.name, path, About(**json.loads((path / _ABOUT).read_bytes()))))
        return sorted(found, key=lambda version: -version.number)

    def get(self, version_id: str) -> Version:
        """Raises NoVersion."""
        for version in self.all():
            if version.id == version_id:
                return version
        raise NoVersion(f"There is no version {version_id}; `bot versions` lists them.")

    def current(self) -> Optional[Current]:
        """What is live; None while no version ever was. Raises BrokenFile."""
        try:
            said = json.loads((self.folder / _POINTER).read_bytes())
            return Current(**{**said, "before": tuple(said["before"])})
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise BrokenFile(self.folder / _POINTER, "promote a version anew, see `bot versions`") from error

    def wanted(self) -> list[str]:
        """What should serve, best first: the live version, then those before it. Never raises: serving goes on."""
        try:
            current = self.current()
        except BrokenFile:
            return [version.id for version in self.all() if version.about.verdict in ("", "passes")]
        return [current.version, *current.before] if current else []

    def keep(self, staging: Path, about: About) -> Version:
        """Makes the folder a version: hashes every file and names it. staging: on the same disk; it is gone after."""
        about = replace(about, at=datetime.now(timezone.utc).isoformat(timespec="seconds"))
        files.write(staging / _ABOUT, json.dumps(asdict(about), indent=1).encode())
        hashes = {name: files.sha256((staging / name).read_bytes()) for name in _names(staging)}
        files.write(staging / _MANIFEST, json.dumps(hashes, indent=1).encode())
        with self._alone():
            number = max([self._last_number(), *(version.number for version in self.all())]) + 1
            folder = self.folder / f"v{number}"
            os.rename(staging, folder)
            files.sync_folder(self.folder)
        return Version(folder.name, folder, about)

    def verify(self, version: Version) -> None:
        """Raises BrokenFile when a file is missing, changed or too many."""
        try:
            hashes = json.loads((version.folder / _MANIFEST).read_bytes())
        except (OSError, ValueError) as error:
            raise BrokenFile(version.folder / _MANIFEST, f"version {version.id} is damaged") from error
        if set(hashes) != set(_names(version.folder)):
            raise BrokenFile(version.folder, "files of this version are missing or too many")
        for name, digest in hashes.items():
            if files.sha256((version.folder / name).read_bytes()) != digest:
                raise BrokenFile(version.folder / name, f"it was changed after version {version.id} was made")

    def promote(self, version_id: str, who: str, why: str) -> Current:
        """Makes the version live. Whether it may be is decided before (compare.py). Raises NoVersion, BrokenFile."""
        version = self.get(version_id)
        self.verify(version)
        with self._alone():
            old = self._current_or_none()
            before = [old.version, *old.before] if old else []
            kept = tuple(dict.fromkeys(name for name in before if name != version_id))[:STEPS_BACK]
            return self._point(Current(version_id, kept, "", who, why))

    def roll_back(self, who: str, why: str) -> Current:
        """Makes the version live that was live before this one. Raises NoVersion, BrokenFile."""
        with self._alone():
            old = self.current()
            if old is None or not old.before:
                raise NoVersion("There is no earlier version to go back to.")
            target, *before = old.before
            self.verify(self.get(target))
            return self._point(Current(target, tuple(before), "", who, why))

    def facts_changed(self) -> bool:
        """Whether practice.yml was edited since the last promotion."""
        current = self.current()
        return current is not None and current.facts != self._facts()

    def prune(self) -> list[str]:
        """Removes old versions by rule: never the live one, those it can go back to, or the newest few."""
        with self._alone():
            for path in self.folder.glob(".gone-*"):  # a removal that was cut off
                shutil.rmtree(path)
            spared = set(self.wanted())
            old = [version for version in self.all()[KEPT:] if version.id not in spared]
            for version in old:
                gone = self.folder / f".gone-{version.id}"
                os.rename(version.folder, gone)  # from here on it is no version any more, whatever happens
                shutil.rmtree(gone)
        return [version.id for version in old]

    def changes(self, most: int = 50) -> list[Current]:
        """What was made live when and by whom, the latest first."""
        try:
            lines = (self.folder / "promotions.jsonl").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []
        found = []
        for line in reversed(lines[-most:]):
            with contextlib.suppress(ValueError, TypeError):
                found.append(Current(**json.loads(line)))
        return found

    def _point(self, current: Current) -> Current:
        at = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        current = replace(current, at=at, facts=self._facts())
        said = json.dumps(asdict(current))
        files.write(self.folder / _POINTER, said.encode())
        with open(self.folder / "promotions.jsonl", "a", encoding="utf-8") as log:
            log.write(said + "\n")
        return current

    def _current_or_none(self) -> Optional[Current]:
        with contextlib.suppress(BrokenFile):
            return self.current()
        return None

    def _facts(self) -> str:
        return files.sha256(self._practice_file.read_bytes()) if self._practice_file.exists() else ""

    def _last_number(self) -> int:
        # All folders gone (deleted by hand): the numbers that were live are not given again.
        return max((int(change.version[1:]) for change in self.changes()), default=0)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with files.locked(self.folder / ".lock"):
            yield


def _names(folder: Path) -> list[str]:
    inside = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(str(path.relative_to(folder)) for path in inside if path != folder / _MANIFEST)
