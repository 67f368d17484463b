"""The safety screen is asked anew exactly when it is another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.retrain.screened import ScreenedTexts


@pytest.fixture
def screen(tmp_path: Path) -> Path:
    (tmp_path / "screen").mkdir()
    (tmp_path / "screen" / "signals.yml").write_text("die")
    return tmp_path / "screen"


def test_known_texts_are_not_asked_again_and_new_ones_are(screen: Path) -> None:
    asked: list[str] = []

    def alarm(text: str) -> str | None:
        asked.append(text)
        return "safety/self_harm" if "die" in text else None

    def answers(*texts: str) -> list[str | None]:
        return ScreenedTexts(screen.parent / "cache", alarm, [screen])(texts)

    assert answers("i want to die", "hello") == ["safety/self_harm", None]
    assert answers("hello", "i want to die", "hi") == [None, "safety/self_harm", None]
    assert asked == ["i want to die", "hello", "hi"]


def test_another_screen_is_asked_everything(screen: Path) -> None:
    assert ScreenedTexts(screen.parent / "cache", lambda text: None, [screen])(["i want to die"]) == [None]
    (screen / "signals.yml").write_text("want to die")
    assert ScreenedTexts(screen.parent / "cache", lambda text: "safety/x", [screen])(["i want to die"]) == ["safety/x"]
    assert len(list((screen.parent / "cache").glob("*.json"))) == 1


def test_no_text_is_kept_in_words(screen: Path) -> None:
    ScreenedTexts(screen.parent / "cache", lambda text: None, [screen])(["i want to die"])
    assert b"die" not in next((screen.parent / "cache").glob("*.json")).read_bytes()
