"""What the screen is made of stands outside the reach of FAQ edits and retraining."""

from __future__ import annotations

import ast
from pathlib import Path

from bot.retrain.train import SOURCES
from bot.safety import classifier, normalise, replies, resources, signals

ROOT = Path(__file__).parents[3]
SAFETY = ROOT / "bot" / "safety"


def test_everything_the_screen_reads_is_in_its_own_folder() -> None:
    read = [classifier.FILE, classifier.TRAINING, normalise.FILE, replies.FILE, resources.FILE, signals.FOLDER]
    assert all(SAFETY in path.parents and path.exists() for path in read)


def test_training_the_faq_reads_and_writes_nothing_of_it() -> None:
    trained = [ROOT / source for source in SOURCES]
    assert not any(SAFETY == path or SAFETY in path.parents or path in SAFETY.parents for path in trained)


def test_the_screen_knows_no_faq_folder_and_no_framework() -> None:
    for path in SAFETY.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        assert words.isdisjoint({"data", "domain", "models"}), path.name


def test_no_faq_outcome_can_outrank_it() -> None:
    """No intent of the FAQ may carry a safety outcome: those come from the screen alone."""
    for path in [*ROOT.glob("data/**/*.yml"), *ROOT.glob("domain/*.yml")]:
        assert "intent: safety/" not in path.read_text(encoding="utf-8"), path.name
