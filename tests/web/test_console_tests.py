"""From a transcript to a conversation test: the practice's wordings proposed, visitors' words not kept."""

from types import SimpleNamespace

import pytest

from bot.retrain.conversations import ConversationTests
from bot.retrain.history import StoredHistory
from bot.retrain.pages.section import section
from bot.retrain.pages.tests import ConversationPages
from bot.review.roles import ADMIN, CLINICIAN, REVIEWER
from tests.unit.retrain.conftest import content_of, project  # noqa: F401 (a fixture)
from tests.web.console_help import World


class Nothing:
    """Stands for pages that are not asked for here."""

    def __getattr__(self, name):
        return lambda visit: None


@pytest.fixture
def place(project):  # noqa: F811
    tests = ConversationTests(project, project / "var" / "lock", StoredHistory(project, project / "var" / "history"))
    content = content_of(project)
    topics = {faq.id: faq.title for faq in content.faqs()}
    pages = ConversationPages(tests, content.faqs, lambda text: "Bob" in text, lambda: topics, CLINICIAN)
    writers = frozenset({REVIEWER, CLINICIAN})
    made = section(Nothing(), Nothing(), pages, writers, writers | {ADMIN})
    world = World(f"sqlite:///{project}/chat.db", sections=(made,)).serve()
    yield SimpleNamespace(world=world, tests=tests)
    world.stop()


def talk(place, *said, **more):
    conversation, _ = place.world.say(*said, **more)
    place.world.look()
    return conversation


def test_one_click_from_the_transcript_proposes_the_practices_own_wordings(place):
    ann = place.world.client("ann", REVIEWER)
    conversation = talk(place, "sir how much is a session with you, i am broke")
    page = ann.get(f"/conversations/{conversation}").body
    assert f'href="/console/tests/new/{conversation}"' in page and "Make a test of it" in page
    form = ann.get(f"/tests/new/{conversation}").body
    assert ">how much is a session</textarea>" in form and "What does it cost?, as it was" in form


def test_what_is_kept_is_a_test_with_the_answer_that_should_have_come(place):
    ann = place.world.client("ann", REVIEWER)
    conversation = talk(place, "sir where would i have to drive", "how much is it")
    said = {"said0": "where do i go", "expected0": "faq/location", "said1": "how much", "keep0": "1", "keep1": "1"}
    answer = ann.post("/tests/save", {"conversation": conversation, "name": "The way, then fees", **said})
    assert answer.status == 303
    turns = place.tests.own()[0].turns
    assert [(turn.said, turn.intent, turn.actions) for turn in turns] == [
        ("where do i go", "faq/location", ("utter_faq",)),
        ("how much", "faq/cost", ("utter_faq",)),
    ]
    assert "The way, then fees" in ann.get("/tests").body
    assert ann.post("/tests/remove", {"name": "The way, then fees"}).status == 303
    assert place.tests.own() == []


@pytest.mark.parametrize("said", ["Sir how much is a session with you", "it costs what, Bob", "[x](y)", ""])
def test_a_visitors_own_words_and_what_cannot_be_kept_are_refused(place, said):
    ann = place.world.client("ann", REVIEWER)
    conversation = talk(place, "sir how much is a session with you")
    form = {"conversation": conversation, "name": "x", "said0": said, "keep0": "1"}
    assert ann.post("/tests/save", form).status in (409, 422) and place.tests.own() == []


def test_a_turn_can_be_left_out_but_not_all_of_them(place):
    ann = place.world.client("ann", REVIEWER)
    conversation = talk(place, "sir how much is it")
    assert ann.post("/tests/save", {"conversation": conversation, "name": "x", "said0": "how much"}).status == 409


def test_what_the_screen_answered_is_no_part_of_it_and_reviewers_do_not_see_it(place):
    conversation = talk(place, "i want to die", outcome="safety/self_harm", safety_reason="signal")
    ann, cleo = place.world.client("ann", REVIEWER), place.world.client("cleo", CLINICIAN)
    assert ann.get(f"/tests/new/{conversation}").status == 404
    page = cleo.get(f"/tests/new/{conversation}")
    assert page.status == 200 and "Left out" in page.body
    form = {"conversation": conversation, "name": "x", "said0": "hello", "keep0": "1"}
    assert cleo.post("/tests/save", form).status == 409
    assert ann.post("/tests/save", form).status == 404


def test_who_has_no_right_to_transcripts_is_offered_nothing(place):
    eve = place.world.client("eve", ADMIN)
    assert eve.get(f"/tests/new/{talk(place, 'hello there')}").status == 403 and eve.get("/tests").status == 200
