"""Contact details in free words, and what is safe with them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.booking import contact

HANDED_OVER = "<NAME:v0000000000000001>, <PHONE:v0000000000000002>"


@pytest.mark.parametrize(
    "text, found",
    [
        ("Sam, 650 555 0123, text is ok", [("NAME", "Sam"), ("PHONE", "650 555 0123")]),
        ("sam 650-555-0123", [("NAME", "Sam"), ("PHONE", "650-555-0123")]),
        ("my name is Dana and my number is (650) 555-0123", [("NAME", "Dana"), ("PHONE", "(650) 555-0123")]),
        ("kim@example.org, name's Kim", [("EMAIL", "kim@example.org"), ("NAME", "Kim")]),
        ("O'Brien", [("NAME", "O'Brien")]),
        ("Mary Ann", [("NAME", "Mary Ann")]),
        ("650 555 012", [("PHONE", "650 555 012")]),
        ("ABC234 650 555 0123", [("PHONE", "650 555 0123")]),
        ("jean-luc +44 20 7946 0958", [("NAME", "Jean-Luc"), ("PHONE", "+44 20 7946 0958")]),
    ],
)
def test_details_are_found(text, found):
    assert [(one.kind, one.value) for one in contact.details(text, name_expected=True)] == found


@pytest.mark.parametrize(
    "text",
    ["how much is it", "is it private", "yes", "make it friday", "dec 3 at 2pm", "12/3 2pm", "2026-12-03 14:00",
     "what if I am late?", "stop", "go back", "next tuesday after 4", "text only please", "between 10 and 2"],
)  # fmt: skip
def test_what_is_no_detail_is_left_alone(text):
    assert contact.details(text, name_expected=True) == []


def test_a_lone_word_is_a_name_only_when_one_was_asked_for():
    assert contact.details("Sam") == [] and contact.details("Sam", name_expected=True)


@pytest.mark.parametrize(
    "text, voicemail, write",
    [
        ("text is ok", True, None),
        ("you can leave a voicemail", True, None),
        ("voicemail fine, but don't e-mail me", True, False),
        ("no voicemail please", False, None),
        ("please don't leave messages", False, None),
        ("text only", False, None),
        ("just call", False, None),
        ("you may write to me, no voicemails", False, True),
        ("an email is fine", None, True),
        ("my wife reads my texts", None, None),
        (HANDED_OVER, None, None),
    ],
)
def test_what_is_safe_is_read_from_the_words(text, voicemail, write):
    assert contact.safe_ways(text) == contact.Safe(voicemail, write)


def test_details_are_handed_over_as_tokens_in_place():
    kept = []

    def put(kind, value):
        kept.append((kind, value))
        return f"<{kind}:v000000000000000{len(kept)}>"

    said = contact.handed_over("Sam, 650 555 0123, text is ok", put, name_expected=True)
    assert "Sam" not in said and "555" not in said and said.endswith("text is ok")
    assert set(contact.tokens(said)) == {"NAME", "PHONE"} and len(kept) == 2


@pytest.mark.parametrize(
    "given, number",
    [("650 555 0123", "+16505550123"), ("(650) 206-9973", "+16502069973"), ("+44 20 7946 0958", "+442079460958"),
     ("650 555 012", None), ("12", None), ("", None), ("call me", None)],
)  # fmt: skip
def test_numbers_are_american_unless_they_say_otherwise(given, number):
    assert contact.phone(given) == number


@pytest.mark.parametrize(
    "given, address",
    [("Sam.Lee@Example.org", "sam.lee@example.org"), ("a@b", None), ("a..b@example.org", None), ("@example.org", None),
     ("a@example.org\nBcc: x@y.org", None), ("a b@example.org", "ab@example.org"), ("a@-x.org", None)],
)  # fmt: skip
def test_addresses_are_checked_for_their_form(given, address):
    assert contact.email(given) == address


@pytest.mark.parametrize(
    "address, domain",
    [("a@gmial.com", "gmail.com"), ("a@gmail.con", "gmail.com"), ("a@hotmial.com", "hotmail.com"),
     ("a@example.ogr", "example.org"), ("a@gmail.com", None), ("a@practice.org", None), ("a@mail.com", None)],
)  # fmt: skip
def test_a_mistyped_domain_is_suggested(address, domain):
    assert contact.suggested_domain(address) == domain


def test_form_faults_name_the_field():
    assert contact.form_faults({"name": "Sam", "phone": "650 555 0123"}, phone_needed=True) == {}
    assert contact.form_faults({"name": "Sam", "email": "s@example.org"}, phone_needed=False) == {}
    assert contact.form_faults({"name": "Sam", "email": "s@example.org"}, phone_needed=True) == {"phone": "missing"}
    assert contact.form_faults({"name": "", "email": "s@"}, phone_needed=False) == {"name": "missing", "email": "wrong"}
    assert contact.form_faults({"name": "<b>"}, phone_needed=False) == {"name": "wrong", "phone": "one_of"}


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_handed_over(text):
    said = contact.handed_over(text, lambda kind, _value: f"<{kind}:v0000000000000001>", name_expected=True)
    assert not contact.details(contact.TOKEN.sub(" ; ", said))


@settings(deadline=None)
@given(st.from_regex(r"[2-9]\d{2} ?555[ -]?01\d\d", fullmatch=True))
def test_no_number_survives_the_hand_over(number):
    said = contact.handed_over(f"it is {number}, thanks", lambda kind, _value: "<PHONE:v0000000000000001>", True)
    assert number not in said
