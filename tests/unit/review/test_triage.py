"""Grouping unanswered questions, deciding once, and undoing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review.grouping import combined, group, near
from bot.review.ports import Refusal
from bot.review.sample import wilson
from bot.review.triage import WORDLESS
from tests.web.console_help import World


@pytest.fixture
def world(tmp_path):
    world = World(f"sqlite:///{tmp_path}/chat.db")
    for text in ("parking parking", "parking parking", "zzz qqq jjj"):
        world.say(text, outcome="fallback", alternatives=[])
    world.look()
    world.console.parts.triage.regroup()
    yield world
    world.stop()


def test_two_alike_are_a_group_and_one_alone_is_none(world):
    assert [(one.title, one.visitors) for one in world.console.parts.triage.groups()] == [("parking parking", 2)]


@pytest.mark.parametrize(
    "text, title",
    [("???", WORDLESS), ("\U0001f600 \U0001f600!", WORDLESS), ("\u4e0d\u61c2?", "\u4e0d\u61c2?"), ("5?", "5?")],
)
def test_a_group_without_a_word_has_a_title_that_says_so(tmp_path, text, title):
    world = World(f"sqlite:///{tmp_path}/chat.db")
    for _ in range(3):
        world.say(text, outcome="fallback", alternatives=[])
    world.look()
    triage = world.console.parts.triage
    triage.regroup()
    line = triage.groups()[0]
    assert (line.title, line.visitors) == (title, 3) and triage.group(line.id)["line"].title == title
    world.stop()


def test_what_is_ignored_stays_ignored_when_it_is_asked_again(world):
    triage = world.console.parts.triage
    triage.decide(triage.groups()[0].id, "ignore", "ann")
    for _ in range(2):
        world.say("parking parking", outcome="fallback", alternatives=[])
    world.look()
    triage.regroup()
    assert triage.groups() == []


def test_undo_brings_the_group_back_and_takes_the_wordings_away(world):
    triage, candidates = world.console.parts.triage, world.console.parts.candidates
    decision = triage.decide(triage.groups()[0].id, "faq", "ann", ["Is there parking?", " "], "faq/cost")
    assert [(one.text, one.target, one.kind) for one in candidates.waiting()] == [
        ("Is there parking?", "faq/cost", "faq")
    ]
    triage.undo(decision)
    assert candidates.waiting() == [] and len(triage.groups()) == 1


def test_a_wording_that_was_taken_over_cannot_be_undone_here(world):
    triage, candidates = world.console.parts.triage, world.console.parts.candidates
    decision = triage.decide(triage.groups()[0].id, "draft", "ann", ["Is there parking?"])
    candidates.taken(candidates.waiting()[0].id)
    with pytest.raises(Refusal):
        triage.undo(decision)


def test_a_visitors_words_never_become_a_wording_by_themselves(world):
    triage = world.console.parts.triage
    with pytest.raises(Refusal):
        triage.decide(triage.groups()[0].id, "faq", "ann", [], "faq/cost")
    triage.decide(triage.groups()[0].id, "out_of_scope", "ann")
    assert world.console.parts.candidates.waiting() == []


@given(st.integers(0, 2**32 - 1), st.integers(0, 40))
def test_groups_never_share_a_question_and_have_two_at_least(seed, count):
    vectors = np.random.default_rng(seed).normal(size=(count, 8)).astype("float32")
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) if count else 1
    found = group(combined(vectors, [[["a", 0.5]]] * count)) if count else group(vectors)
    members = [member for one in found for member in one.members]
    assert len(members) == len(set(members)) and all(len(one.members) > 1 for one in found)
    assert all(one.central in one.members for one in found)


def test_near_finds_the_same_and_leaves_the_rest():
    known = np.eye(3, dtype="float32")[:2]
    assert near(np.eye(3, dtype="float32"), known, 0.9).tolist() == [0, 1, -1]


def test_the_interval_of_a_graded_sample_is_wilsons():
    found = wilson(18, 20)  # worked by hand: 0.6990 to 0.9721
    assert round(found.low, 4) == 0.6990 and round(found.high, 4) == 0.9721
    assert wilson(0, 0) is None and wilson(20, 20).high == 1.0


def test_a_wording_used_again_is_shown_once_with_how_often(world):
    found = world.console.parts.triage.groups()[0]
    page = world.serve().client("rita", "reviewer").get(f"/unanswered/{found.id}").body
    listed = page[page.index("What they wrote") : page.index("Add to an FAQ")]
    assert listed.count("parking parking") == 1 and "2 times" in listed
