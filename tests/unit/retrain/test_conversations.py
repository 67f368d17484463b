"""Conversation tests: kept as files, without personal details, and run turn by turn."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.retrain.conversations import ConversationTest, first_wrong, keep, read_all
from bot.retrain.faq import NotAccepted

FEES = ConversationTest("Fees, then: booking", (("how much", "faq/cost"), ("- [x](y) {z}: 'ok'", "booking/book")))


def test_what_is_kept_is_read_equal(tmp_path: Path) -> None:
    keep(tmp_path, FEES, "Ann", lambda text: False)
    read = read_all(tmp_path)[0]
    assert (read.name, read.turns) == (FEES.name, FEES.turns) and read.made.startswith("Ann, ")


def test_personal_details_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAccepted, match="other words"):
        keep(tmp_path, FEES, "Ann", lambda text: "how" in text)
    assert read_all(tmp_path) == []


def test_the_first_wrong_turn_is_told_and_events_are_carried_on() -> None:
    async def say(history: list[Any], text: str) -> Any:
        return SimpleNamespace(outcome="faq/cost" if not history else "fallback", events=[text])

    assert asyncio.run(first_wrong(FEES, say)) == (2, "booking/book", "fallback")
