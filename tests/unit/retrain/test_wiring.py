"""What the retraining is joined with: Rasa's own threshold, the audit of what is done by command."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli import main
from bot.database import Database
from bot.errors import BrokenFile
from bot.retrain import publish
from bot.retrain.compare import BLOCKED
from bot.retrain.versions import MODEL, About, Versions
from bot.review.access.audit import Audit
from bot.wiring_retrain import threshold

ROOT = Path(__file__).parents[3]


def test_the_threshold_is_the_one_of_rasas_configuration(tmp_path: Path) -> None:
    assert 0 < threshold(ROOT / "config.yml") < 1
    (tmp_path / "config.yml").write_text("pipeline:\n- name: x\n- name: y\n  threshold: 0.42\n")
    assert threshold(tmp_path / "config.yml") == 0.42
    (tmp_path / "config.yml").write_text("language: en\n")
    with pytest.raises(BrokenFile, match="threshold"):
        threshold(tmp_path / "config.yml")


def test_a_promotion_against_the_gate_by_command_is_in_the_audit_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/chat.db"
    for name, value in {"DATABASE_URL": url, "WORK_DIR": tmp_path / "var", "KEYS_FILE": tmp_path / "keys"}.items():
        monkeypatch.setenv(f"BOT_{name}", str(value))
    versions = Versions(tmp_path / "var" / "versions", ROOT / "practice.yml")
    folder = publish.staging(versions)
    folder.mkdir(parents=True)
    (folder / MODEL).write_bytes(b"model")
    made = versions.keep(folder, About("Ann", "x", "trained", None, "e", "c", verdict=BLOCKED)).id
    assert main(["promote", made, "--by", "Ann"]) == 2
    assert versions.current() is None
    assert main(["promote", made, "--by", "Ann", "--override", "the old one is worse"]) == 0
    entry = Audit(Database(url)).latest()[0]
    assert (entry.who, entry.subject) == ("command line: Ann", "the old one is worse")
    assert entry.what == f"promoting {made} against the gate"
