"""Files of others in the console are what their packages hold, and their licences lie beside them."""

import hashlib
import re
from pathlib import Path

STATIC = Path("bot/review/static")
ROW = re.compile(r"^\| (\S+\.js) \| .* \| \S+, (\S+\.LICENSE) \| `([0-9a-f]{64})` \|$", re.M)
ROWS = ROW.findall((STATIC / "VENDORED.md").read_text())


def test_every_vendored_file_is_listed():
    assert {name for name, _, _ in ROWS} == {file.name for file in STATIC.glob("*.min.js")}


def test_they_are_unchanged_and_have_their_licence():
    for name, licence, digest in ROWS:
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest, name
        assert "permission" in (STATIC / licence).read_text().lower(), licence
