"""Directions of imports: what may know what."""

import ast
from pathlib import Path

import pytest

FEATURES = {"log", "channel", "safety", "privacy", "booking", "review"}
FILES = [*Path("bot").rglob("*.py"), *Path("actions").rglob("*.py")]
# The channel's handlers and wording are written against these ports, and the log's tables keep what the vault
# seals; wiring.py passes the objects.
ALLOWED = {("channel", "log"), ("channel", "safety"), ("channel", "privacy"), ("log", "privacy")}


def imported(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("file", FILES, ids=str)
def test_imports_point_the_right_way(file):
    place = file.parts[1] if len(file.parts) > 2 else file.stem
    for name in imported(file):
        top = name.split(".")[0]
        if place in ("safety", "privacy"):
            assert top not in {"rasa", "rasa_sdk", "sanic", "sqlalchemy"}, name
        if top == "rasa":
            assert place in ("nlu", "channel", "retrain"), name
        if top == "rasa_sdk":
            assert file.parts[0] == "actions" or file.name == "runtime.py", name
        if file.parts[0] == "bot":
            assert top != "actions", name
        parts = name.split(".")
        if parts[0] == "bot" and len(parts) > 1 and parts[1] in FEATURES and place in FEATURES:
            assert parts[1] == place or (place, parts[1]) in ALLOWED, name
