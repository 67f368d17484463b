"""The invented month: about 2,000 conversations, the same for the same seed, marked, and never among real ones."""

from datetime import datetime, timedelta, timezone

import pytest

from bot.errors import BotError
from bot.log.invented import put
from bot.log.store import ConversationLog
from bot.review.demo.month import Month
from bot.settings import Settings
from bot.wiring_console import put_demo_data, topics
from tests.web.console_help import World

NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)


def month(count):
    return list(Month(topics(), {}, NOW).conversations(count))


def test_it_is_the_same_every_time_and_within_a_month():
    first, second = month(60), month(60)
    told = [[(turn["text"], turn["outcome"]) for turn in one.turns] for one in first]
    assert told == [[(turn["text"], turn["outcome"]) for turn in one.turns] for one in second]
    times = [turn["at"] for one in first for turn in one.turns]
    assert min(times) > NOW - timedelta(days=32) and max(times) <= NOW


def test_every_conversation_is_marked_where_it_is_shown(tmp_path):
    world = World(f"sqlite:///{tmp_path}/chat.db").serve()
    put(world.database, month(20), [])
    world.look()
    page = world.client("cleo", "clinician").get("/conversations").body
    assert page.count('class="tag kind">demo<') == page.count('<a href="/console/conversations/') > 0
    world.stop()


def test_it_is_refused_where_real_conversations_are(tmp_path):
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/chat.db", keys_file=tmp_path / "keys", work_dir=tmp_path / "var"
    )
    world = World(settings.database_url)
    ConversationLog(world.database).migrate()
    world.say("a real question")
    with pytest.raises(BotError, match="conversations here already"):
        put_demo_data(settings)
    world.stop()
