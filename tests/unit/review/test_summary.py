"""What the console calls unsure."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.review.summary import SURE

ROOT = Path(__file__).parents[3]


def test_the_console_calls_unsure_what_the_bot_calls_unsure() -> None:
    """The console reads the log alone; config.yml holds the threshold."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    assert [part["threshold"] for part in pipeline if "threshold" in part] == [SURE]
