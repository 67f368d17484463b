"""Trains the Rasa model from config.yml, domain/ and data/, with a plain line of progress a step."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import time
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ModelUnusable
from bot.nlu.encoder import shared_encoder
from bot.nlu.without_tensorflow import leave_out_tensorflow

SOURCES = ("config.yml", "domain", "data", "bot/nlu")
KEPT_MODELS = 3


def is_stale(model_dir: Path, root: Path = Path()) -> bool:
    """Whether there is no model, or one of its sources is newer than it."""
    trained = models(model_dir)
    if not trained:
        return True
    made = trained[-1].stat().st_mtime
    sources = [root / name for name in SOURCES]
    files = [f for s in sources for f in ([s] if s.is_file() else s.rglob("*")) if f.suffix in (".yml", ".py", ".onnx")]
    return any(file.stat().st_mtime > made for file in files)


def train(model_dir: Path, root: Path = Path(), cache: Path = Path("build")) -> Path:
    """Trains from the content under root and returns the model file; cache: the folder for vectors of texts.

    Raises ModelUnusable with the reason when Rasa refuses.
    """
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    started = time.monotonic()
    print("[1/2] Reading config.yml, domain/ and data/ ...", flush=True)
    shared_encoder().remember(cache)
    shared_encoder().begin(_examples(root / "data" / "nlu"))
    leave_out_tensorflow()
    import rasa.model_training
    from rasa.engine.training import graph_trainer

    graph_trainer.TrainingHook = _NoCache  # type: ignore[misc, assignment]
    print("[2/2] Training (half a minute) ...", flush=True)
    logging.getLogger("rasa").setLevel(logging.WARNING)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        result = rasa.model_training.train(
            domain=str(root / "domain"),
            config=str(root / "config.yml"),
            training_files=[str(root / "data")],
            output=str(model_dir),
            force_training=True,
        )
    if result.code != 0 or result.model is None:
        raise ModelUnusable(f"Rasa could not train: {said.getvalue().strip()[-300:]}")
    shared_encoder().keep()
    for old in models(model_dir)[:-KEPT_MODELS]:
        old.unlink()
    print(f"Trained in {time.monotonic() - started:.1f} s: {Path(result.model).name}", flush=True)
    return Path(result.model)


def _examples(folder: Path) -> list[str]:
    """The example texts, read as plain YAML; what Rasa reads otherwise is encoded when it comes."""
    found: list[str] = []
    for path in sorted(folder.glob("**/*.yml")):
        with contextlib.suppress(OSError, yaml.YAMLError, TypeError, AttributeError, KeyError):  # Rasa will tell
            blocks = yaml.load(path.read_bytes(), yaml.CSafeLoader)["nlu"]  # noqa: S506 (the C form of the safe loader)
            found += [line[2:].strip() for block in blocks for line in block["examples"].splitlines()]
    return found


class _NoCache:
    """Instead of Rasa's TrainingHook: hashing every token of every example for a cache that a whole training
    never reads took longer than all the rest (docs/decisions.md)."""

    def __init__(self, **_kwargs: Any) -> None:
        pass

    def on_before_node(self, *_args: Any, **_kwargs: Any) -> dict[str, Any]:
        return {}

    def on_after_node(self, *_args: Any, **_kwargs: Any) -> None:
        pass


def models(model_dir: Path) -> list[Path]:
    """The trained model files, the newest last."""
    return sorted(model_dir.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
