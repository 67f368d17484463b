"""Jobs: one at a time, cancelled at once, and true to themselves after a kill."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bot.errors import BotError
from bot.privacy.exports import Folder
from bot.retrain.compare import HELD_OUT, REPLAY
from bot.retrain.job import Cancelled, Jobs, Running

context = multiprocessing.get_context("fork")


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(tmp_path / "jobs")


def train_long(jobs: Jobs, job_id: str, told: Any) -> None:
    running = Running(jobs, job_id)
    with running.turn():
        running.step("training")
        told.send("started")
        for tenth in range(600):
            time.sleep(0.05)
            running.told(tenth / 600)


def started(jobs: Jobs) -> tuple[str, Any]:
    job = jobs.new("Ann", "a test").id
    listening, telling = context.Pipe(duplex=False)
    process = context.Process(target=train_long, args=(jobs, job, telling))
    process.start()
    listening.recv()
    return job, process


def test_a_new_job_waits(jobs: Jobs) -> None:
    state = jobs.new("Ann", "a test")
    assert (state.state, jobs.get(state.id)) == ("queued", state)


def test_a_running_job_tells_its_step_and_the_time_left(jobs: Jobs) -> None:
    job, process = started(jobs)
    state = jobs.get(job)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert (state.state, state.step) == ("running", "training") and 0 < state.left < 65 and 0 <= state.progress < 1


def test_a_killed_job_says_so(jobs: Jobs) -> None:
    job, process = started(jobs)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert jobs.get(job).state == "stopped" and "unchanged" in jobs.get(job).message


def test_a_cancelled_job_ends_at_once(jobs: Jobs) -> None:
    job, process = started(jobs)
    jobs.cancel(job)
    process.join(2)
    assert not process.is_alive() and jobs.get(job).state == "cancelled"


def test_the_second_job_waits_for_the_first(jobs: Jobs) -> None:
    job, process = started(jobs)
    second = jobs.new("Bo", "another").id
    listening, telling = context.Pipe(duplex=False)
    other = context.Process(target=train_long, args=(jobs, second, telling))
    other.start()
    assert not listening.poll(0.5) and jobs.get(second).state == "queued"
    jobs.cancel(job)
    assert listening.poll(5) and jobs.get(second).state == "running"
    jobs.cancel(second)
    process.join()
    other.join()


def test_a_job_that_is_cancelled_while_it_waits_never_begins(jobs: Jobs) -> None:
    job = jobs.new("Ann", "a test").id
    jobs.cancel(job)
    with pytest.raises(Cancelled):
        running = Running(jobs, job)
        with running.turn():
            running.step("training")
    assert jobs.get(job).state == "cancelled"


def test_what_fails_is_the_jobs_last_word(jobs: Jobs) -> None:
    job = jobs.new("Ann", "a test").id
    with pytest.raises(BotError), Running(jobs, job).turn():
        raise BotError("Rasa refuses the domain.")
    assert jobs.get(job).message == "Rasa refuses the domain. The live version is unchanged."
    assert jobs.log(job)[-1].endswith("The live version is unchanged.")


def test_a_job_whose_child_never_starts_does_not_wait_for_ever(jobs: Jobs) -> None:
    state = jobs.new("Ann", "a test")
    jobs.save(replace(state, at=(datetime.now(timezone.utc) - timedelta(minutes=3)).isoformat()))
    assert jobs.get(state.id).state == "stopped" and "could not be started" in jobs.get(state.id).message


REPORT = {
    "verdict": "passes",
    "sets": [
        {"name": HELD_OUT, "n": 1, "fixed": [{"text": "ours"}], "broken": [], "changed": []},
        {"name": REPLAY, "n": 9, "fixed": [], "broken": [], "changed": [{"text": "theirs"}, {"text": "erased"}]},
    ],
}


def test_visitors_questions_in_a_report_stand_apart_with_the_ids_that_erasing_looks_for(jobs: Jobs) -> None:
    job = jobs.new("Ann", "a test").id
    with Running(jobs, job).turn():
        pass
    Running(jobs, job).done("v2", "passes", "done", REPORT, {"theirs": ["c" * 32], "other": ["d" * 32]})
    assert "theirs" not in (jobs.folder / job / "report.json").read_text()
    shown = jobs.report(job)
    assert shown and [d["text"] for d in shown["sets"][1]["changed"]] == ["theirs"]
    assert Folder(jobs.folder, "comparisons").erase(["d" * 32]) == {"comparisons": 0}
    assert Folder(jobs.folder, "comparisons").erase(["c" * 32]) == {"comparisons": 1}
    shown = jobs.report(job)
    assert shown and shown["sets"][1]["changed"] == [] and shown["sets"][0]["fixed"] == [{"text": "ours"}]


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="Linux alone has an idle class")
def test_a_training_steps_back_behind_everything_else_with_the_threads_it_starts() -> None:
    look = (
        "import os, threading; from bot.retrain.job import step_back; before = len(os.sched_getaffinity(0));"
        "step_back(); from bot.nlu.threads import CORES; said = [os.sched_getscheduler(0)];"
        "thread = threading.Thread(target=lambda: said.append(os.sched_getscheduler(0)));"
        "thread.start(); thread.join();"
        "print(said == [os.SCHED_IDLE] * 2, CORES == max(1, before - 1))"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True)
    assert done.stdout.split() == ["True", "True"], done.stdout + done.stderr
