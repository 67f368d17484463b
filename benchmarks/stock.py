"""The pipeline that `rasa init` and Rasa's FAQ guide suggest, trained on the same examples, for comparison.

Trained once and kept in build/stock (minutes to hours, by the number of examples); its accuracy counts the
outcome it would answer with: intent, then ResponseSelector for retrieval intents.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any, Sequence

import aiohttp
import yaml

from benchmarks.serving import ROOT, free_port, python, rest_visitor, started, throughput

CONFIG = Path(__file__).with_name("stock_config.yml")


def subset(per_intent: int) -> dict[str, list[str]]:
    """Intent -> so many of its examples, chosen by a fixed seed: the same for every pipeline."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            found.setdefault(block["intent"], []).extend(line[2:] for line in block["examples"].splitlines())
    picker = random.Random(7)  # noqa: S311
    return {name: picker.sample(lines, min(per_intent, len(lines))) for name, lines in sorted(found.items())}


def project(per_intent: int, config: Path, plain: bool) -> Path:
    """A Rasa project folder with the subset, our domain and the config. plain: without our custom actions, in whose
    place the bot says it is unsure, and without the inside of a booking."""
    sources = [config, *sorted((ROOT / "domain").glob("*.yml")), *sorted((ROOT / "data").rglob("*.yml"))]
    seen = json.dumps([per_intent, plain]).encode() + b"".join(path.read_bytes() for path in sources)
    folder = ROOT / "build" / "stock" / hashlib.sha256(seen).hexdigest()[:12]
    if folder.exists():
        return folder
    (folder / "data" / "nlu").mkdir(parents=True)
    chosen = subset(per_intent).items()
    nlu = [{"intent": name, "examples": "".join(f"- {line}\n" for line in lines)} for name, lines in chosen]
    (folder / "data" / "nlu" / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True))
    for kind in ("rules", "stories"):
        shutil.copytree(ROOT / "data" / kind, folder / "data" / kind)
    shutil.copytree(ROOT / "domain", folder / "domain")
    shutil.copy(config, folder / "config.yml")
    (folder / "credentials.yml").write_text("rest:\n")
    if plain:
        _without_actions(folder)
    return folder


def _without_actions(folder: Path) -> None:
    for kind in ("rules", "stories"):
        (folder / "data" / kind / "booking.yml").unlink()
    for path in [*folder.glob("domain/*.yml"), *folder.glob("data/rules/*.yml"), *folder.glob("data/stories/*.yml")]:
        text = re.sub(r"^- action_\w+\n", "", path.read_text(encoding="utf-8"), flags=re.M)  # of the domain's list
        text = re.sub(r"^actions:\n(?!- )", "actions: []\n", text, flags=re.M)  # Rasa refuses a list without entries
        path.write_text(re.sub(r"action: action_\w+", "action: utter_unsure", text), encoding="utf-8")


def train(folder: Path) -> float:
    """Seconds of `rasa train`; 0 when it was trained before."""
    if list((folder / "models").glob("*.tar.gz")):
        return float((folder / "seconds").read_text())
    begun = time.perf_counter()
    command = [python(), "-m", "rasa", "train", "-d", "domain"]
    subprocess.run(command, cwd=folder, check=True, env=_env())  # noqa: S603
    (folder / "seconds").write_text(f"{time.perf_counter() - begun:.1f}")
    return time.perf_counter() - begun


def measure(folder: Path, questions: Sequence[tuple[str, str]], seconds: float) -> dict[str, float]:
    """Start, memory, throughput and share of right answers of the trained project."""
    port = free_port()
    command = [python(), "-m", "rasa", "run", "--enable-api", "-i", "127.0.0.1", "-p", str(port)]
    texts = [text for text, _ in questions]
    with started(command, port, _env(), folder, rest_visitor()) as served:
        right = asyncio.run(_right(served.url, questions))
        rate = asyncio.run(throughput(served, rest_visitor, texts, 8, seconds))
        return {
            "start": served.seconds_to_first_answer,
            "memory": served.megabytes(),
            "rate": rate,
            "right": 100 * right / len(questions),
        }


async def _right(url: str, questions: Sequence[tuple[str, str]]) -> int:
    right = 0
    async with aiohttp.ClientSession(url) as client:
        for text, accepted in questions:
            async with client.post("/model/parse", json={"text": text}) as answer:
                right += _outcome(await answer.json()) in accepted.split("|")
    return right


def _outcome(parsed: dict[str, Any]) -> str:
    intent = str(parsed["intent"]["name"])
    if intent in ("nlu_fallback", "out_of_scope", "not_that"):
        return "fallback"
    selectors = parsed.get("response_selector", {})
    chosen = selectors.get(intent) or selectors.get("default") or {}
    return str(chosen.get("response", {}).get("intent_response_key", intent))


def _env() -> dict[str, str]:
    return {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
