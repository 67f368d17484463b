"""Trains the Rasa model from config.yml, domain/ and data/, and says how far it is."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
import time
from pathlib import Path

import yaml

from bot import plain_yaml
from bot.errors import ModelUnusable
from bot.nlu.without_tensorflow import leave_out_tensorflow

SOURCES = ("config.yml", "domain", "data", "bot/nlu")
KEPT_MODELS = 3
STEPS = {  # and their usual seconds on two cores
    "reading config.yml, domain/ and data/": 8.0,
    "what the examples mean": 20.0,
    "telling the topics apart": 10.0,
}


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
    from bot.nlu.encoder import shared_encoder  # here: who only looks for models need not wait for it

    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("LOG_LEVEL", "WARNING")  # Rasa draws a dozen progress bars of its own otherwise
    progress = Progress()
    progress.at("reading config.yml, domain/ and data/")
    shared_encoder().remember(cache)
    files = _read(root / "data" / "nlu")
    shared_encoder().begin([text] for texts in files.values() for text in texts)
    leave_out_tensorflow()
    import rasa.model_training

    from bot.retrain.shortcuts import shortcuts

    def before_step(node: str) -> None:
        if "SentenceEncoderFeaturizer" in node:
            for share in shared_encoder().done():
                progress.at("what the examples mean", share)
        if "FaqIntentClassifier" in node:
            progress.at("telling the topics apart")

    logging.getLogger("rasa").setLevel(logging.WARNING)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), shortcuts(files, before_step):
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
    progress.end(Path(result.model).name)
    return Path(result.model)


class Progress:
    """Lines of progress: the step, the share done, the seconds left. Where Rasa takes standard output, too."""

    def __init__(self) -> None:
        self._out, self._began, self._said = sys.stdout, time.monotonic(), 0.0

    def at(self, step: str, share: float = 0.0) -> None:
        """Says that a step (of STEPS) is so far; at most a line in two seconds."""
        now = time.monotonic()
        if share and now - self._said < 2:
            return
        self._said = now
        usual, names = list(STEPS.values()), list(STEPS)
        before, here = sum(usual[: names.index(step)]), STEPS[step]
        done = (before + share * here) / sum(usual)
        took = now - self._began
        left = took * (1 - done) / done if share else sum(usual) * (1 - done)
        print(f"{100 * done:3.0f} %  {step}, about {left:.0f} s left", file=self._out, flush=True)

    def end(self, model: str) -> None:
        """Says that it is trained, and how long it took."""
        print(f"100 %  trained in {time.monotonic() - self._began:.1f} s: {model}", file=self._out, flush=True)


def _read(folder: Path) -> dict[str, list[str]]:
    """Content -> its examples, of files in the usual form; those in another form are left to Rasa."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("**/*.yml")):
        with contextlib.suppress(OSError, ValueError, yaml.YAMLError, TypeError, AttributeError, KeyError):
            content = path.read_text(encoding="utf-8")
            data = plain_yaml.read(content)
            blocks = data["nlu"]
            lines = [line for block in blocks for line in block["examples"].splitlines()]
            if set(data) <= {"version", "nlu"} and all(set(block) == {"intent", "examples"} for block in blocks):
                found[content] = [line[2:].strip() for line in lines]
    return found


def models(model_dir: Path) -> list[Path]:
    """The trained model files, the newest last."""
    return sorted(model_dir.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
