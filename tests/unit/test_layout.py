"""Directions of imports: what may know what."""

import ast
from pathlib import Path

import pytest

FEATURES = {"log", "channel", "safety", "privacy", "booking", "review", "retrain"}
FILES = [*Path("bot").rglob("*.py"), *Path("actions").rglob("*.py")]


def statements(node):
    """All of them, also those in functions; nothing else can import."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.stmt, ast.excepthandler, ast.match_case)):
            yield child
            yield from statements(child)


def imported(file):
    for node in statements(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("file", FILES, ids=str)
def test_imports_point_the_right_way(file):
    place = "actions" if file.parts[0] == "actions" else file.parts[1] if len(file.parts) > 2 else file.stem
    for name in imported(file):
        top = name.split(".")[0]
        if place in ("safety", "privacy"):
            assert top not in {"rasa", "rasa_sdk", "sanic", "sqlalchemy"}, name
        if top == "rasa":
            assert place in ("nlu", "channel", "retrain"), name
        if top == "rasa_sdk":
            assert place == "actions" or file.name == "runtime.py", name
        if place != "actions":
            assert top != "actions", name
        parts = name.split(".")
        part = parts[1] if parts[0] == "bot" and len(parts) > 1 else ""
        if place in FEATURES:
            assert part == place or (part not in FEATURES and not part.startswith("wiring")), name
        elif part in FEATURES and place != "actions":  # the facts of practice.yml hold the rules of booking
            assert place.startswith(("wiring", "cli")) or (place.startswith("practice") and part == "booking"), name
