"""Training jobs: a child process each, one at a time, whose state outlives it as files.

The running child holds a lock on its own folder. The kernel frees it however the child ends, so a job that says
"running" without its lock was killed: nothing has to be cleaned up for the state to be true.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional, Sequence

from bot.errors import BotError
from bot.retrain import files
from bot.retrain.compare import REPLAY

NICE = 19
STARTS_WITHIN = 120.0  # seconds, on a very busy machine
REPLAY_FILE = "replay.json"  # visitors' questions of a comparison, apart: they go with their conversations
STEPS = {"waiting": 0.0, "snapshot": 1.0, "training": 30.0, "loading": 4.0, "asking": 8.0, "comparing": 4.0}
SAYS = {
    "waiting": "Waiting for another training to end.",
    "snapshot": "Copying the content as it is now.",
    "training": "Training on all examples.",
    "loading": "Loading the new version to try it.",
    "asking": "Asking it every test question.",
    "comparing": "Comparing with what is live.",
}
_KINDS = ("fixed", "broken", "changed")
_OVER = ("done", "failed", "cancelled", "stopped")


class Cancelled(BotError):
    """The job was cancelled."""


@dataclass(frozen=True)
class JobState:
    """What a job says of itself. progress: 0 to 1; left: seconds. version: what it made; verdict: of the gate."""

    id: str
    who: str
    why: str
    at: str
    state: str = "queued"
    step: str = "waiting"
    progress: float = 0.0
    left: float = 0.0
    message: str = SAYS["waiting"]
    version: str = ""
    verdict: str = ""
    pid: int = 0

    @property
    def over(self) -> bool:
        """Whether it has ended, one way or another."""
        return self.state in _OVER


class Jobs:
    """The jobs under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def new(self, who: str, why: str) -> JobState:
        """Notes a job; `start` or `Running` then does it."""
        at = datetime.now(timezone.utc)
        name = f"{at:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"
        state = JobState(name, who, why, at.isoformat(timespec="seconds"))
        self.save(state)
        return state

    def start(self, job_id: str) -> None:
        """Runs the job in a child process that goes on when this one ends."""
        with open(self.folder / job_id / "log.txt", "ab") as log:
            subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "bot.cli", "retrain", "--job", job_id],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def all(self) -> list[JobState]:
        """The newest first."""
        names = sorted((path.parent.name for path in self.folder.glob("*/state.json")), reverse=True)
        return [self.get(name) for name in names]

    def get(self, job_id: str) -> JobState:
        """What the job says, or that it was ended from outside. Raises BotError when there is none."""
        try:
            state = JobState(**json.loads((self.folder / job_id / "state.json").read_bytes()))
        except (OSError, ValueError, TypeError) as error:
            raise BotError("There is no such training job.") from error
        if state.over or _is_held(self.folder / job_id / "alive"):
            return state
        # It may have ended between the two looks.
        state = JobState(**json.loads((self.folder / job_id / "state.json").read_bytes()))
        cancelled = (self.folder / job_id / "cancel").exists()
        if state.over or (state.pid == 0 and not cancelled and _age(state) < STARTS_WITHIN):
            return state
        if cancelled:
            return replace(state, state="cancelled", message="Cancelled; the live version is unchanged.")
        said = "Ended from outside" if state.pid else "It could not be started, see its log"
        return replace(state, state="stopped", message=f"{said}; the live version is unchanged. Start anew.")

    def cancel(self, job_id: str) -> JobState:
        """Ends the job at once, whatever it does."""
        state = self.get(job_id)
        if not state.over:
            (self.folder / job_id / "cancel").touch()
            if state.pid and _is_held(self.folder / job_id / "alive"):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(state.pid, signal.SIGTERM)
        return self.get(job_id)

    def report(self, job_id: str) -> Optional[dict[str, Any]]:
        """The comparison, once there is one; visitors' questions in it are gone when their conversations are."""
        try:
            found: dict[str, Any] = json.loads((self.folder / job_id / "report.json").read_bytes())
        except OSError:
            return None
        with contextlib.suppress(OSError, ValueError):
            kept = json.loads((self.folder / job_id / REPLAY_FILE).read_bytes())
            for one in found["sets"]:
                one.update(kept["sets"].get(one["name"], {}))
        return found

    def log(self, job_id: str) -> list[str]:
        """What the job did, in plain words, a line each."""
        with contextlib.suppress(OSError):
            return (self.folder / job_id / "words.txt").read_text(encoding="utf-8").splitlines()
        return []

    def save(self, state: JobState) -> None:
        """Keeps what a job says."""
        files.write(self.folder / state.id / "state.json", json.dumps(asdict(state)).encode())


class Running:
    """The job as its own process sees it: takes its turn, tells its steps, notices that it was cancelled."""

    def __init__(self, jobs: Jobs, job_id: str, show: bool = False) -> None:
        self._jobs, self._show = jobs, show
        self.folder = jobs.folder / job_id
        self._state = replace(jobs.get(job_id), pid=os.getpid())
        self._spent: dict[str, float] = {}
        self._since = time.monotonic()
        self._expected = {**STEPS, **self._read_durations()}

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for its turn; whatever is raised inside becomes the job's last word."""
        with open(self.folder / "alive", "a") as alive, open(self._jobs.folder / ".one", "a") as one:
            fcntl.flock(alive, fcntl.LOCK_EX)
            self._jobs.save(self._state)
            while not _taken(one):
                self._check()
                time.sleep(0.3)
            try:
                yield
            except Cancelled as error:
                self._end("cancelled", str(error))
                raise
            except BotError as error:
                self._end("failed", f"{error} The live version is unchanged.")
                raise
            except BaseException as error:
                self._end("failed", f"It failed ({type(error).__name__}). The live version is unchanged.")
                raise

    def step(self, name: str) -> None:
        """A new step begins."""
        self._check()
        self._note_time()
        self._state = replace(self._state, state="running", step=name, message=SAYS[name])
        self._say(SAYS[name])
        self.told(0.0)

    def told(self, share: float) -> None:
        """How much of the step is done, 0 to 1."""
        self._check()
        names = list(self._expected)
        later = names[names.index(self._state.step) + 1 :] if self._state.step in names else []
        here = self._expected.get(self._state.step, 0.0)
        left = here * (1 - share) + sum(self._expected[name] for name in later)
        total = sum(self._expected.values())
        self._state = replace(self._state, left=round(left, 1), progress=round(1 - left / total, 3))
        self._jobs.save(self._state)

    def done(
        self,
        version: str,
        verdict: str,
        message: str,
        report: dict[str, Any],
        asked_in: Optional[Mapping[str, Sequence[str]]] = None,
    ) -> JobState:
        """The job made a version. asked_in: the conversations that visitors' questions in the report come from."""
        self._note_time()
        files.write(self._jobs.folder / "durations.json", json.dumps(self._spent).encode())
        rest, visitors = apart(report, asked_in or {})
        files.write(self.folder / REPLAY_FILE, json.dumps(visitors, ensure_ascii=False).encode())
        files.write(self.folder / "report.json", json.dumps(rest, ensure_ascii=False).encode())
        self._state = replace(self._state, version=version, verdict=verdict, progress=1.0, left=0.0)
        self._end("done", message)
        return self._state

    def _end(self, state: str, message: str) -> None:
        self._state = replace(self._state, state=state, message=message)
        self._say(message)
        self._jobs.save(self._state)

    def _say(self, sentence: str) -> None:
        line = f"{datetime.now():%H:%M:%S} {sentence}"
        with open(self.folder / "words.txt", "a", encoding="utf-8") as words:
            words.write(line + "\n")
        if self._show:
            print(line, flush=True)

    def _check(self) -> None:
        if (self.folder / "cancel").exists():
            raise Cancelled("Cancelled; the live version is unchanged.")

    def _note_time(self) -> None:
        now = time.monotonic()
        if self._state.state == "running":
            self._spent[self._state.step] = round(now - self._since, 2)
        self._since = now

    def _read_durations(self) -> dict[str, float]:
        with contextlib.suppress(OSError, ValueError):
            known = json.loads((self._jobs.folder / "durations.json").read_bytes())
            return {name: float(known[name]) for name in STEPS if name in known}
        return {}


def step_back() -> None:
    """Leaves the processors to everybody else, for good. To be called before libraries start threads: these inherit it.

    An idle process gives way at once, a nice one does not. Between two sessions neither says anything unless the
    session steps back as well: Linux weighs sessions first ("autogroup"). And one core is left alone, or the caches of
    all are filled with the training (docs/decisions.md).
    """
    with contextlib.suppress(OSError):
        os.nice(NICE)
    with contextlib.suppress(OSError, AttributeError):  # what only Linux has
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[1:] or os.sched_getaffinity(0))
    if os.getsid(0) == os.getpid():  # our own session, not somebody's terminal
        with contextlib.suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(NICE))


def apart(
    report: Mapping[str, Any], asked_in: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A report without visitors' questions; and these, with the ids of their conversations in plain text, by which
    erasing finds them. What is in no conversation any more is left out."""
    sets, theirs = [], {}
    ids: set[str] = set()
    for one in report["sets"]:
        if one["name"] == REPLAY:
            kept = {kind: [d for d in one[kind] if d["text"] in asked_in] for kind in _KINDS}
            ids.update(name for found in kept.values() for d in found for name in asked_in[d["text"]])
            theirs[REPLAY] = kept
            one = {**one, **{kind: [] for kind in _KINDS}}
        sets.append(one)
    return {**report, "sets": sets}, {"conversations": sorted(ids), "sets": theirs}


def _age(state: JobState) -> float:
    return (datetime.now(timezone.utc) - datetime.fromisoformat(state.at)).total_seconds()


def _is_held(path: Path) -> bool:
    try:
        with open(path) as file:
            return not _taken(file)
    except OSError:
        return False


def _taken(file: Any) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False
