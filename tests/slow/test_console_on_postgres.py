"""The console on PostgreSQL: what it does there in other words than on SQLite."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.errors import BotError
from bot.log.erasure import LogErasure
from bot.review.erasure import ConsoleErasure
from bot.review.inbox import Wish
from tests.web.console_help import NOW, World


@pytest.fixture(scope="module")
def world(postgres_server):
    world = World(postgres_server.database())
    yield world
    world.stop()


def find(world, **wish):
    world.look()
    return [row.says for row in world.console.parts.inbox.find(Wish(**wish), True).rows]


def test_words_are_found_by_their_beginnings_and_filters_combine(world):
    world.say("about money and time")
    world.say("hmm", outcome="fallback")
    assert find(world, text="mon TIM") == ["about money and time"]
    assert find(world, text="oney") == []
    assert find(world, outcome="fallback", signs=("unsure",)) == ["hmm"]
    assert find(world, text="' OR 1=1 --") == []


@pytest.mark.parametrize(
    "statement",
    ["UPDATE review_audit SET who = 'eve'", "DELETE FROM review_audit", "TRUNCATE review_audit"],
)
def test_the_database_refuses_to_change_the_audit(world, statement):
    world.console.audit.note("ann", "log-in")
    with pytest.raises(BotError), world.database.transaction() as connection:
        connection.execute(sa.text(statement))
    assert world.console.audit.verify()[0] >= 1


def test_groups_today_and_erasure_work(world):
    parts = world.console.parts
    ids = [world.say("parking parking", outcome="fallback", alternatives=[])[0] for _ in range(2)]
    world.look()
    assert parts.triage.regroup() >= 1 and parts.today.counts(True).new >= 2
    decision = parts.triage.decide(parts.triage.groups()[0].id, "draft", "ann", ["Is there parking?"])
    parts.triage.undo(decision)
    assert ConsoleErasure(world.database).erase(ids) == {"reviews": 2}
    with world.database.reading() as connection:
        kept = "SELECT count(*) FROM review_questions WHERE text != 'hmm'"
        left = connection.execute(sa.text(kept))
        assert left.scalar() == 0


def test_kept_sums_of_days_follow_what_comes_and_goes(world):
    def visitors():
        world.look()
        found = world.console.parts.numbers.look(NOW.date() - timedelta(days=2), NOW.date() + timedelta(days=2))
        return found.total["visitors"]

    before = visitors()
    conversation, _ = world.say("one more")
    assert visitors() == before + 1
    LogErasure(world.database).erase([conversation])
    assert visitors() == before
