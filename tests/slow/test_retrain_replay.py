"""`bot replay` on the invented month, with the real model and one that takes questions about the fee for those about
the hours."""

from __future__ import annotations

import io
import re
import tarfile
from pathlib import Path

import numpy as np
import pytest

from bot.retrain import publish
from bot.retrain.train import models
from bot.retrain.versions import MODEL, About, Versions
from tests.served_bot import ROOT, Installation


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = Installation(tmp_path_factory.mktemp("installation"))
    done = made.bot("demo-data")
    assert done.returncode == 0 and "conversations" in done.stdout, done.stderr
    return made


def versions_of(place: Installation) -> Versions:
    return Versions(place.folder / "var" / "versions", place.folder / "practice.yml")


def with_two_labels_swapped(model: Path, target: Path, one: str, other: str) -> None:
    with tarfile.open(model) as old, tarfile.open(target, "w:gz", compresslevel=1) as new:
        for member in old.getmembers():
            file = old.extractfile(member)
            data = file.read() if file else b""
            if member.name.endswith("/classifier.npz"):
                arrays = dict(np.load(io.BytesIO(data)))
                places = [list(arrays["labels"]).index(label) for label in (one, other)]
                arrays["labels"][places] = arrays["labels"][places[::-1]]
                out = io.BytesIO()
                np.savez(out, **arrays)
                data = out.getvalue()
            member.size = len(data)
            new.addfile(member, io.BytesIO(data) if file else None)


def asked_and_changed(said: str) -> tuple[int, int]:
    found = re.search(r"real questions\s+(\d+) asked; 0 fixed, 0 broken, (\d+) changed", said)
    assert found, said
    return int(found[1]), int(found[2])


def test_without_a_live_version_it_says_what_to_do_and_fails(place: Installation) -> None:
    done = place.bot("replay", "v1")
    assert done.returncode == 1 and "bot retrain" in done.stderr


def test_a_version_of_the_same_answers_changes_nothing_and_another_shows_what_it_would_change(
    place: Installation,
) -> None:
    versions = versions_of(place)
    live = publish.adopt(versions, models(ROOT / "models")[-1], place.folder, "encoder", "Ann")
    versions.promote(live.id, "Ann", "first")
    same = publish.with_facts(versions, live, place.folder / "practice.yml", "Ann")
    done = place.bot("replay", same.id)
    assert done.returncode == 0, done.stderr
    asked, changed = asked_and_changed(done.stdout)
    assert asked > 100 and changed == 0

    folder = publish.staging(versions)
    publish.copy_content(live.folder, folder)
    with_two_labels_swapped(live.model, folder / MODEL, "faq/cost", "faq/hours")
    other = versions.keep(folder, About("Ann", "swapped", "trained", live.id, "encoder", "content"))
    done = place.bot("replay", other.id)
    assert done.returncode == 0, done.stderr
    assert asked_and_changed(done.stdout)[0] == asked and asked_and_changed(done.stdout)[1] > 0
    lines = [line for line in done.stdout.splitlines() if line.startswith("  changed:")]
    assert lines and all(line.endswith(("faq/cost -> faq/hours", "faq/hours -> faq/cost")) for line in lines), lines
    assert versions.current() is not None and versions.current().version == live.id  # type: ignore[union-attr]
    print(f"{asked} invented questions of the last 30 days, {asked_and_changed(done.stdout)[1]} changed")


def test_an_unknown_or_damaged_version_fails_with_one_sentence(place: Installation) -> None:
    done = place.bot("replay", "v99")
    assert done.returncode == 1 and done.stderr.strip() == "There is no version v99; `bot versions` lists them."
    versions = versions_of(place)
    damaged = publish.with_facts(versions, versions.get("v1"), place.folder / "practice.yml", "Ann")
    (damaged.folder / "config.yml").write_text("language: en\n")
    done = place.bot("replay", damaged.id)
    assert done.returncode == 1 and len(done.stderr.strip().splitlines()) == 1 and "config.yml" in done.stderr
