"""The console's tables follow the log: what changed, what was erased, what a clinician told."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.log.erasure import LogErasure
from bot.review.erasure import ConsoleErasure
from bot.review.inbox import Wish
from bot.review.tables import answers, metadata
from tests.web.console_help import World


@pytest.fixture
def world(tmp_path):
    world = World(f"sqlite:///{tmp_path}/chat.db")
    yield world
    world.stop()


def find(world, **wish):
    world.look()
    return [row.says for row in world.console.parts.inbox.find(Wish(**wish), True).rows]


def test_the_tables_are_those_of_the_migrations(world):
    with world.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": lambda o, n, t, r, c: n in mine})
        mine = {*metadata.tables, *(index.name for table in metadata.tables.values() for index in table.indexes)}
        found = [change for change in compare_metadata(context, metadata) if change[0] in ("add_table", "add_column")]
    assert found == []


def test_what_is_said_later_is_found_and_makes_it_new_again(world):
    conversation, _ = world.say("first words")
    assert find(world, text="first") == ["first words"]
    case = world.console.parts.casework.find(conversation, True)
    world.console.parts.casework.set_state(case, "done", "ann")
    world.say("second thoughts", conversation=conversation, number=2)
    assert find(world, text="thoughts") == ["first words"]
    case = world.console.parts.casework.find(conversation, True)
    assert case.state == "new" and case.turns == 2
    assert [(one.before, one.after) for one in world.console.parts.casework.history(case.id)] == [
        ("new", "done"),
        ("done", "new"),
    ]


def answers_of(world):
    world.look()
    with world.database.reading() as connection:
        return [tuple(row) for row in connection.execute(sa.select(answers.c.outcome, answers.c.helpful))]


def test_a_conversation_that_goes_on_is_counted_turn_by_turn_with_its_latest_judgements(world):
    conversation, _ = world.say("one")
    assert answers_of(world) == [("faq/cost", None)]
    world.say("two", conversation=conversation, number=2, outcome="faq/alone")
    judged = world.log.turns(conversation)[0].messages[0]["id"]
    world.log.add_feedback(conversation, judged, False, None)
    assert set(answers_of(world)) == {("faq/cost", False), ("faq/alone", None)}
    world.log.add_feedback(conversation, judged, True, None)
    assert set(answers_of(world)) == {("faq/cost", True), ("faq/alone", None)}


def test_looking_again_writes_and_reads_little_of_what_is_known(world):
    """Whoever chats waits for the lock meanwhile, and a long conversation is looked at every few seconds."""
    conversation, _ = world.say("one", "two")
    world.look()
    _, (newest,) = world.say("three", conversation=conversation, number=3)
    said = []
    sa.event.listen(world.database.engine, "before_cursor_execute", lambda _c, _cursor, *about: said.append(about[:2]))
    world.look()
    rows = [values for statement, values in said if "INTO review_answers" in statement]
    assert [row[1] for row in rows] == [newest]
    assert not [statement for statement, _ in said if "DELETE FROM review_answers" in statement]
    assert not [statement for statement, _ in said if "turns.events" in statement]


@pytest.mark.parametrize(
    ("wish", "hits"),
    [
        ({"text": "mon"}, ["about money"]),
        ({"text": "MONEY about"}, ["about money"]),
        ({"text": "mone y"}, []),
        ({"outcome": "fallback"}, ["hmm"]),
        ({"signs": ("unsure",)}, ["hmm"]),
        ({"kind": "test"}, ["our own try"]),
        ({"state": "done"}, []),
        ({"since": "2099-01-01"}, []),
        ({"model": "m1", "text": "h"}, ["hmm"]),
    ],
)
def test_filters_combine(world, wish, hits):
    world.say("about money")
    world.say("hmm", outcome="fallback")
    world.say("our own try", kind="test")
    assert find(world, **wish) == hits


def test_pages_follow_one_another_without_gap_or_repeat(world):
    for number in range(25):
        world.say(f"question {number}")
    world.look()
    seen, after = [], ""
    while True:
        found = world.console.parts.inbox.find(Wish(), True, after, limit=10)
        seen += [row.id for row in found.rows]
        if not (after := found.after):
            break
    assert len(seen) == len(set(seen)) == 25


def test_an_erased_conversation_leaves_no_word_in_any_file(world, tmp_path):
    conversation, _ = world.say("xylophonecanary is my secret")
    world.say("something else")
    world.look()
    world.console.parts.casework.add_note(world.console.parts.casework.find(conversation, True), "notecanary", "ann")
    counts = ConsoleErasure(world.database).erase([conversation, "unknown"])
    LogErasure(world.database).erase([conversation])
    assert counts == {"reviews": 1}
    assert find(world, text="xylophonecanary") == [] and find(world, text="something") == ["something else"]
    for file in tmp_path.iterdir():
        for canary in (b"xylophonecanary", b"notecanary"):
            assert canary not in file.read_bytes(), file.name


def test_whatever_erases_the_log_takes_the_consoles_rows_along(world):
    conversation, _ = world.say("gone soon", outcome="fallback")
    world.look()
    LogErasure(world.database).erase([conversation])
    with world.database.reading() as connection:
        for table in ("review_cases", "review_words", "review_questions", "review_answers", "review_case_outcomes"):
            assert connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar() == 0  # noqa: S608
    world.look()
    with world.database.reading() as connection:
        assert connection.execute(sa.text("SELECT erased FROM review_index")).scalar() == 0


def test_a_told_miss_is_quarantined_and_exported_for_the_screen(world):
    conversation, ids = world.say("the screen should have stopped here", outcome="fallback")
    world.look()
    parts = world.console.parts
    parts.safety.missed(parts.casework.find(conversation, True), ids[0], "cleo")
    world.say("one more", conversation=conversation, number=2, outcome="fallback")
    world.look()
    assert find(world, signs=("safety",)) == ["the screen should have stopped here"]
    with world.database.reading() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM review_questions")).scalar() == 0
    assert [(row["what"], row["text"]) for row in parts.safety.feedback()] == [
        ("missed", "the screen should have stopped here")
    ]


def test_a_decision_of_the_safety_queue_keeps_who_and_when(world):
    conversation, _ = world.say("x", outcome="safety/self_harm", safety_reason="said so")
    world.look()
    parts = world.console.parts
    assert parts.safety.count_open() == 1
    parts.safety.decide(parts.safety.open()[0].id, "contact made", "called", "cleo")
    decided = parts.safety.decided()[0]
    assert (decided.decision, decided.decided_by, decided.note) == ("contact made", "cleo", "called")
    assert decided.decided_at is not None and parts.safety.count_open() == 0
    assert parts.casework.history(parts.casework.find(conversation, True).id)[0].after == "contact made: called"
