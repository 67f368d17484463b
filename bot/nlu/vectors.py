"""Vectors of texts encoded before, kept on the disk, so that training encodes only what is new.

Known by the hash of the text, never by the text; only what the practice wrote itself is kept, no visitor's words.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import zipfile
from pathlib import Path
from typing import Iterable

import numpy as np

_BYTES = 16


class VectorFile:
    """Vectors, float32 [n, 384], under the first bytes of their text's hash. A damaged file counts as empty."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: dict[bytes, np.ndarray] = {}
        with contextlib.suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            with np.load(path, allow_pickle=False) as file:
                names, vectors = file["names"], file["vectors"]
                if len(names) == len(vectors) and vectors.dtype == np.float32:
                    self._found = {names[i].tobytes(): vectors[i] for i in range(len(names))}

    def get(self, text: str) -> np.ndarray | None:
        """The vector of a text, if it is known."""
        return self._found.get(_name(text))

    def keep(self, vectors: Iterable[tuple[str, np.ndarray]]) -> None:
        """Writes these and no others."""
        found = {_name(text): vector for text, vector in vectors}
        if not found or found.keys() == self._found.keys():
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_name(f".{os.getpid()}-{self._path.name}")  # numpy wants it to end in .npz
        names = np.stack([np.frombuffer(name, dtype=np.uint8) for name in found])
        np.savez(temporary, names=names, vectors=np.stack(list(found.values())).astype(np.float32))
        os.replace(temporary, self._path)
        self._found = found


def _name(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()[:_BYTES]
