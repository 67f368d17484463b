"""practice.yml: the shipped file is usable, and every slip in one is named in one clear sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.errors import PracticeFileError
from bot.practice import OPTIONAL, REQUIRED, load_practice

SHIPPED = Path(__file__).parents[2] / "practice.yml"


def good() -> dict[str, Any]:
    given: dict[str, Any] = yaml.load(SHIPPED.read_text(encoding="utf-8"), yaml.CSafeLoader)  # noqa: S506
    return given


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "practice.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def with_(folder: Path, **changes: Any) -> Path:
    return write(folder, yaml.dump({**good(), **changes}, Dumper=yaml.CSafeDumper, allow_unicode=True))


def complaint(path: Path) -> str:
    with pytest.raises(PracticeFileError) as caught:
        load_practice(path)
    message = str(caught.value)
    assert message.startswith("practice.yml: ")
    assert "\n" not in message and message.rstrip("?").rstrip(".") != message, message
    assert caught.value.__cause__ is None
    return message


def test_shipped_file_holds_the_facts_of_the_article_and_no_other() -> None:
    practice = load_practice(SHIPPED)
    assert practice.name == "the practice of Azizeh Rezaiyan"
    assert (practice.city, practice.area, practice.phone) == ("Palo Alto", "the Bay Area", "(650) 206-9973")
    assert (practice.free_minutes, practice.retention_days) == (20, 30)
    assert practice.timezone == "America/Los_Angeles"
    assert (practice.article.title, practice.article.url) == ("What Happens During Sex Therapy?", "/#about")
    assert all(getattr(practice, key) in ("", None) for key in OPTIONAL)


def test_shipped_file_shows_every_key_so_that_it_can_be_filled_in() -> None:
    assert set(good()) == set(REQUIRED + OPTIONAL)


def test_facts_hold_what_is_told_and_leave_out_what_is_not(tmp_path: Path) -> None:
    facts = load_practice(with_(tmp_path, fees=" A session costs what you agree on. ", minimum_age=0)).facts()
    assert facts["fees"] == "A session costs what you agree on."
    assert facts["minimum_age"] == "0"
    assert facts["services"] == "sex therapy and marriage and couples counseling"
    assert "hours" not in facts and "session_minutes" not in facts and "article" not in facts


@pytest.mark.parametrize(
    ("services", "text"), [(["one"], "one"), (["one", "two"], "one and two"), (["a", "b", "c"], "a, b and c")]
)
def test_services_read_as_a_phrase(tmp_path: Path, services: list[str], text: str) -> None:
    assert load_practice(with_(tmp_path, services=services)).facts()["services"] == text


@pytest.mark.parametrize(("typed", "meant"), [("phnoe", "phone"), ("time_zone", "timezone"), ("fee", "fees")])
def test_unknown_key_gets_the_nearest_one(tmp_path: Path, typed: str, meant: str) -> None:
    message = complaint(with_(tmp_path, **{typed: "x"}))
    assert f"`{typed}`" in message and f"did you mean `{meant}`?" in message


def test_unknown_key_without_a_near_one_lists_what_is_known(tmp_path: Path) -> None:
    assert "known are name, therapist" in complaint(with_(tmp_path, zzzz="x"))


def test_unknown_key_inside_article(tmp_path: Path) -> None:
    message = complaint(with_(tmp_path, article={"titel": "A", "url": "/"}))
    assert "`article.titel`" in message and "did you mean `article.title`?" in message


@pytest.mark.parametrize("key", REQUIRED)
@pytest.mark.parametrize("value", [None, "", "  ", []])
def test_empty_required_key_is_named(tmp_path: Path, key: str, value: Any) -> None:
    message = complaint(with_(tmp_path, **{key: value}))
    assert f"`{key}` is needed and is empty; it must be " in message


@pytest.mark.parametrize("key", REQUIRED)
def test_missing_required_key_is_named(tmp_path: Path, key: str) -> None:
    left = {name: value for name, value in good().items() if name != key}
    assert f"`{key}` is needed" in complaint(write(tmp_path, yaml.safe_dump(left)))


@pytest.mark.parametrize("key", OPTIONAL)
@pytest.mark.parametrize("value", [None, "", " "])
def test_optional_key_may_be_empty(tmp_path: Path, key: str, value: Any) -> None:
    assert key not in load_practice(with_(tmp_path, **{key: value})).facts()


@pytest.mark.parametrize(
    ("key", "value", "should"),
    [
        ("name", 7, "text in quotes"),
        ("hours", True, "text in quotes"),
        ("fees", ["a"], "text in quotes"),
        ("services", "sex therapy", "a list of texts"),
        ("services", ["sex therapy", ""], "a list of texts"),
        ("free_minutes", "20", "a whole number from 1 to 240"),
        ("free_minutes", 0, "a whole number from 1 to 240"),
        ("free_minutes", 20.5, "a whole number from 1 to 240"),
        ("free_minutes", True, "a whole number from 1 to 240"),
        ("retention_days", -1, "a whole number from 1 to 3650"),
        ("session_minutes", 9999, "a whole number from 1 to 480"),
        ("minimum_age", False, "a whole number from 0 to 99"),
        ("phone", 6502069973, "a phone number in quotes"),
        ("phone", "call us", "a phone number"),
        ("phone", "(------)", "a phone number"),
        ("phone", "12345", "a phone number"),
        ("phone", "(650) 206-9973 <b>", "a phone number"),
        ("email", "someone at example.org", "an e-mail address"),
        ("booking_url", "example.org/book", "starts with https://, http:// or /"),
        ("booking_url", "javascript:alert(1)", "starts with https://, http:// or /"),
        ("booking_url", "//example.org", "starts with https://, http:// or /"),
        ("booking_url", "https://", "starts with https://, http:// or /"),
        ("timezone", "Pacific", "the name of a time zone"),
        ("timezone", "America", "the name of a time zone"),
        ("timezone", "../etc/passwd", "the name of a time zone"),
        ("article", "What Happens", "a `title` and a `url`"),
    ],
)
def test_wrong_value_is_named_with_what_it_should_be(
    tmp_path: Path, key: str, value: Any, should: str
) -> None:
    message = complaint(with_(tmp_path, **{key: value}))
    assert f"`{key}` must be " in message and should in message


@pytest.mark.parametrize(
    ("article", "said"),
    [
        ({"title": "A", "url": "about"}, "`article.url` must be a link"),
        ({"title": "A", "url": "/a b"}, "`article.url` must be a link"),
        ({"title": 3, "url": "/"}, "`article.title` must be text"),
        ({"url": "/"}, "`article.title` is needed"),
        ({"title": "A", "url": ""}, "`article.url` is needed"),
    ],
)
def test_wrong_article_is_named(tmp_path: Path, article: dict[str, Any], said: str) -> None:
    assert said in complaint(with_(tmp_path, article=article))


@pytest.mark.parametrize("link", ["https://example.org/book?x=1", "http://localhost:8080", "/book", "/"])
def test_good_links(tmp_path: Path, link: str) -> None:
    assert load_practice(with_(tmp_path, booking_url=link)).booking_url == link


@pytest.mark.parametrize("phone", ["(650) 555-0100", "+44 20 7946 0000", "650.555.0100"])
def test_good_phones(tmp_path: Path, phone: str) -> None:
    assert load_practice(with_(tmp_path, phone=phone)).phone == phone


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('name: "a"\nhours: "open\ncity: x\n', 2),
        ('name: "a"\nhours: "open\ncity: "x"\n', 3),
        ("name: a\nfees: x: y\n", 2),
        ("name: a\n hours: b\n", 2),
        ("name: a\nhours: \x00\n", 2),
    ],
)
def test_broken_yaml_names_the_line(tmp_path: Path, text: str, line: int) -> None:
    assert f"line {line} is not valid YAML" in complaint(write(tmp_path, text))


def test_a_key_that_stands_twice(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8") + '\nhours: "Ask us."\n'
    assert f"`hours` stands twice, again in line {text.count(chr(10))}" in complaint(write(tmp_path, text))


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n", "just words\n"])
def test_a_file_without_keys(tmp_path: Path, text: str) -> None:
    assert "must hold lines such as" in complaint(write(tmp_path, text))


def test_an_impossible_date(tmp_path: Path) -> None:
    assert "put it in quotes" in complaint(write(tmp_path, "hours: 2026-13-45\n"))


def test_a_missing_file(tmp_path: Path) -> None:
    assert "the file is missing" in complaint(tmp_path / "practice.yml")


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "practice.yml").mkdir()
    assert "cannot be read" in complaint(tmp_path / "practice.yml")


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    assert "not UTF-8" in complaint(write(tmp_path, "city: Montréal".encode("latin-1")))


def test_a_file_saved_by_notepad(tmp_path: Path) -> None:
    assert load_practice(write(tmp_path, b"\xef\xbb\xbf" + SHIPPED.read_bytes().replace(b"\n", b"\r\n")))


def test_a_fact_may_hold_braces_and_other_scripts(tmp_path: Path) -> None:
    hours = "{name} Días y noches."
    assert load_practice(with_(tmp_path, hours=hours)).facts()["hours"] == hours
