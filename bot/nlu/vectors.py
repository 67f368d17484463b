"""Vectors of texts encoded before, kept on the disk, so that training encodes only what is new.

Known by the hash of the text, never by the text; only what the practice wrote itself is kept, no visitor's words.
Those of the examples we ship come with the encoder: a first training on a new machine would spend half its time on
them (docs/decisions.md).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import zipfile
from pathlib import Path
from typing import Iterable, Sequence

import numpy as np

_BYTES = 16
_SCALE = 400  # no number of a unit vector we met is above 0.31


class VectorFile:
    """Vectors, float32 [n, 384], under the first bytes of their text's hash. A damaged file counts as empty.

    shipped: what `ship` wrote, looked at as well.
    """

    def __init__(self, path: Path, shipped: Path | None = None) -> None:
        self._path = path
        self._found: dict[bytes, np.ndarray] = {}
        self._shipped = _read_shipped(shipped) if shipped else {}
        with contextlib.suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            with np.load(path, allow_pickle=False) as file:
                names, vectors = file["names"], file["vectors"]
                if len(names) == len(vectors) and vectors.dtype == np.float32:
                    self._found = {names[i].tobytes(): vectors[i] for i in range(len(names))}

    def get(self, text: str) -> np.ndarray | None:
        """The vector of a text, if it is known."""
        name = _name(text)
        vector = self._shipped.get(name)
        return self._found.get(name) if vector is None else vector

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


def ship(path: Path, texts: Sequence[str], vectors: np.ndarray) -> None:
    """Writes the vectors [n, 384] of texts in 8 bits (cosine to the exact ones 0.9999)."""
    names = np.stack([np.frombuffer(_name(text), dtype=np.uint8) for text in texts])
    np.savez_compressed(path, names=names, vectors=np.round(vectors * _SCALE).clip(-127, 127).astype(np.int8))


def _read_shipped(path: Path) -> dict[bytes, np.ndarray]:
    with contextlib.suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        with np.load(path, allow_pickle=False) as file:
            names, vectors = file["names"], file["vectors"].astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return {names[i].tobytes(): vectors[i] for i in range(len(names))}
    return {}


def _name(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()[:_BYTES]
