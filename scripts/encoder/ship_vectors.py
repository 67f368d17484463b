"""Writes the encoder's vectors of all examples of data/nlu and of the taught answers, to be committed with them.

`.venv/bin/python -m scripts.encoder.ship_vectors`, half a minute; after a new encoder, and now and then after many new
examples: what is missing in the file is encoded when training.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.nlu.answers import taught
from bot.nlu.encoder import FILES, SentenceEncoder, shipped_vectors
from bot.nlu.vectors import ship


def texts(root: Path = Path()) -> list[str]:
    """Every text that training encodes, each once."""
    found: dict[str, None] = {}
    for path in sorted((root / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            found |= dict.fromkeys(line.removeprefix("- ").strip() for line in block.get("examples", "").splitlines())
    for path in sorted((root / "domain").glob("*.yml")):
        responses = yaml.safe_load(path.read_text(encoding="utf-8")).get("responses") or {}
        found |= dict.fromkeys(text for text, _ in taught(responses))
    return list(found)


def main() -> None:
    """Writes the file and removes those of earlier encoders."""
    wanted = texts()
    for old in FILES.glob("examples-*.npz"):
        old.unlink()
    ship(shipped_vectors(), wanted, SentenceEncoder().encode(wanted))
    print(f"{len(wanted)} texts, {shipped_vectors().stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
