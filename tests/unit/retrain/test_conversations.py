"""Conversation tests: Rasa's own format, kept without personal details, and run turn by turn."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader

from bot.errors import BrokenFile
from bot.retrain.conversations import (
    ConversationTest,
    ConversationTests,
    Turn,
    first_wrong,
    known_wording,
    read_all,
    turn_of,
)
from bot.retrain.faq import NotAccepted
from bot.retrain.history import StoredHistory

ROOT = Path(__file__).parents[3]
FEES = ConversationTest(
    "Fees, then: booking",
    (
        Turn("how much - 'really'?: ok", "faq/cost", ("utter_faq",)),
        Turn("book me in", "booking/book", ("action_booking",), {"booking_active": True}),
    ),
)


def events(intent: str, *actions: str) -> list[dict[str, Any]]:
    parsed = {"intent": {"name": intent.split("/")[0], "full_retrieval_intent_name": intent}}
    done = [{"event": "action", "name": name} for name in (*actions, "action_listen")]
    return [{"event": "user", "parse_data": parsed}, *done]


@pytest.fixture
def tests(tmp_path: Path) -> ConversationTests:
    return ConversationTests(tmp_path, tmp_path / "var" / "lock", StoredHistory(tmp_path, tmp_path / "var" / "history"))


def nothing(text: str) -> bool:
    return False


def test_what_is_kept_is_read_equal(tests: ConversationTests) -> None:
    tests.add(FEES, "Ann", nothing)
    read = tests.own()[0]
    assert (read.name, read.turns) == (FEES.name, FEES.turns) and read.made.startswith("Ann, ")


def test_rasa_reads_the_same_file(tests: ConversationTests) -> None:
    tests.add(FEES, "Ann", nothing)
    steps = YAMLStoryReader().read_from_file(str(tests.folder / "test_practice.yml"))
    assert [step.block_name for step in steps] == [FEES.name]
    said = [event.text for event in steps[0].events if hasattr(event, "text")]
    assert said == ["how much - 'really'?: ok", "book me in"]


def test_a_second_one_joins_the_first_and_either_can_be_taken_away(tests: ConversationTests) -> None:
    tests.add(FEES, "Ann", nothing)
    tests.add(ConversationTest("Second", FEES.turns[:1]), "Bo", nothing)
    tests.remove(FEES.name, "Bo")
    assert [test.name for test in tests.own()] == ["Second"]
    with pytest.raises(NotAccepted):
        tests.remove(FEES.name, "Bo")


def test_a_name_is_given_once(tests: ConversationTests) -> None:
    tests.add(FEES, "Ann", nothing)
    with pytest.raises(NotAccepted, match="another"):
        tests.add(FEES, "Bo", nothing)


@pytest.mark.parametrize("said", ["[x](y) please", "{name}", "/restart", "- a list", "two\nlines", "nul\x00", ""])
def test_what_rasa_would_read_as_markup_is_refused(tests: ConversationTests, said: str) -> None:
    with pytest.raises(NotAccepted):
        tests.add(ConversationTest("x", (Turn(said, "faq/cost", ("utter_faq",)),)), "Ann", nothing)
    assert tests.all() == []


def test_personal_details_are_refused(tests: ConversationTests) -> None:
    with pytest.raises(NotAccepted, match="other words"):
        tests.add(FEES, "Ann", lambda text: "how" in text)
    assert tests.all() == []


def test_the_tests_that_come_with_the_bot_are_read() -> None:
    found = {test.name: test for test in read_all(ROOT / "tests" / "conversations")}
    booking = found["an appointment with a question in the middle"].turns
    assert booking[0] == Turn("i want to book an appointment", "booking", ("action_booking",), {"booking_active": True})
    assert len(found) >= 9 and all(turn.actions for test in found.values() for turn in test.turns)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "test_x.yml").write_text("stories:\n- story: x\n  steps:\n  - checkpoint: y\n")
    with pytest.raises(BrokenFile, match="test_x.yml"):
        read_all(tmp_path)


def test_a_turn_is_made_of_what_happened() -> None:
    happened = [*events("faq/cost", "utter_faq"), {"event": "slot", "name": "booking_active", "value": False}]
    made = Turn("how much", "faq/cost", ("utter_faq",), {"booking_active": False})
    assert turn_of("how much", happened, "faq/cost") == made
    other = turn_of("how much", happened, "faq/cost", "chitchat/thanks")
    assert other == Turn("how much", "chitchat/thanks", ("utter_chitchat",))
    assert turn_of("how much", [], "faq/cost") == Turn("how much", "faq/cost", ("utter_faq",))
    assert turn_of("i want to die", [{"event": "slot", "name": "booking", "value": {}}], "safety/self_harm") is None


def test_the_proposed_wording_is_the_practices_own_nearest_one() -> None:
    variants = ["what is the price", "how much does one hour cost", "fees"]
    assert known_wording("how much is one hour, my husband Bob asks", variants) == "how much does one hour cost"
    assert known_wording("how much", []) == ""


def test_the_first_wrong_turn_is_told_and_events_and_slots_are_carried_on() -> None:
    histories = []

    async def say(history: list[Any], text: str) -> Any:
        histories.append(history)
        return SimpleNamespace(outcome="x", events=events("faq/cost", "utter_faq") if not history else [])

    assert asyncio.run(first_wrong(FEES, say)) == (2, "booking/book", "x")
    assert histories[1] == events("faq/cost", "utter_faq")


def test_another_action_is_wrong_and_a_group_stands_for_its_intents() -> None:
    async def say(history: list[Any], text: str) -> Any:
        return SimpleNamespace(outcome="x", events=events("faq/cost", "action_booking"))

    test = ConversationTest("x", (Turn("how much", "faq", ("utter_faq",)),))
    assert asyncio.run(first_wrong(test, say)) == (1, "utter_faq", "action_booking")


def test_not_understood_is_one_thing_by_two_names() -> None:
    async def say(history: list[Any], text: str) -> Any:
        return SimpleNamespace(outcome="fallback", events=events("nlu_fallback", "action_offer_topics"))

    test = ConversationTest("x", (Turn("flurb", "out_of_scope", ("action_offer_topics",)),))
    assert asyncio.run(first_wrong(test, say)) is None
