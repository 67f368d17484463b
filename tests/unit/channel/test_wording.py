"""An answer that had to be reviewed by a day that is past gives way, where it is marked so."""

from datetime import date

import pytest

from bot.channel.wording import ReviewedWording, responses_of
from bot.errors import BrokenFile

ABOUT = {"title": "Fees?", "source": "article", "review_by": "2026-11-24"}
OVERDUE = {"utter_overdue": [{"text": "Please contact us: {phone}."}]}


@pytest.mark.parametrize(
    "marked, today, overdue",
    [
        ("contact", date(2026, 11, 25), True),
        ("contact", date(2026, 11, 24), False),  # the day itself still counts
        ("keep", date(2026, 11, 25), False),
        (None, date(2026, 11, 25), False),
    ],
)
def test_an_overdue_answer_gives_way_only_where_it_is_marked_so(practice, marked, today, overdue):
    about = {**ABOUT, **({"if_overdue": marked} if marked else {})}
    wording = ReviewedWording(practice, practice.facts(), lambda: today)
    wording.use({**OVERDUE, "utter_faq/cost": [{"text": "It costs much.", "metadata": about}]})
    message = wording.message("utter_faq/cost")
    assert (message["text"].startswith("Please contact us"), "source" in message) == (overdue, not overdue)
    assert message["outcome"] == "faq/cost" and message["answer_id"] == "utter_faq/cost"


def test_what_yaml_takes_for_a_date_or_a_yes_stays_as_it_was_written(tmp_path):
    (tmp_path / "a.yml").write_text("responses:\n  utter_a/b:\n  - text: Yes\n    metadata: {review_by: 2027-01-31}\n")
    (tmp_path / "retired.yml").write_text("retired: []\n")
    assert responses_of(tmp_path) == {"utter_a/b": [{"text": "Yes", "metadata": {"review_by": "2027-01-31"}}]}


@pytest.mark.parametrize("broken", ["responses: [", "- a\n", "\x00"])
def test_a_damaged_domain_file_is_named(tmp_path, broken):
    (tmp_path / "a.yml").write_text(broken)
    with pytest.raises(BrokenFile, match="a.yml"):
        responses_of(tmp_path)
