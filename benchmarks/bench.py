"""`make bench`: measures what the bot must reach on this machine and writes benchmarks/results.md.

Everything runs on loopback, in a folder of its own, one measurement after the other. With --stock the pipeline
that `rasa init` suggests is trained on a subset of the same examples (minutes), and ours on the same subset. With
--only serving the model that is there is served and nothing else measured: a minute, and nothing is written.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import subprocess
import tempfile
import time
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Callable, Iterator

import psutil

from benchmarks import stock
from benchmarks.serving import ROOT, Served, free_port, latencies, python, started, throughput, visitor

RESULTS = Path(__file__).with_name("results.md")
QUESTIONS = ROOT / "tests" / "data" / "questions.tsv"
LOAD_SECONDS = 20.0
Row = tuple[str, str, str, bool]


def main() -> None:
    """Measures, prints the table, writes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stock", action="store_true", help="also the stock pipeline (trains for many minutes)")
    parser.add_argument("--per-intent", type=int, default=20, help="examples of each intent in the comparison")
    parser.add_argument("--only", choices=["serving"], help="measure this alone, with the trained model there is")
    options = parser.parse_args()
    asked = [line.rpartition("\t")[::2] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    texts = [text for text, _ in asked]
    if options.only:
        with tempfile.TemporaryDirectory() as made:
            print(_table(_served(ROOT / "models", Path(made), texts)))
        return
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as made:
        models = Path(made) / "models"
        seconds = _timed(lambda: _bot("train", env={"BOT_MODEL_DIR": str(models)}))
        rows.append(_row("training from clean, whole command", seconds, 25, "s"))
        judged = _evaluated(models, QUESTIONS)
        rows += _accuracy(judged)
        rows += _served(models, Path(made), texts)
        unit = _timed(lambda: _run(python(), "-m", "pytest", "tests/unit"))
        rows.append(_row("the unit tests", unit, 60, "s"))
        if options.stock:
            rows += _compared(options.per_intent, asked, Path(made))
    table = _table(rows)
    print(table)
    RESULTS.write_text(table, encoding="utf-8")


def _served(models: Path, made: Path, texts: list[str]) -> list[Row]:
    with _serving(models, made) as served:
        asyncio.run(latencies(served, visitor(), texts[:50]))  # the first ones warm caches
        p50, p95 = asyncio.run(latencies(served, visitor(), texts))
        rate = asyncio.run(throughput(served, visitor, texts, 8, LOAD_SECONDS))
        return [
            _row("start to first answer", served.seconds_to_first_answer, 10, "s"),
            _row("one visitor over HTTP, log written, p50", p50, 10, "ms"),
            _row("one visitor over HTTP, log written, p95", p95, 25, "ms"),
            _row("resident memory after the load", served.megabytes(), 650, "MB"),
            ("throughput, 8 visitors", "", f"{rate:.0f} messages/s", True),
        ]


def _compared(per_intent: int, asked: list[tuple[str, str]], made: Path) -> list[Row]:
    folder = stock.project(per_intent, stock.CONFIG, plain=True)
    trained = stock.train(folder)
    theirs = stock.measure(folder, asked, LOAD_SECONDS)
    ours = stock.project(per_intent, ROOT / "config.yml", plain=False)
    if not (ours / "build").exists():
        (ours / "build").symlink_to(ROOT / "build")
    models = made / "same"
    seconds = _timed(lambda: _bot("train", env={"BOT_MODEL_DIR": str(models)}, cwd=ours))
    summary = _evaluated(models, QUESTIONS)["summary"]
    right = 100 * summary["right"] / summary["n"]
    with _serving(models, made) as served:
        asyncio.run(latencies(served, visitor(), [text for text, _ in asked[:50]]))
        rate = asyncio.run(throughput(served, visitor, [text for text, _ in asked], 8, LOAD_SECONDS))
    same = f"same {per_intent} examples an intent"
    return [
        (f"{same}: training", f"stock {trained:.0f} s", f"{seconds:.0f} s", seconds < trained),
        (f"{same}: right", f"stock {theirs['right']:.1f} %", f"{right:.1f} %", right > theirs["right"]),
        (f"{same}: throughput, 8 visitors", f">= 4 x stock's {theirs['rate']:.0f}/s",
         f"{rate:.0f}/s ({rate / theirs['rate']:.1f} x)", rate >= 4 * theirs["rate"]),
        ("stock: start, memory", "", f"{theirs['start']:.0f} s, {theirs['memory']:.0f} MB", True),
    ]  # fmt: skip


def _accuracy(judged: dict[str, Any]) -> list[Row]:
    summary = judged["summary"]
    share = {kind: 100 * summary[kind] / summary["n"] for kind in ("right", "wrong", "offered", "missed")}
    outside = [line for line in judged["lines"] if line["expected"] == "fallback"]
    answered = 100 * sum(line["got"] != "fallback" for line in outside) / len(outside)
    helped = share["right"] + share["offered"]
    return [
        (f"right, {summary['n']} held-out questions", ">= 92 %", f"{share['right']:.1f} %", share["right"] >= 92),
        ("wrong", "<= 4 %", f"{share['wrong']:.1f} %", share["wrong"] <= 4),
        ("right or offered", ">= 97 %", f"{helped:.1f} %", helped >= 97),
        ("out of scope answered as if in scope", "<= 8 %", f"{answered:.1f} %", answered <= 8),
    ]


def _row(what: str, measured: float, goal: float, unit: str) -> Row:
    return what, f"<= {goal:g} {unit}", f"{measured:.1f} {unit}", measured <= goal


def _table(rows: list[Row]) -> str:
    lines = [
        "# Measured",
        "",
        f"By `make bench` on {date.today()}, {machine()}, Python {platform.python_version()}.",
        "",
        "| what | must reach | measured | reached |",
        "| --- | --- | --- | --- |",
        *(f"| {what} | {goal} | {got} | {'yes' if reached else '**no**'} |" for what, goal, got, reached in rows),
    ]
    return "\n".join(lines) + "\n"


def machine() -> str:
    """This machine in short."""
    return f"{_processor()}, {os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.split(":")[1].strip() for line in lines if "model name" in line), platform.processor())


@contextmanager
def _serving(models: Path, made: Path) -> Iterator[Served]:
    port = free_port()
    env = {
        **_apart(models, made),
        "BOT_PORT": str(port),
        "BOT_DATABASE_URL": f"sqlite:///{made}/{models.name}.db",
        "BOT_MESSAGES_PER_MINUTE": "100000",
        "BOT_SESSIONS_PER_HOUR": "100000",
    }
    with started([python(), "-m", "bot.cli", "run"], port, env, ROOT, visitor()) as served:
        yield served


def _apart(models: Path, made: Path) -> dict[str, str]:
    """This model and no promoted version of this installation."""
    return {"BOT_MODEL_DIR": str(models), "BOT_WORK_DIR": str(made / "work"), "BOT_KEYS_FILE": str(made / "keys")}


def _evaluated(models: Path, questions: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as made:
        report = Path(made) / "report.json"
        _bot("evaluate", str(questions), "--json", str(report), env=_apart(models, Path(made)))
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return found


def _bot(*words: str, env: dict[str, str], cwd: Path = ROOT) -> None:
    _run(python(), "-m", "bot.cli", *words, env=env, cwd=cwd)


def _run(*words: str, env: dict[str, str] | None = None, cwd: Path = ROOT) -> None:
    print("$", " ".join(words), flush=True)
    here = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    subprocess.run(words, cwd=cwd, env=here, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def _timed(call: Callable[[], None]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
