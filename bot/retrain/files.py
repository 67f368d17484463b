"""Files that are whole at every moment: atomic writes, several files at once, one lock for all processes."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import json
import os
from pathlib import Path
from typing import Iterator, Mapping

from bot.errors import BrokenFile


def sha256(data: bytes) -> str:
    """The hash by which contents are known."""
    return hashlib.sha256(data).hexdigest()


def write(path: Path, data: bytes) -> None:
    """The file has its old content or the new one, also after a kill or a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    with open(temporary, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes a rename in the folder last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process or thread at a time; the kernel frees it when its holder dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write_together(journal: Path, changes: Mapping[Path, bytes]) -> None:
    """All of the files or none, also when killed in between: the journal is finished by `finish`.

    Call both under the same lock.
    """
    noted = {
        str(path.resolve()): {
            "before": sha256(path.read_bytes()) if path.exists() else None,
            "after": base64.b64encode(data).decode(),
        }
        for path, data in changes.items()
    }
    write(journal, json.dumps(noted).encode())
    finish(journal)


def finish(journal: Path) -> None:
    """Completes a change that was interrupted. A file that somebody changed by hand since is left as it is."""
    if not journal.exists():
        return
    try:
        noted = json.loads(journal.read_bytes())
    except ValueError as error:
        raise BrokenFile(journal, "it is damaged; look at the files named in it, then delete it") from error
    for name, change in noted.items():
        path = Path(name)
        now = sha256(path.read_bytes()) if path.exists() else None
        if now == change["before"]:
            write(path, base64.b64decode(change["after"]))
    journal.unlink()
    sync_folder(journal.parent)
