"""Versions: whole or not there, verified, promoted, rolled back, pruned by rule."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import BrokenFile
from bot.retrain import publish
from bot.retrain.content import Content
from bot.retrain.faq import NotAccepted
from bot.retrain.versions import KEPT, MODEL, About, NoVersion, Version, Versions

from .conftest import content_of


@pytest.fixture
def versions(project: Path) -> Versions:
    return Versions(project / "var" / "versions", project / "practice.yml")


def made(versions: Versions, project: Path, verdict: str = "passes") -> Version:
    folder = publish.staging(versions)
    content_of(project).snapshot(folder)
    (folder / MODEL).write_bytes(b"a model")
    return versions.keep(folder, About("Ann", "a test", "trained", None, "encoder", "content", verdict=verdict))


def test_versions_are_numbered_and_the_newest_comes_first(versions: Versions, project: Path) -> None:
    assert [made(versions, project).id for _ in range(3)] == ["v1", "v2", "v3"]
    assert [version.id for version in versions.all()] == ["v3", "v2", "v1"]


def test_nothing_is_live_before_the_first_promotion(versions: Versions, project: Path) -> None:
    made(versions, project)
    assert versions.current() is None and versions.wanted() == []


def test_rolling_back_goes_through_what_was_live(versions: Versions, project: Path) -> None:
    for _ in range(3):
        versions.promote(made(versions, project).id, "Ann", "better")
    assert versions.wanted() == ["v3", "v2", "v1"]
    assert [versions.roll_back("Ann", "worse").version for _ in range(2)] == ["v2", "v1"]
    with pytest.raises(NoVersion):
        versions.roll_back("Ann", "worse")
    assert [change.version for change in versions.changes()] == ["v1", "v2", "v3", "v2", "v1"]


@pytest.mark.parametrize("damage", ["changed", "missing", "more"])
def test_a_version_whose_files_are_not_the_ones_made_is_refused(versions: Versions, project: Path, damage: str) -> None:
    version = made(versions, project)
    if damage == "changed":
        version.model.write_bytes(b"another")
    elif damage == "missing":
        (version.folder / "practice.yml").unlink()
    else:
        (version.folder / "domain" / "more.yml").write_text("responses: {}")
    with pytest.raises(BrokenFile):
        versions.promote(version.id, "Ann", "better")
    assert versions.current() is None


def test_old_versions_go_but_never_the_live_one_or_the_one_before(versions: Versions, project: Path) -> None:
    versions.promote(made(versions, project).id, "Ann", "first")
    versions.promote(made(versions, project).id, "Ann", "second")
    for _ in range(KEPT + 3):
        made(versions, project)
    assert versions.prune() == ["v5", "v4", "v3"]
    assert [version.id for version in versions.all()][-2:] == ["v2", "v1"]


def test_a_removal_that_was_cut_off_is_finished(versions: Versions, project: Path) -> None:
    version = made(versions, project)
    gone = version.folder.with_name(".gone-v1")
    version.folder.rename(gone)
    assert versions.all() == []
    versions.prune()
    assert not gone.exists()


def test_with_a_damaged_pointer_the_newest_good_version_is_wanted(versions: Versions, project: Path) -> None:
    made(versions, project)
    made(versions, project, verdict="blocked")
    (versions.folder / "current.json").write_text("{")
    assert versions.wanted() == ["v1"]


def test_another_wording_is_a_version_with_the_same_model(versions: Versions, project: Path, content: Content) -> None:
    base = made(versions, project)
    place = content.faq("faq/location")
    new = publish.reworded(versions, base, [replace(place, answer=("By the river.",))], "Ann", "x")
    versions.verify(new)
    assert new.model.stat().st_ino == base.model.stat().st_ino
    assert "By the river." in (new.folder / "domain" / "practice.yml").read_text()
    assert "By the river." not in (base.folder / "domain" / "practice.yml").read_text()


def test_what_the_live_version_has_not_learnt_is_not_published(
    versions: Versions, project: Path, content: Content
) -> None:
    base = made(versions, project)
    place = content.faq("faq/location")
    with pytest.raises(NotAccepted, match="retrain"):
        publish.reworded(versions, base, [replace(place, id="faq/new")], "Ann", "x")
    assert list(versions.folder.glob(".staging*")) == []


def test_an_edit_of_practice_yml_is_noticed_once(versions: Versions, project: Path) -> None:
    base = made(versions, project)
    versions.promote(base.id, "Ann", "first")
    assert not versions.facts_changed()
    (project / "practice.yml").write_text('name: "y"\n')
    assert versions.facts_changed()
    new = publish.with_facts(versions, base, project / "practice.yml", "Ann")
    versions.promote(new.id, "Ann", "facts")
    assert not versions.facts_changed()
    versions.roll_back("Ann", "no")
    assert not versions.facts_changed(), "a rollback must not be undone at the next start"
