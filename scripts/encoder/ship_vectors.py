"""Writes the encoder's vectors of all examples of data/nlu and of the taught answers, to be committed with them.

`.venv/bin/python -m scripts.encoder.ship_vectors`, half a minute; after a new encoder, and now and then after many new
examples: what is missing in the file is encoded when training.
"""

from __future__ import annotations

from pathlib import Path

from bot.nlu.encoder import FILES, SentenceEncoder, shipped_vectors
from bot.nlu.vectors import ship
from bot.retrain.measure import examples_in, taught_in


def texts(root: Path = Path()) -> list[str]:
    """Every text that training encodes, each once."""
    return list(dict.fromkeys(text for text, _ in examples_in(root / "data" / "nlu") + taught_in(root / "domain")))


def main() -> None:
    """Writes the file and removes those of earlier encoders."""
    wanted = texts()
    for old in FILES.glob("examples-*.npz"):
        old.unlink()
    ship(shipped_vectors(), wanted, SentenceEncoder().encode(wanted))
    print(f"{len(wanted)} texts, {shipped_vectors().stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
