"""The texts of the booking conversation: each one used, each one there, nothing about the reason for coming."""

import re
import string
from datetime import datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot import plain_yaml
from bot.booking.wording import when_words
from bot.channel.wording import ReviewedWording
from bot.practice import REQUIRED

TEXTS = plain_yaml.read(Path("domain/booking_conversation.yml").read_text(encoding="utf-8"))["responses"]
CODE = "\n".join(path.read_text(encoding="utf-8") for path in Path("bot/booking").glob("dialogue*.py"))
LA = "America/Los_Angeles"
GIVEN = {  # facts the rules pass, beside those of practice.yml
    "when", "zone", "title", "name", "reach", "phone_given", "email_given", "by_phone", "by_email", "reference",
    "where", "domain", "wanted", "time", "time_to_call",
}  # fmt: skip


def fields(text):
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


def test_every_placeholder_is_known():
    for key, variations in TEXTS.items():
        for variation in variations:
            assert fields(variation["text"]) <= GIVEN | set(REQUIRED) | {"address"}, key


def test_a_text_with_an_optional_fact_has_a_variation_without_it():
    for key, variations in TEXTS.items():
        assert "address" not in fields(variations[-1]["text"]), key


def test_every_choice_the_rules_offer_has_a_title():
    offered = set(re.findall(r'"booking/([a-z_]+)"', CODE)) | set(re.findall(r'f"booking/([a-z_]+):', CODE))
    known = {key.removeprefix("utter_booking_choice_") for key in TEXTS if key.startswith("utter_booking_choice_")}
    assert offered - {"book", "reschedule", "cancel"} <= known


def test_every_text_the_rules_name_is_there():
    named = {"utter_booking_" + name for name in re.findall(r'U \+ "([a-z_]+[a-z])"', CODE)}
    assert named <= set(TEXTS)


def test_nothing_is_said_about_the_reason_for_coming():
    assert not re.search(r"\b(sex|couple|therap|counsel|intima|marri)", yaml.dump(TEXTS), re.IGNORECASE)


def test_facts_and_cards_may_be_texts_themselves(practice):
    wording = ReviewedWording(practice, practice.facts())
    wording.use(TEXTS)
    facts = {"phone_given": "<PHONE:v1>", "by_phone": "utter_booking_call_only", "reach": "utter_booking_reach_phone"}
    say = {"facts": {**facts, "when": "Monday", "zone": "Z", "title": "T", "name": "N"}, "choices": ["booking/yes"]}
    fields = [{"label": "utter_booking_form_name"}]
    say["card"] = {"type": "form", "title": "utter_booking_form_title", "fields": fields}
    message = wording.message("utter_booking_confirm", say=say)
    assert message["text"] == "Shall I book this? Monday (Z): T. For N, <PHONE:v1> (calls only, no messages)."
    assert message["card"]["title"] == "Book Monday (Z): T" and message["card"]["fields"] == [{"label": "First name"}]
    assert message["choices"] == [{"id": "booking/yes", "title": "Yes, book it"}]


def test_only_choices_of_a_known_shape_are_known(practice):
    wording = ReviewedWording(practice, practice.facts())
    wording.use(TEXTS)
    assert wording.knows("booking/time:2026-12-03T16:00-08:00") and wording.knows("booking/kind:couples")
    for unknown in ("booking/nonsense", "booking/time:<b>", "booking/time:" + "1" * 100, "booking/", "booking/yes\n"):
        assert not wording.knows(unknown)


@pytest.mark.parametrize(
    ("practice", "visitor", "moment", "told"),
    [
        (LA, "America/New_York", (2026, 12, 4, 0), "December 3 at 4:00 PM (Pacific Time; 7:00 PM Eastern Time)"),
        (LA, "America/Vancouver", (2026, 12, 4, 0), "December 3 at 4:00 PM (Pacific Time)"),
        (LA, "Europe/Berlin", (2026, 12, 4, 0),
         "December 3 at 4:00 PM (Pacific Time; Friday, December 4 at 1:00 AM Berlin time)"),
        (LA, "Pacific/Honolulu", (2026, 12, 3, 8),
         "December 3 at 12:00 AM (Pacific Time; Wednesday, December 2 at 10:00 PM Hawaii Time)"),
        # only one of the two changes its clocks, or one of them earlier
        (LA, "America/Phoenix", (2027, 3, 13, 18), "March 13 at 10:00 AM (Pacific Time; 11:00 AM Mountain Time)"),
        (LA, "America/Phoenix", (2027, 3, 14, 18), "March 14 at 11:00 AM (Pacific Time)"),
        ("America/Denver", "America/Phoenix", (2027, 6, 1, 18),
         "June 1 at 12:00 PM (Mountain Time; 11:00 AM Phoenix time)"),
        (LA, "Europe/London", (2026, 10, 24, 18), "October 24 at 11:00 AM (Pacific Time; 7:00 PM London time)"),
        (LA, "Europe/London", (2026, 10, 25, 18), "October 25 at 11:00 AM (Pacific Time; 6:00 PM London time)"),
        (LA, "Europe/London", (2026, 11, 1, 19), "November 1 at 11:00 AM (Pacific Time; 7:00 PM London time)"),
        (LA, "Australia/Lord_Howe", (2026, 10, 3, 18),
         "October 3 at 11:00 AM (Pacific Time; Sunday, October 4 at 5:00 AM Lord Howe time)"),
    ],
)  # fmt: skip
def test_a_time_in_a_mail_is_told_on_both_clocks_where_they_differ(practice, visitor, moment, told):
    moment = datetime(*moment, tzinfo=timezone.utc)
    assert when_words(moment, ZoneInfo(practice), ZoneInfo(visitor)).endswith(", " + told)
