"""Settings say which variable is wrong and never its value; the page keeps what the CSP and the law ask for."""

import gzip
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channel.static import PAGES, WIDGET, render_page
from bot.errors import SettingError
from bot.practice import load_practice
from bot.settings import Settings

PRACTICE = load_practice(Path("practice.yml"))


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


def test_the_pages_need_no_inline_code_and_no_other_site():
    refused = r"<script(?![^>]*src)|<style|\sstyle=|\son\w+=|(src|href)=.https?://"
    for page in PAGES.glob("*.html"):
        assert not re.search(refused, page.read_text()), page
    for script in PAGES.glob("*.js"):
        assert "innerHTML" not in script.read_text()


def test_every_fact_on_the_page_is_told_by_the_practice():
    told = replace(PRACTICE, therapist="Ada <b>Lovelace</b>", city="Palo Verde", fees="A session costs $150.", hours="")
    page = render_page(told, "911")
    assert "Ada &lt;b&gt;Lovelace" in page and "<b>Lovelace" not in page
    assert "Palo Verde" in page and "Palo Alto" not in page
    assert "A session costs $150." in page and "<dt>Hours" not in page


def test_the_page_holds_what_the_answers_and_the_law_ask_for():
    page = render_page(PRACTICE, "911")
    said = "not a person, not therapy, and not for emergencies"
    for needed in ('lang="en"', 'id="about"', 'id="book"', said, "tel:911"):
        assert needed in page
    for figure in ("43%", "31%", "1960s", "(650) 206-9973", "20-minute"):
        assert figure in page


def test_a_browser_is_told_to_run_nothing_but_our_files(server):
    for path in ("/", "/embed"):
        policy = server.call("GET", path).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "trusted-types 'none'" in policy


# the widget's file
def test_the_plain_name_is_kept_briefly_and_asked_for_anew(server):
    answer = server.call("GET", "/widget.js")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Vary"] == "Accept-Encoding, Origin"
    assert answer.body == WIDGET.read_bytes()
    again = server.call("GET", "/widget.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")


def test_the_name_with_the_hash_is_kept_for_good(server):
    digest = hashlib.sha256(WIDGET.read_bytes()).hexdigest()[:12]
    answer = server.call("GET", f"/widget.{digest}.js", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip" and gzip.decompress(answer.body) == WIDGET.read_bytes()
    assert server.call("GET", "/widget.000000000000.js").status == 404


@pytest.mark.parametrize(("query", "is_try"), [("?test", True), ("?a=b&test=1", True), ("", False), ("?a=test", False)])
def test_a_page_opened_for_a_try_marks_its_conversations(server, query, is_try):
    body = server.call("GET", f"/embed{query}").body.decode()
    assert ('<script src="/widget.js" data-test defer>' in body) == is_try
    assert ('<script src="/widget.js" defer>' in body) != is_try
