"""`bot ask`, `bot chat` and `bot evaluate` try the bot: they leave nothing behind in the practice's database."""

from bot import wiring_commands
from bot.booking import front
from bot.settings import Settings
from tests.web.conftest import FakeDialogue


def test_trying_the_bot_holds_no_real_time(tmp_path, monkeypatch):
    monkeypatch.setattr(front, "_used", [])
    monkeypatch.setattr(wiring_commands, "make_live", lambda _settings, _load: FakeDialogue())
    real = tmp_path / "real.db"
    settings = {
        "BOT_DATABASE_URL": f"sqlite:///{real}",
        "BOT_PRACTICE_FILE": "tests/data/practice_booking.yml",
        "BOT_KEYS_FILE": str(tmp_path / "keys"),
    }
    wiring_commands.visitor_way(Settings.from_env(settings))
    booking = front.current().parts.service
    kind = booking.kinds()[0]
    booking.hold(kind.id, booking.free_times(kind.id, limit=1)[0], "c1")
    assert not real.exists()
