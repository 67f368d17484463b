"""Shared by all tests: the trained model is loaded once; nothing here reaches the network."""

import gc
import os
from pathlib import Path

import pytest

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
ROOT = Path(__file__).parents[1]
os.chdir(ROOT)


gc.disable()  # while the tests are imported: nearly nothing of that is garbage


def pytest_collection_finish():
    gc.freeze()  # a search for garbage then leaves the million objects of what was imported alone, as in the server
    gc.set_threshold(10_000, 50, 50)  # little garbage goes round in circles; what a test makes is soon gone
    gc.enable()


@pytest.fixture(scope="session")
def practice():
    from bot.practice import load_practice

    return load_practice(ROOT / "practice.yml")


@pytest.fixture(scope="session")
def postgres_server():
    """One real PostgreSQL for all tests that ask for it."""
    from tests.servers import Postgres

    if not Postgres.is_here():
        pytest.skip("PostgreSQL's server is not installed")
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def dialogue(practice):
    from bot.channel.dialogue import RasaDialogue
    from bot.channel.wording import ReviewedWording
    from bot.wiring_facts import facts_of

    loaded = RasaDialogue(ROOT / "models", ReviewedWording(practice, facts_of(practice)))
    gc.freeze()
    return loaded
