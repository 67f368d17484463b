"""The crisis numbers: whole, dated, in one file only, and there for every answer that offers them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bot.errors import BrokenFile
from bot.safety.resources import FILE, crisis_facts, resources

ROOT = Path(__file__).parents[3]
KEYS = {
    "emergency", "suicide_crisis", "crisis_text", "partner_violence", "sexual_assault", "child_abuse_help",
    "child_abuse_report", "poison", "lgbtq_youth", "therapist_misconduct",
}  # fmt: skip


def test_every_resource_is_there_and_dated() -> None:
    assert set(resources()) == KEYS
    assert all(isinstance(entry["verified_on"], date) and entry["seen"] for entry in resources().values())


def test_placeholders_read_name_then_number() -> None:
    facts = crisis_facts()
    assert facts["crisis_emergency"] == "911"
    assert facts["crisis_suicide"] == "988 Suicide & Crisis Lifeline, 988"
    assert facts["crisis_text"] == "Crisis Text Line, text HOME to 741741"
    assert facts["crisis_sexual_assault"] == "RAINN National Sexual Assault Hotline, 1-800-656-4673"
    assert "crisis_therapist_misconduct" not in facts  # it has no number


def test_every_crisis_placeholder_of_the_answers_is_filled() -> None:
    texts = [path.read_text(encoding="utf-8") for path in ROOT.glob("domain/*.yml")]
    used = {name for text in texts for name in re.findall(r"\{(crisis_\w+)\}", text)}
    assert used and used <= set(crisis_facts())


def test_numbers_stand_in_one_file_only() -> None:
    long = {e[k] for e in resources().values() for k in ("call", "text") if len(e.get(k, "")) > 4}
    places = [*ROOT.glob("domain/*.yml"), *ROOT.glob("practice.yml"), *ROOT.glob("actions/**/*.py")]
    places += [f for end in ("py", "html", "js", "yml") for f in ROOT.glob(f"bot/**/*.{end}") if f != FILE]
    found = {(f.name, number) for f in places for number in long if number in f.read_text(encoding="utf-8")}
    assert found == set()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no crisis resources"),
        ("a: [", "cannot be read"),
        ("a: {seen: x, verified_on: 2026-11-23}", "`a` needs a name or a number"),
        ("a: {call: 911, verified_on: 2026-11-23}", "`call` of `a` must be in quotes"),
        ('a: {call: "911"}', "`verified_on` of `a` must be a date"),
        ('a: {call: "911", verified_on: soon}', "`verified_on` of `a` must be a date"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "resources.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenFile, match=re.escape(said)):
        resources(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match="cannot be read"):
        resources(tmp_path / "none.yml")
