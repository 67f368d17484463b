"""Rasa's inside made fast: remembered predictions must be those the policies would give."""

import asyncio
import re
from pathlib import Path

import pytest
from rasa.core.processor import MessageProcessor
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    FollowupAction,
    Restarted,
    SlotSet,
    UserUttered,
    deserialise_events,
)

from bot import plain_yaml
from bot.channel.processor import fills_slots
from bot.channel.runtime import course, events_of

ROOT = Path(__file__).parents[3]


def heard(intent, text="", entities=()):
    return UserUttered(text, {"name": intent}, list(entities))


def test_the_words_do_not_change_the_course_and_the_intent_does():
    asked = [ActionExecuted("action_listen"), heard("faq", "how much"), BotUttered("80 dollars")]
    assert course(asked, set()) == course([ActionExecuted("action_listen"), heard("faq", "where")], set())
    assert course(asked, set()) != course([ActionExecuted("action_listen"), heard("booking")], set())


def test_only_slots_that_influence_the_conversation_count():
    assert course([SlotSet("booking_active", True)], {"booking_active"}) != course([], {"booking_active"})
    assert course([SlotSet("booking", {"step": 1})], {"booking_active"}) == course([], {"booking_active"})


@pytest.mark.parametrize("event", [Restarted(), FollowupAction("action_listen"), heard("faq", "", [{"entity": "x"}])])
def test_a_course_with_anything_unknown_is_not_remembered(event):
    assert course([ActionExecuted("action_listen"), event], set()) is None


def test_our_stories_speak_of_intents_only_so_texts_decide_nothing():
    for path in [*(ROOT / "data" / "stories").glob("*.yml"), *(ROOT / "data" / "rules").glob("*.yml")]:
        content = plain_yaml.read(path.read_text(encoding="utf-8"))
        for story in [*content.get("stories", ()), *content.get("rules", ())]:
            assert not [step for step in story["steps"] if "user" in step or "bot" in step], path.name


def test_what_is_remembered_is_what_the_policies_say(dialogue, monkeypatch):
    said = ["how much does it cost", "asdf qwer zxcv", "no that's not what i meant", "i want to book", "is it common?"]

    async def talk():
        history, names = [], []
        for text in said:
            events = (await dialogue.reply("test", history, text, None)).events
            history += events
            names.append([event["name"] for event in events if event["event"] == "action"])
        return names

    graph = dialogue._processor.graph_runner
    twice = [asyncio.run(talk()), asyncio.run(talk())]
    monkeypatch.setattr(graph, "_known", type("Forgetful", (dict,), {"get": lambda *_: None})())
    monkeypatch.setattr("bot.channel.runtime._REMEMBERED", 10**6)
    assert asyncio.run(talk()) == twice[0] == twice[1]


def test_events_come_back_as_rasa_reads_them(dialogue):
    events = asyncio.run(dialogue.reply("test", [], "can i come alone", None)).events
    assert events_of(events) == deserialise_events(events)


def test_a_turn_gives_what_rasas_own_processor_gives(dialogue, monkeypatch):
    said = [("what does it cost", None), ("asdf qwer zxcv", None), ("i want to book", None), (None, "faq/cost"),
            ("no that's not what i meant", None), (None, "booking/cancel")]  # fmt: skip

    async def talk():
        history, told = [], []
        for text, choice in said:
            reply = await dialogue.reply("test", history, text, choice)
            history += reply.events
            told.append([reply.outcome, reply.confidence, reply.answer_id, reply.in_booking])
        return told, [re.sub(r"[0-9a-f]{32}", "an id", str({**event, "timestamp": 0})) for event in history]

    ours = asyncio.run(talk())
    monkeypatch.setattr(dialogue._processor, "__class__", MessageProcessor)
    assert asyncio.run(talk()) == ours


@pytest.mark.parametrize(
    ("mappings", "more", "fills"),
    [
        ([{"type": "custom"}], {}, False),
        ([], {}, False),
        ([{"type": "from_text"}], {}, True),
        ([{"type": "custom"}, {"type": "from_intent", "value": 1}], {}, True),
        ([{"type": "custom", "action": "action_x"}], {"actions": ["action_x"]}, True),
        ([{"type": "custom"}], {"actions": ["action_validate_slot_mappings"]}, True),
    ],
)
def test_slots_are_looked_for_unless_only_actions_set_them(mappings, more, fills):
    slot = {"type": "any", "influence_conversation": False, "mappings": mappings}
    assert fills_slots(Domain.from_dict({"slots": {"x": slot}, **more})) is fills
