"""A training's whole way: snapshot, model, what it is asked, comparison with the live version; and the replay.

Apart from studio.py, which loads it when it is needed: the numerical libraries take a second.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Collection

from bot.errors import BotError
from bot.retrain import compare, files, measure, publish
from bot.retrain.compare import PASSES, Comparison
from bot.retrain.content import Content, fingerprint
from bot.retrain.evaluate import Line
from bot.retrain.job import JobState, Running
from bot.retrain.left_out import while_training
from bot.retrain.train import train
from bot.retrain.versions import MODEL, About, Version

if TYPE_CHECKING:
    from bot.retrain.studio import Studio

VECTORS = "build"  # vectors of the examples, the same file that `bot train` keeps


def train_and_compare(studio: Studio, running: Running, job: JobState) -> JobState:
    """The whole of a job, from the snapshot to the verdict of the gate. Raises BotError when it fails."""
    publish.clear_staging(studio.versions)
    live = studio.adopt(job.who)
    running.step("snapshot")
    folder = publish.staging(studio.versions)
    try:
        studio.content.snapshot(folder)
        running.step("training")
        exam = measure.exam_of(studio.root, tuple(studio.past()))
        measure.begin(exam, studio.root / VECTORS)
        with while_training(measure.VARIANTS) as variants:
            made = train(folder / "trained", folder, studio.root / VECTORS)
        made.rename(folder / MODEL)
        shutil.rmtree(folder / "trained")
        running.step("loading")
        way = studio.load(folder, "candidate")
        running.step("asking")
        every = {*exam.keys(), compare.REPLAY}
        after = asyncio.run(measure.answers(exam, way, studio.screened, folder, every, running.told))
        after[compare.LEFT_OUT] = measure.lines_of(variants)
        running.step("comparing")
        before = _before(studio, exam, live)
        files.write(folder / "metrics.json", json.dumps(measure.as_json(after, exam.keys())).encode())
        retired = _outcomes(studio, live.folder) - _outcomes(studio, folder)
        comparison = compare.compare(before, after, studio.protected, retired)
        about = About(job.who, job.why, "trained", live.id, studio.encoder, fingerprint(folder))
        version = studio.versions.keep(folder, replace(about, verdict=comparison.verdict))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report = {**comparison.report(), "version": version.id, "base": live.id}
    asked_in = studio.past()  # anew: what was erased meanwhile must not be written down
    return running.done(version.id, comparison.verdict, _summary(comparison, version.id), report, asked_in)


def replay(studio: Studio, version_id: str) -> Comparison:
    """What the version would answer otherwise than the live one, of the real questions of the last days."""
    live = studio.live()
    if live is None:
        raise BotError("No version is live yet; `bot retrain` makes the first.")
    both = live, studio.versions.get(version_id)
    for one in both:
        studio.versions.verify(one)  # before the first is asked, which takes a while
    exam = measure.Exam(past=tuple(studio.past()))
    found = [_asked(studio, exam, one, {compare.REPLAY}) for one in both]
    return compare.compare(found[0], found[1], studio.protected)


def _before(studio: Studio, exam: measure.Exam, live: Version) -> dict[str, list[Line]]:
    """The live version's lines: those kept with it, or beside it, where just this was asked; the rest asked now."""
    beside = studio.work / "cache" / f"figures-{live.id}.json"
    keys = exam.keys()
    found = measure.from_json(live.metrics(), keys)
    with suppress(OSError, ValueError):
        found = {**measure.from_json(json.loads(beside.read_bytes()), keys), **found}
    missing = keys.keys() - found.keys()
    if missing or exam.past:
        found |= _asked(studio, exam, live, {*missing, compare.REPLAY})
    if compare.LEFT_OUT in missing:
        found[compare.LEFT_OUT] = measure.left_out_lines(live.folder, live.model)
    if missing:
        files.write(beside, json.dumps(measure.as_json(found, keys)).encode())
    return found


def _asked(studio: Studio, exam: measure.Exam, version: Version, wanted: Collection[str]) -> dict[str, list[Line]]:
    studio.versions.verify(version)
    way = studio.load(version.folder, version.id)
    return asyncio.run(measure.answers(exam, way, studio.screened, version.folder, wanted, _nobody))


def _outcomes(studio: Studio, folder: Path) -> set[str]:
    return {faq.id for faq in Content(folder, studio.work / "reading", (), ()).faqs()}


def _summary(comparison: Comparison, version: str) -> str:
    fixed, broken = (sum(len(getattr(one, kind)) for one in comparison.sets) for kind in ("fixed", "broken"))
    gate = "The gate lets it pass." if comparison.verdict == PASSES else comparison.blockers[0].sentence
    return f"{version} is ready: {fixed} answers fixed, {broken} broken. {gate}"


def _nobody(_share: float) -> None:
    """Nobody is told."""
