"""kill -9 at random moments of edits, trainings, promotions and prunings: no edit that was confirmed is lost, the
live version can always be loaded, nothing is left half done.

What is trained here is small and not Rasa's, so that each moment of a job is hit; the job around it is the real one.

BOT_TEST_KILLS sets how many (default 20; 200 for the figure in docs/retraining.md).
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable

from bot.retrain import measure, publish, rehearsal
from bot.retrain import versions as versions_module
from bot.retrain.compare import PASSES
from bot.retrain.faq import Faq
from bot.retrain.job import Jobs
from bot.retrain.studio import Studio
from bot.retrain.versions import MODEL, About, Versions

from ..unit.retrain.conftest import content_of, project  # noqa: F401 (project is a fixture)

KILLS = int(os.environ.get("BOT_TEST_KILLS", "20"))


def edit_for_ever(root: Path, told: Any) -> None:
    content = content_of(root)
    for number in range(10_000):
        cost = content.faq("faq/cost")
        wanted = replace(cost, title=f"Price {number}?", variants=(*cost.variants[:3], f"v {number}"))
        content.edit(wanted, cost.revision, "Ann")
        told.send(number)


def test_an_edit_is_whole_or_not_there_and_never_lost(project: Path) -> None:  # noqa: F811
    chance = random.Random(3)  # noqa: S311
    context = multiprocessing.get_context("fork")
    confirmed = 0
    for _ in range(KILLS):
        listening, telling = context.Pipe(duplex=False)
        process = context.Process(target=edit_for_ever, args=(project, telling))
        process.start()
        listening.recv()
        time.sleep(chance.uniform(0, 0.05))
        assert process.pid
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        last = 0
        while listening.poll():
            try:
                last = listening.recv()
            except EOFError:
                break
        content = content_of(project)
        cost = content.faq("faq/cost")
        number = int(cost.title.removeprefix("Price ").rstrip("?"))
        assert number >= last and cost.variants[3:] == (f"v {number}",), (number, last, cost.variants)
        assert content.faq("faq/location") == Faq(
            "faq/location", "Where are you?", ("We are in {city}.",),
            ("where are you", "what is your address", "how do i find the office"), ("faq/cost",), topic="practice",
        )  # fmt: skip
        confirmed += 1
    assert confirmed == KILLS


def killed(root: Path, work: Callable[[Path, Any], None], chance: random.Random, within: float) -> Any:
    """Runs it in a process, kills it soon after it told something, and gives the last it told."""
    context = multiprocessing.get_context("fork")
    listening, telling = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(root, telling))
    process.start()
    told = listening.recv()
    time.sleep(chance.uniform(0, within))
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    try:
        while listening.poll():
            told = listening.recv()
    except EOFError:
        pass
    return told


def versions_of(root: Path) -> Versions:
    return Versions(root / "var" / "versions", root / "practice.yml")


def made(root: Path, versions: Versions) -> str:
    folder = publish.staging(versions)
    content_of(root).snapshot(folder)
    (folder / MODEL).write_bytes(os.urandom(2000))
    return versions.keep(folder, About("Ann", "a test", "trained", None, "e", "c", verdict=PASSES)).id


def promote_for_ever(root: Path, told: Any) -> None:
    versions_module.KEPT = 3  # something to prune each time
    versions = versions_of(root)
    while True:
        name = made(root, versions)
        versions.promote(name, "Ann", "forth")
        told.send(name)
        versions.prune()
        versions.roll_back("Ann", "back")
        versions.promote(name, "Ann", "forth again")


def test_whenever_a_promotion_or_a_pruning_is_killed_the_live_version_is_whole(project: Path) -> None:  # noqa: F811
    versions, chance = versions_of(project), random.Random(4)  # noqa: S311
    versions.promote(made(project, versions), "Ann", "first")
    for _ in range(KILLS):
        told = killed(project, promote_for_ever, chance, 0.06)
        current = versions.current()
        assert current and told in {change.version for change in versions.changes(1000)}, (current, told)
        for name in versions.wanted():  # the live one and all that can be gone back to
            versions.verify(versions.get(name))
        for version in versions.all():
            versions.verify(version)
    versions.prune()
    assert not list(versions.folder.glob(".gone-*"))


class SmallWay:
    """Answers everything alike."""

    def labels(self, texts: Any) -> list[str]:
        return ["faq/cost"] * len(texts)

    async def outcome(self, text: str) -> str:
        return "faq/cost"

    async def reply(self, *_: Any) -> Any:
        return SimpleNamespace(outcome="faq/cost", events=[])


def studio_of(root: Path) -> Studio:
    return Studio(
        root, root / "var", content_of(root), versions_of(root), Jobs(root / "var" / "jobs"), root / "models", "e",
        load=lambda folder, name: SmallWay(), screened=lambda texts: [None] * len(texts),
        past=lambda: {"where can i park": ["c1"]},
    )  # fmt: skip


def small_training(folder: Path, root: Path, cache: Path) -> Path:
    folder.mkdir()
    (folder / "made.tar.gz").write_bytes(os.urandom(200_000))
    return folder / "made.tar.gz"


def train_for_ever(root: Path, told: Any) -> None:
    rehearsal.train = small_training
    measure.shared_encoder = lambda: SimpleNamespace(begin=lambda texts: None, keep=lambda: None)  # type: ignore
    measure.left_out_lines = lambda folder, model: []
    measure.begin = lambda exam, cache: None
    studio = studio_of(root)
    while True:
        job = studio.jobs.new("Ann", "a test")
        told.send(job.id)
        studio.run(job.id)


def test_whenever_a_training_is_killed_the_live_version_is_unchanged_and_the_job_says_so(
    project: Path,  # noqa: F811
) -> None:
    studio, chance = studio_of(project), random.Random(5)  # noqa: S311
    studio.versions.promote(made(project, studio.versions), "Ann", "first")
    for _ in range(KILLS):
        job = killed(project, train_for_ever, chance, 0.15)
        current = studio.versions.current()
        assert current and current.version == "v1"
        for version in studio.versions.all():
            studio.versions.verify(version)
        state = studio.jobs.get(job)
        assert state.state in ("stopped", "queued", "done"), state
        assert state.state != "stopped" or "unchanged" in state.message
        if state.state == "done":
            assert studio.versions.get(state.version) and studio.jobs.report(job)
    publish.clear_staging(studio.versions)
    assert not list(studio.versions.folder.glob(".staging-*"))
