"""An answer that had to be reviewed by a day that is past gives way, where it is marked so."""

from datetime import date

import pytest

from bot.channel.wording import ReviewedWording

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
    wording = ReviewedWording(practice=practice, today=lambda: today)
    wording.use({**OVERDUE, "utter_faq/cost": [{"text": "It costs much.", "metadata": about}]})
    message = wording.message("utter_faq/cost")
    assert (message["text"].startswith("Please contact us"), "source" in message) == (overdue, not overdue)
    assert message["outcome"] == "faq/cost" and message["answer_id"] == "utter_faq/cost"
