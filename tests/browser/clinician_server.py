"""The whole bot in a folder of its own, on some of the examples of each intent so that it trains soon.

Usage: python tests/browser/clinician_server.py PORT FOLDER   (prints what `bot run` prints, in demo mode)
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
EXAMPLES = 45  # of each intent; with a third of them one new FAQ moves some held-out questions, and the gate blocks


def main() -> None:
    port, folder = sys.argv[1], Path(sys.argv[2])
    for name in ("domain", "data/rules", "data/stories", "tests/data", "tests/conversations"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("practice.yml", "config.yml"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "build").mkdir()
    (folder / "build" / "spacy").symlink_to((ROOT / "build" / "spacy").resolve())
    (folder / "data" / "nlu").mkdir()
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        if not path.name.startswith(("voices_", "second_look_")):
            (folder / "data" / "nlu" / path.name).write_text(few(path), encoding="utf-8")
    os.chdir(folder)
    os.environ.update(PYTHONPATH=str(ROOT), BOT_PORT=port, BOT_DEMO="1")
    os.execv(sys.executable, [sys.executable, "-W", "ignore", "-m", "bot.cli", "run"])  # noqa: S606


def few(path: Path) -> str:
    """The file with every so manyth example."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    for block in document["nlu"]:
        lines = block["examples"].splitlines(keepends=True)
        block["examples"] = "".join(lines[:: max(1, len(lines) // EXAMPLES)])
    return yaml.safe_dump(document, allow_unicode=True, width=1000, sort_keys=False)


if __name__ == "__main__":
    main()
