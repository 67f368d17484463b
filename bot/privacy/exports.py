"""Files on disk that hold conversations (exports, candidate training data): those that name an erased one go.

Such a file must hold the ids of its conversations in plain text.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Mapping, Sequence


class Folder:
    """An Eraser over every file below a folder; the folder need not exist."""

    def __init__(self, folder: Path, kind: str) -> None:
        self._folder, self._kind = folder, kind

    def erase(self, conversation_ids: Sequence[str]) -> Mapping[str, int]:
        """Overwrites and removes the files that name one of the conversations."""
        ids = [conversation_id.encode() for conversation_id in conversation_ids]
        gone = 0
        for file in sorted(self._folder.rglob("*")) if self._folder.is_dir() else ():
            if file.is_file() and not file.is_symlink() and _names(file, ids):
                _remove(file)
                gone += 1
        return {self._kind: gone}


def _names(file: Path, ids: Sequence[bytes]) -> bool:
    content = file.read_bytes()
    return any(conversation_id in content for conversation_id in ids)


def _remove(file: Path) -> None:
    with open(file, "r+b") as out:
        out.write(b"\0" * file.stat().st_size)
        out.flush()
        os.fsync(out.fileno())
    file.unlink()
