"""The redactor is loaded once for all tests."""

import pytest

from bot.privacy.redaction import Redactor


@pytest.fixture(scope="session")
def redactor():
    return Redactor(kept=["Azizeh", "Rezaiyan", "Azizeh Rezaiyan", "(650) 206-9973"])
