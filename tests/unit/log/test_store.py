"""The conversation log: each turn once, whole, and gone when erased."""

import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.conversation import Turn, TurnExists
from bot.database import Database
from bot.errors import StorageUnavailable
from bot.log.erasure import LogErasure
from bot.log.store import ConversationLog
from bot.log.tables import conversations, metadata

LATER = datetime.now(timezone.utc) + timedelta(hours=1)


@pytest.fixture
def log(database):
    return ConversationLog(database)


def start(log, token="t", expires=LATER):
    return log.start(token, "en", "1", expires, [{"id": "hello", "text": "Hello."}])


def turn(conversation, number=1, message_id="m1", text="how much is it"):
    return Turn(
        conversation.id, message_id, number, datetime.now(timezone.utc), text, None, "faq/cost", 0.9,
        [["faq/cost", 0.9]], "utter_faq/cost", [{"id": f"b{number}", "text": "Ask us."}], "model", 3.0,
        [{"event": "user"}],
    )  # fmt: skip


def test_a_turn_comes_back_as_it_was_stored(log):
    made = turn(start(log))
    log.add(made)
    assert log.turn(made.conversation_id, "m1") == made


def test_a_message_id_is_stored_once(log):
    conversation = start(log)
    log.add(turn(conversation))
    with pytest.raises(TurnExists):
        log.add(turn(conversation, number=2))
    assert len(log.turns(conversation.id)) == 1


def test_two_turns_cannot_take_the_same_number(log):
    conversation = start(log)
    log.add(turn(conversation))
    with pytest.raises(TurnExists):
        log.add(turn(conversation, message_id="m2"))


def test_the_latest_turns_come_in_order(log):
    conversation = start(log)
    for number in range(1, 6):
        log.add(turn(conversation, number, f"m{number}"))
    assert [t.number for t in log.turns(conversation.id, last=2)] == [4, 5]


def test_a_new_message_finds_the_next_number_and_the_latest_events(log):
    conversation = start(log)
    found = log.before("t", "m1", 2)
    assert (found.conversation, found.stored, found.number, found.events) == (conversation, None, 1, [])
    made = [replace(turn(conversation, n, f"m{n}"), events=[{"event": "user", "text": str(n)}]) for n in range(1, 6)]
    for one in made:
        log.add(one)
    found = log.before("t", "new", last=2)
    assert (found.stored, found.number, [event["text"] for event in found.events]) == (None, 6, ["4", "5"])


def test_a_repeated_message_finds_its_turn(log):
    made = turn(start(log))
    log.add(made)
    assert log.before("t", "m1", last=2).stored == made


def test_an_expired_conversation_is_not_found(log):
    start(log, expires=datetime.now(timezone.utc) - timedelta(seconds=1))
    assert log.find("t") is None and log.before("t", "m1", last=2) is None
    assert log.find("u") is None and log.before("u", "m1", last=2) is None


def test_feedback_needs_a_message_of_the_same_conversation(log):
    one, other = start(log), start(log, "u")
    log.add(turn(one))
    assert log.add_feedback(one.id, "b1", True, None)
    assert log.add_feedback(one.id, "b1", False, "not quite")
    assert not log.add_feedback(other.id, "b1", True, None)


def test_erasing_leaves_no_row_and_no_byte(log, database, tmp_path):
    conversation = start(log)
    log.add(turn(conversation, text="canary-7391"))
    log.add_feedback(conversation.id, "b1", False, "canary-7391")
    LogErasure(database).erase([conversation.id])
    database.close()
    sqlite3.connect(tmp_path / "chat.db").execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in tmp_path.iterdir():
        assert b"canary-7391" not in file.read_bytes(), file.name


def test_a_locked_database_is_reported_without_the_visitors_words(log, database, tmp_path):
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=100")  # the pool gives it again: nobody waits two seconds
    conversation = start(log)
    other = sqlite3.connect(tmp_path / "chat.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailable) as error:
        log.add(turn(conversation, text="canary-7391"))
    assert "canary" not in str(error.value) and error.value.__cause__ is None


def test_the_migrations_make_the_tables_the_code_uses(log, database):
    options = {"include_object": lambda item, name, kind, *_: kind != "table" or name in metadata.tables}
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def test_what_was_stored_survives_kill_9(tmp_path):
    program = f"""
import os, signal, sys
sys.path.insert(0, "tests/unit/log")
from test_store import *
log = ConversationLog(Database("sqlite:///{tmp_path}/chat.db")); log.migrate()
conversation = start(log)
for number in range(1, 4): log.add(turn(conversation, number, f"m{{number}}"))
print(conversation.id, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    log = ConversationLog(Database(f"sqlite:///{tmp_path}/chat.db"))
    assert [t.number for t in log.turns(done.stdout.strip())] == [1, 2, 3]


def test_a_conversation_is_a_visitors_unless_it_is_said_to_be_a_test(log, database):
    visitor = start(log)
    test = log.start("t2", "en", "1", LATER, [], "test")
    with database.reading() as connection:
        kinds = dict(connection.execute(sa.select(conversations.c.id, conversations.c.kind)).all())
    assert (kinds[visitor.id], kinds[test.id]) == ("visitor", "test")


def test_questions_are_told_once_with_their_conversations_the_latest_first(log):
    now = datetime.now(timezone.utc)
    one, two = start(log, "1"), start(log, "2")
    own = log.start("3", "en", "1", LATER, [], kind="test")
    said = [(one, "how much", None), (two, "where", None), (two, "how much", None), (one, "i want to die", "signal")]
    for number, (conversation, text, reason) in enumerate([*said, (own, "a test of ours", None)], 1):
        at = now + timedelta(seconds=number)
        log.add(replace(turn(conversation, number, f"m{number}", text), at=at, safety_reason=reason))
    found = log.questions(now, 10)
    assert found == {"how much": [two.id, one.id], "where": [two.id]} and list(found) == ["how much", "where"]
    assert list(log.questions(now, 1)) == ["how much"]
