"""What the retraining is joined with: Rasa's own threshold, the audit of what is done by command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.database import Database
from bot.errors import BrokenFile
from bot.retrain import publish
from bot.retrain.compare import BLOCKED
from bot.retrain.versions import MODEL, About, Versions
from bot.review.access.audit import Audit
from bot.wiring_faqs import threshold

from .conftest import content_of

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


@pytest.fixture
def commands(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The commands work on the small bot, which has no version yet."""
    monkeypatch.chdir(project)
    url = f"sqlite:///{project}/chat.db"
    here = {"DATABASE_URL": url, "WORK_DIR": project / "var", "MODEL_DIR": project / "models"}
    for name, value in {**here, "PRACTICE_FILE": ROOT / "practice.yml"}.items():
        monkeypatch.setenv(f"BOT_{name}", str(value))
    return project


def test_without_a_version_the_list_says_what_serves(commands: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["versions"]) == 0
    assert "`bot retrain` makes one" in capsys.readouterr().out


def test_a_change_of_variants_is_kept_but_said_not_to_be_live(
    commands: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["faq", "edit", "faq/cost", "--variant", "is it dear", "--publish"]) == 1
    assert "kept but not live" in capsys.readouterr().err
    assert "is it dear" in content_of(commands).faq("faq/cost").variants


def test_a_slip_in_a_command_is_not_taken_for_a_blocked_gate(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["retrain", "--twice"], ["faq"], ["faq", "ad"], ["promote"], ["nothing"]):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 1, words


def test_commands_that_ask_no_version_wait_for_no_numerical_library(tmp_path: Path) -> None:
    look = (
        "import sys; from bot.cli import main; main(['versions']); main(['faq', 'show', 'faq/cost']);"
        "heavy = {'rasa', 'spacy', 'scipy', 'sklearn', 'presidio_analyzer', 'sanic'};"
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    here = {"BOT_WORK_DIR": str(tmp_path), "BOT_DATABASE_URL": f"sqlite:///{tmp_path}/chat.db"}
    done = subprocess.run([sys.executable, "-c", look], env={**os.environ, **here}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert '"id": "faq/cost"' in done.stdout
