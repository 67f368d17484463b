"""What the safety screen says to the texts of the exam, asked anew only when the screen itself is another one.

No training changes the screen, so its answers are kept under the hash of everything it is made of. The comparison
asserts them each time; only texts of the frozen sets are kept, never a visitor's.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Callable, Iterable, Optional, Sequence

from bot.retrain import files


class ScreenedTexts:
    """screen: the outcome of the crisis reply to a text, None when it gives none. made_of: files and folders whose
    contents decide about it. folder: where the answers are kept."""

    def __init__(self, folder: Path, screen: Callable[[str], Optional[str]], made_of: Iterable[Path]) -> None:
        self._folder, self._screen, self._made_of = folder, screen, tuple(made_of)

    def __call__(self, texts: Sequence[str]) -> list[Optional[str]]:
        """The crisis outcome of each text, or None."""
        path = self._folder / f"screened-{self._hash()[:16]}.json"
        known: dict[str, Optional[str]] = {}
        with contextlib.suppress(OSError, ValueError):
            known = json.loads(path.read_bytes())
        names = {text: files.sha256(text.encode("utf-8", "replace"))[:32] for text in texts}
        new = {names[text]: self._screen(text) for text in names if names[text] not in known}
        if new:
            for old in self._folder.glob("screened-*.json"):
                if old != path:
                    old.unlink(missing_ok=True)
            files.write(path, json.dumps({**known, **new}).encode())
        return [{**known, **new}[names[text]] for text in texts]

    def _hash(self) -> str:
        found = []
        for place in self._made_of:
            inside = sorted(place.rglob("*")) if place.is_dir() else [place]
            found += [f"{path} {files.sha256(path.read_bytes())}" for path in inside
                      if path.is_file() and "__pycache__" not in path.parts]  # fmt: skip
        return files.sha256("\n".join(found).encode())
