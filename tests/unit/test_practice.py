"""practice.yml: a slip is named in one sentence."""

from pathlib import Path

import pytest
import yaml

from bot.errors import PracticeFileError
from bot.practice import load_practice

GOOD = yaml.safe_load(Path("practice.yml").read_text())


def written(tmp_path, **changes):
    path = tmp_path / "practice.yml"
    path.write_text(yaml.safe_dump({**GOOD, **changes}))
    return path


def test_the_shipped_file_is_good_and_tells_the_articles_facts(practice):
    facts = practice.facts()
    assert (facts["phone"], facts["free_minutes"], facts["city"]) == ("(650) 206-9973", "20", "Palo Alto")


def test_an_empty_fact_is_not_told(practice):
    assert "fees" not in practice.facts()


@pytest.mark.parametrize(
    "changes, named",
    [
        ({"phone": ""}, "`phone` is needed"),
        ({"phone": 6502069973}, "`phone` must be text"),
        ({"phone": "call us"}, "`phone` must be a phone number"),
        ({"fee": "x"}, "did you mean `fees`"),
        ({"session_minutes": "fifty"}, "`session_minutes` must be a whole number"),
        ({"session_minutes": True}, "`session_minutes` must be a whole number"),
        ({"article": {"title": "x", "url": "javascript:alert(1)"}}, "`article` must be"),
        ({"booking_url": "//evil"}, "`booking_url` must be a link"),
        ({"time_zone": "Mars/Olympus"}, "`time_zone` must be a time zone"),
        ({"services": "therapy"}, "`services` must be a list"),
        ({"email": "at home"}, "`email` must be"),
    ],
)
def test_a_wrong_fact_is_named(tmp_path, changes, named):
    with pytest.raises(PracticeFileError, match=named):
        load_practice(written(tmp_path, **changes))


@pytest.mark.parametrize("content", [b"name: [", b"\xff\xfe", b"- a list", b""])
def test_a_file_that_is_no_practice_file_is_refused_in_one_sentence(tmp_path, content):
    path = tmp_path / "practice.yml"
    path.write_bytes(content)
    with pytest.raises(PracticeFileError) as error:
        load_practice(path)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PracticeFileError, match="is missing"):
        load_practice(tmp_path / "practice.yml")
