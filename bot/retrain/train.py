"""Trains the Rasa model from config.yml, domain/ and data/, with a plain line of progress a step."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import time
from pathlib import Path

from bot.errors import ModelUnusable

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


def train(model_dir: Path) -> Path:
    """Trains and returns the model file. Raises ModelUnusable with the reason when Rasa refuses."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    started = time.monotonic()
    print("[1/2] Reading config.yml, domain/ and data/ ...", flush=True)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("RASA_MAX_CACHE_SIZE", "0")  # we train whole; keeping every step costs more than it saves
    import rasa.model_training  # with TensorFlow: the recipe imports every component it knows

    print("[2/2] Training (a minute or two) ...", flush=True)
    logging.getLogger("rasa").setLevel(logging.WARNING)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        result = rasa.model_training.train(
            domain="domain", config="config.yml", training_files=["data"], output=str(model_dir), force_training=True
        )
    if result.code != 0 or result.model is None:
        raise ModelUnusable(f"Rasa could not train: {said.getvalue().strip()[-300:]}")
    for old in models(model_dir)[:-KEPT_MODELS]:
        old.unlink()
    print(f"Trained in {time.monotonic() - started:.1f} s: {Path(result.model).name}", flush=True)
    return Path(result.model)


def models(model_dir: Path) -> list[Path]:
    """The trained model files, the newest last."""
    return sorted(model_dir.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
