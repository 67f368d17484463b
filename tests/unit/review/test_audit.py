"""The audit: nothing can be changed, left out or slipped in unnoticed."""

import pytest

from bot.database import Database
from bot.errors import BotError
from bot.log.store import ConversationLog
from bot.review.access.audit import Audit, ChainBroken
from tests.web.console_help import World


@pytest.fixture
def audit(tmp_path):
    world = World(f"sqlite:///{tmp_path}/a.db")
    for number in range(5):
        world.console.audit.note("ann", "conversation read", f"c{number}")
    yield world.console.audit, world.database
    world.stop()


def tamper(database, statement):
    """As somebody with the file and no scruples would: first the triggers go."""
    with database.transaction() as connection:
        connection.exec_driver_sql("DROP TRIGGER review_audit_no_update")
        connection.exec_driver_sql("DROP TRIGGER review_audit_no_delete")
        connection.exec_driver_sql(statement)


def test_an_untouched_audit_verifies(audit):
    count, last = audit[0].verify()
    assert count == 5 and len(last) == 64
    assert [entry.subject for entry in audit[0].latest(2)] == ["c4", "c3"]


@pytest.mark.parametrize("statement", ["UPDATE review_audit SET who = 'eve'", "DELETE FROM review_audit WHERE id = 2"])
def test_the_database_itself_refuses_changes(audit, statement):
    with pytest.raises(BotError), audit[1].transaction() as connection:
        connection.exec_driver_sql(statement)
    assert audit[0].verify()[0] == 5


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE review_audit SET who = 'eve' WHERE id = 3",
        "UPDATE review_audit SET at = '2020-01-01' WHERE id = 1",
        "DELETE FROM review_audit WHERE id = 2",
        "DELETE FROM review_audit WHERE id = 1",
        "INSERT INTO review_audit SELECT 6, at, who, what, subject, previous, hash FROM review_audit WHERE id = 5",
        "UPDATE review_audit SET hash = previous, previous = hash WHERE id = 4",
    ],
)
def test_tampering_is_found(audit, statement):
    tamper(audit[1], statement)
    with pytest.raises(ChainBroken):
        audit[0].verify()


def test_entries_of_two_processes_make_one_chain(tmp_path):
    import threading

    database = Database(f"sqlite:///{tmp_path}/b.db")
    ConversationLog(database).migrate()
    World(f"sqlite:///{tmp_path}/b.db").stop()
    others = [Audit(Database(f"sqlite:///{tmp_path}/b.db")) for _ in range(4)]
    threads = [threading.Thread(target=lambda a=a: [a.note("x", "y") for _ in range(10)]) for a in others]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert others[0].verify()[0] == 40
