"""Turns through the loaded Rasa model: reviewed answers, misses, odd input."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel.dialogue import plain_text


def talk(dialogue, *said):
    """The replies to several messages of one conversation; a tuple ("choice", id) is a choice."""

    async def turns():
        history, replies = [], []
        for message in said:
            text, choice = (None, message[1]) if isinstance(message, tuple) else (message, None)
            replies.append(await dialogue.reply("test", history, text, choice))
            history += replies[-1].events
        return replies

    return asyncio.run(turns())


@pytest.mark.parametrize(
    "question, outcome",
    [
        ("does anything sexual happen in a session?", "faq/no_sexual_activity"),
        ("do I have to undress", "faq/no_undressing_or_touch"),
        ("will the therapist take sides", "faq/therapist_is_neutral"),
        ("can i come alone", "faq/not_only_couples"),
        ("is it real psychotherapy", "faq/real_therapy"),
        ("how many people have sexual problems", "faq/how_common"),
        ("hello", "chitchat/greet"),
        ("i want to book an appointment", "booking/book"),
        ("can i talk to a real person", "handoff/human"),
    ],
)
def test_the_plain_question_gets_its_answer(dialogue, question, outcome):
    assert talk(dialogue, question)[0].outcome == outcome


def test_the_reference_of_an_appointment_is_no_frequent_question(dialogue):
    assert talk(dialogue, "whats my booking number")[0].outcome == "booking/reschedule"
    labels = dialogue.labels(["What was my reference?", "can i come alone"])
    assert labels == ["booking/reschedule", "faq/not_only_couples"]


def test_the_figures_of_the_article_are_given(dialogue):
    text = talk(dialogue, "how common are sexual problems?")[0].messages[0]["text"]
    assert "43 percent" in text and "31 percent" in text


def test_an_answer_brings_its_source_and_two_questions(dialogue):
    message = talk(dialogue, "does anything sexual happen in a session?")[0].messages[0]
    assert message["source"] == {"title": "What Happens During Sex Therapy?", "url": "/#about"}
    assert len(message["choices"]) == 2


def test_a_choice_is_answered_as_that_topic(dialogue):
    assert talk(dialogue, ("choice", "faq/cost"))[0].outcome == "faq/cost"


def test_a_miss_offers_topics_and_a_choice_then_answers(dialogue):
    first, second = talk(dialogue, "asdf qwer zxcv", ("choice", "faq/first_session"))
    assert first.outcome == "fallback" and first.messages[0]["choices"]
    assert second.outcome == "faq/first_session"


def test_two_misses_in_a_row_name_a_person_and_the_phone_number(dialogue):
    _, second = talk(dialogue, "asdf qwer zxcv", "lkjh poiu mnbv")
    assert "(650) 206-9973" in second.messages[0]["text"]


def test_an_answer_between_two_misses_starts_the_count_again(dialogue):
    *_, third = talk(dialogue, "asdf qwer zxcv", "can i come alone", "lkjh poiu mnbv")
    assert "(650) 206-9973" not in third.messages[0]["text"]


@pytest.mark.parametrize(
    "text",
    ["😀😀", "...", "a" * 1000, "¿cuánto cuesta una sesión de terapia?", "<img src=x onerror=alert(1)>", "/restart",
     '/greet{"a":"b"}', "/session_start", " /nlu_fallback", "\u200b/restart", "\x00\x00", "{name}", "[a](b)"],
)  # fmt: skip
def test_odd_input_gets_a_kind_reply_and_breaks_nothing(dialogue, text):
    odd, after = talk(dialogue, text, "how much does a session cost?")
    assert odd.messages and odd.messages[0]["text"]
    assert after.outcome == "faq/cost"


@given(st.text(max_size=80))
def test_no_text_reaches_rasas_command_parser(text):
    assert not plain_text("/" + text).startswith("/")
    assert not plain_text(text).startswith("/")


def test_the_opening_says_what_the_bot_is_not(dialogue):
    text = dialogue.opening()[0]["text"]
    assert "automated" in text and "not for emergencies" in text and "911" in text


def test_no_i_meant_is_answered_as_what_was_meant(dialogue):
    _, second = talk(dialogue, "can i come alone", "no, i meant how much does it cost")
    assert second.outcome == "faq/cost"


def test_not_what_i_asked_offers_the_next_best_topics_without_the_one_given(dialogue):
    first, second = talk(dialogue, "can i come alone", "that's not what i asked")
    assert second.outcome == "fallback" and second.messages[0]["choices"]
    assert first.outcome not in [choice["id"] for choice in second.messages[0]["choices"]]


def test_many_texts_at_once_are_understood_as_one_by_one(dialogue):
    texts = ["how much is it?", "/restart", "💤", "i want to book", "my wife left. what do you charge?", "flurb wob"]

    async def intents():
        replies = [await dialogue.reply(str(number), [], text, None) for number, text in enumerate(texts)]
        heard = [next(event for event in reply.events if event["event"] == "user") for reply in replies]
        found = [event["parse_data"]["intent"] for event in heard]
        return [intent.get("full_retrieval_intent_name") or intent["name"] for intent in found]

    assert dialogue.labels(texts) == asyncio.run(intents())


def test_rasas_own_commands_can_make_the_wording_from_endpoints_yml():
    """`rasa shell` and `rasa test` make it by its name; they ended with a TypeError once."""
    from rasa.core.nlg import NaturalLanguageGenerator
    from rasa.core.utils import AvailableEndpoints

    endpoints = AvailableEndpoints.read_endpoints("endpoints.yml")
    wording = NaturalLanguageGenerator.create(endpoints.nlg, None)  # Rasa has no domain yet when it makes it
    assert wording.message("utter_faq/cost")["outcome"] == "faq/cost"
