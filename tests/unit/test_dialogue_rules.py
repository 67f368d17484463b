"""What is said after a miss, and what "no, I meant ..." leaves to be understood."""

import pytest

from bot.dialogue_rules import after_a_miss, without_correction

COST = [("faq/cost", 0.6), ("faq/insurance", 0.2), ("faq/hours", 0.1), ("chitchat/greet", 0.05)]


@pytest.mark.parametrize(
    "said, asked",
    [
        ("no, i meant how much it costs", "how much it costs"),
        ("sorry I was asking about the first session", "the first session"),
        ("No no, what I meant was do I come alone", "do I come alone"),
        ("wait, i mean the office hours", "the office hours"),
    ],
)
def test_a_correction_leaves_the_question(said, asked):
    assert without_correction(said) == asked


@pytest.mark.parametrize(
    "text", ["no", "no i meant it", "I meant", "does no touching mean none at all", "nothing i mean to hide", "hello"]
)
def test_other_texts_stay_as_they_are(text):
    assert without_correction(text) == text


def test_not_that_offers_the_next_best_topics_of_the_message_before():
    said, topics = after_a_miss(["faq", "not_that"], [COST, [("not_that", 0.9)]])
    assert said == "utter_not_that" and topics == ["faq/insurance", "faq/hours"]


def test_not_that_after_a_miss_names_a_person():
    said, topics = after_a_miss(["nlu_fallback", "not_that"], [COST, [("not_that", 0.9)]])
    assert said == "utter_second_miss" and topics == ["faq/cost", "faq/insurance", "faq/hours"]


def test_not_that_as_the_first_message_still_has_an_answer():
    assert after_a_miss(["not_that"], [[("not_that", 0.9)]]) == ("utter_not_that", [])


def test_an_unsure_turn_offers_its_own_topics():
    assert after_a_miss(["nlu_fallback"], [COST]) == ("utter_unsure", ["faq/cost", "faq/insurance", "faq/hours"])
