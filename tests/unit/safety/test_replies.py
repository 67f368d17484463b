"""The crisis replies: the right resources, always 911, never watched live, and there whatever breaks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot import plain_yaml
from bot.errors import BrokenFile
from bot.safety.replies import FILE, Replies
from bot.safety.resources import resources
from bot.safety.screen import MOST_URGENT_FIRST

ROOT = Path(__file__).parents[3]
REPLIES = Replies()
SNAPSHOT = {
    "safety/self_harm": ["tel:988", "sms:988", "sms:741741?&body=HOME", "tel:911"],
    "safety/partner_violence": ["tel:+18007997233", "sms:88788?&body=START", "tel:911"],
    "safety/sexual_assault": ["tel:+18006564673", "sms:64673?&body=HOPE", "tel:911"],
    "safety/child_abuse": ["tel:+18004224453", "sms:+18004224453", "tel:+18337225437", "tel:911"],
    "safety/harm_to_others": ["tel:911", "tel:988", "sms:988"],
    "safety/medical_emergency": ["tel:911", "tel:+18002221222", "tel:988"],
    "safety/therapist_misconduct": ["tel:+18006564673", "sms:64673?&body=HOPE", "tel:911"],
}


def links(message):
    return [action["href"] for resource in message["card"]["resources"] for action in resource["actions"]]


@pytest.mark.parametrize("outcome", MOST_URGENT_FIRST)
def test_each_class_has_its_resources_first(outcome: str) -> None:
    assert links(REPLIES.message(outcome))[: len(SNAPSHOT[outcome])] == SNAPSHOT[outcome]


@pytest.mark.parametrize("outcome", MOST_URGENT_FIRST)
def test_each_reply_names_911_and_that_nobody_watches(outcome: str) -> None:
    message = REPLIES.message(outcome)
    assert message["outcome"] == outcome and "911" in message["text"]
    assert "nobody is watching it live" in message["text"]
    assert message["choices"] and not {"{", "}"} & set(message["text"])


@pytest.mark.parametrize("outcome", MOST_URGENT_FIRST)
def test_no_reply_diagnoses_promises_or_speaks_as_a_therapist(outcome: str) -> None:
    text = REPLIES.message(outcome)["text"].lower()
    assert not re.search(r"\b(?:diagnos\w+|i promise|guarantee\w*|as your therapist|be fine|appointment|book)\b", text)
    assert len(text) < 750


def test_quick_exit_is_hinted_where_somebody_may_look_on() -> None:
    hinted = {outcome for outcome in MOST_URGENT_FIRST if REPLIES.message(outcome)["card"]["quick_exit"]}
    assert hinted == {"safety/partner_violence", "safety/sexual_assault", "safety/child_abuse"}
    assert all(("quick exit" in REPLIES.message(o)["text"]) == (o in hinted) for o in MOST_URGENT_FIRST)


def test_a_booking_can_be_gone_on_with_and_is_never_the_only_way() -> None:
    for outcome in MOST_URGENT_FIRST:
        ids = [choice["id"] for choice in REPLIES.message(outcome, in_booking=True)["choices"]]
        assert ids[0] == "booking/book"
        assert "booking/book" not in [choice["id"] for choice in REPLIES.message(outcome)["choices"]]


def test_every_choice_is_one_the_dialogue_answers() -> None:
    domain = [plain_yaml.read(path.read_text()) for path in ROOT.glob("domain/*.yml")]
    responses = {key for part in domain for key in part.get("responses", {})}
    for choice in REPLIES.message("safety/self_harm", in_booking=True)["choices"]:
        assert f"utter_{choice['id']}" in responses


def test_a_second_danger_adds_its_resource_to_the_card() -> None:
    both = REPLIES.message("safety/self_harm", also=("safety/partner_violence",))
    assert "tel:+18007997233" in links(both)
    assert "tel:+18007997233" not in links(REPLIES.message("safety/self_harm"))  # the first call left no trace


def test_every_resource_is_used() -> None:
    used = {key for reply in plain_yaml.read(FILE.read_text())["replies"].values() for key in reply["resources"]}
    assert used == set(resources())


@pytest.mark.parametrize("text", ["", "replies: 3", "resource_names: {}\nreplies: {a: {text: a, resources: [none]}}"])
def test_damaged_replies_are_refused_at_start(tmp_path: Path, text: str) -> None:
    path = tmp_path / "replies.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenFile, match="damaged"):
        Replies(path)
