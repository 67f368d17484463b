"""Settings say which variable is wrong and never its value; the page keeps what the CSP and the law ask for."""

import re
from pathlib import Path

import pytest

from bot.errors import SettingError
from bot.settings import Settings

PAGE = Path("bot/channel/page")


def test_defaults_and_values():
    assert Settings.from_env({}) == Settings()
    made = Settings.from_env({"BOT_PORT": "9000", "BOT_ALLOWED_ORIGINS": "https://a.example http://localhost:3000"})
    assert made.port == 9000 and made.allowed_origins == ("https://a.example", "http://localhost:3000")


@pytest.mark.parametrize("key, value", [
    ("BOT_PORT", "secret"), ("BOT_PORT", "0"), ("BOT_PORT", "70000"), ("BOT_PORT", "-1"), ("BOT_PORT", ""),
    ("BOT_SESSION_HOURS", "0"), ("BOT_MESSAGES_PER_MINUTE", "many"), ("BOT_ALLOWED_ORIGINS", "*"),
    ("BOT_ALLOWED_ORIGINS", "https://*.secret.example"), ("BOT_ALLOWED_ORIGINS", "https://secret.example/"),
])  # fmt: skip
def test_a_wrong_value_names_the_variable_only(key, value):
    with pytest.raises(SettingError) as error:
        Settings.from_env({key: value})
    assert key in str(error.value) and "secret" not in str(error.value)


def test_the_page_needs_no_inline_code_and_no_other_site():
    page = (PAGE / "page.html").read_text()
    assert not re.search(r"<script(?![^>]*src)|<style|\sstyle=|\son\w+=|https?://", page)
    assert "innerHTML" not in (PAGE / "page.js").read_text()


def test_the_page_tells_what_it_is_before_the_chat():
    page = (PAGE / "page.html").read_text()
    notice = page[page.index('id="notice"') : page.index('id="accept"')]
    for needed in ("automated assistant", "not a person", "not for emergencies", "911"):
        assert needed in notice
    for needed in ('lang="en"', 'role="log"', 'role="status"', 'id="about"', 'id="book"', "<label"):
        assert needed in page
