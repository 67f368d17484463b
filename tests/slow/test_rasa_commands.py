"""Rasa's own commands work on the same files and the same model."""

import os
import subprocess
import sys

import pytest


@pytest.mark.timeout(600)
def test_rasa_test_passes_every_conversation(tmp_path):
    command = ["test", "core", "--stories", "tests/conversations", "-m", "models", "--out", str(tmp_path)]
    env = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run([sys.executable, "-m", "rasa", *command], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr[-500:]
    report = (tmp_path / "story_report.json").read_text(encoding="utf-8")
    failed = (tmp_path / "failed_test_stories.yml").read_text(encoding="utf-8")
    assert '"accuracy": 1.0' in report and "- story:" not in failed, failed
