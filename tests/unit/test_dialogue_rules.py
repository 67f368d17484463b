"""What is said after a miss, and what "no, I meant ..." leaves to be understood."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue_rules import after_a_miss, asks_for_reference, without_correction

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


@pytest.mark.parametrize(
    "text",
    [
        "what was my reference?", "whats my booking number", "What\u2019s my reference again",
        "what is my booking reference",
        "sorry, what was the confirmation number", "can you tell me my reference please",
        "I forgot my reference number",
        "where do i find my reference", "hi, could you remind me of my booking code?",
        "what's the reference for my appointment",
        "i lost my booking number", "could you tell me what my reference was",
        "please show me my appointment number again",
    ],
)  # fmt: skip
def test_who_asks_for_the_reference_of_an_appointment_is_heard(text):
    assert asks_for_reference(text)


@pytest.mark.parametrize(
    "text",
    [
        "what was my question?", "what is your phone number", "whats the number to book",
        "do i need a reference from my doctor",
        "can you give me a reference letter", "my reference is ABC123", "move my appointment, reference ABC123",
        "i lost my reference, cancel my appointment", "what is my diagnosis code",
        "what's the reference for this claim",
        "where is the practice", "i want to book", "what was my appointment", "I lost my husband", "",
    ],
)  # fmt: skip
def test_other_questions_about_numbers_and_references_are_not_taken_for_it(text):
    assert not asks_for_reference(text)


@given(st.text(alphabet="whatismyreferencbookgnumbrpleaso ?,.'", max_size=120))
def test_any_text_is_looked_at_without_harm(text):
    assert asks_for_reference(text) in (True, False)


def test_a_long_text_of_polite_words_takes_no_time():
    began = time.perf_counter()
    assert not asks_for_reference("please again " * 2000 + "what is my " + "so, and " * 2000)
    assert time.perf_counter() - began < 1


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
