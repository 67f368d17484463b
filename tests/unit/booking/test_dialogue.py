"""The booking conversation, story by story, on the real service."""

from datetime import timedelta

import pytest

from bot.booking.dialogue_state import State
from bot.booking.records import Contact
from tests.booking_helpers import RULES
from tests.booking_talk import Desk

WISH = ("i'd like an appointment", "booking/book", 0.9)
SAM = "Sam, 650 555 0123, text is ok"


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def talk(desk):
    return desk.talk()


def held(talk):
    """At the question of the contact, with a time held."""
    return talk.text(*WISH).text("the free call").picked()


def read_back(talk):
    return held(talk).text(SAM)


# --- the shortest ways ---


def test_in_words_an_appointment_takes_at_most_six_turns(talk):
    talk.text(*WISH)
    assert talk.said == ["ask_kind"] and "booking/kind:couples" in talk.choices
    talk.text("the free call")
    assert talk.said == ["first_times"] and talk.state.offered
    talk.text("next tuesday after 4")
    assert talk.said == ["times"]
    talk.text("the first one")
    assert talk.said == ["ask_contact_by_phone"] and talk.state.hold
    talk.text(SAM)
    assert talk.said == ["confirm"]
    talk.text("yes")
    assert talk.said == ["booked"] and talk.turns <= 6
    made = talk.desk.booking.find(talk.shown.facts["reference"])
    assert made.contact == Contact("Sam", phone="+16505550123", voicemail_ok=True)
    assert talk.shown.facts["when"].startswith("Tuesday, December 1, 4:")


def test_with_the_card_an_appointment_takes_four_turns(talk):
    talk.text(*WISH).choose("booking/kind:consultation").picked(1)
    assert talk.shown.card["type"] == "form" and "{when}" not in talk.shown.facts["when"]
    talk.fill(name="Sam", phone="(650) 555-0123", voicemail=True)
    assert talk.said == ["booked"] and talk.turns == 4
    assert talk.shown.card["type"] == "appointment"


def test_the_first_message_may_say_everything(talk):
    talk.text("can i book the free consultation for dec 3rd at 4pm", "booking/book", 0.9)
    assert talk.said == ["ask_contact_by_phone"]
    assert talk.shown.facts["when"] == "Thursday, December 3, 4:00 PM"


def test_a_card_of_times_is_grouped_by_day(talk):
    card = talk.text(*WISH).choose("booking/kind:consultation").shown.card
    assert card["zone"] == "Pacific Time" and all(day["times"] for day in card["days"])
    assert {t["id"] for day in card["days"] for t in day["times"]} <= set(talk.choices)


# --- times ---


def test_a_visitor_in_another_zone_reads_both_times_everywhere(desk, talk):
    desk.front.seen_from("America/New_York", talk.id)
    talk.text("book the free call", "booking/book", 0.9)
    first = [facts["time"] for choice, facts in talk.shown.choices[:3]]
    assert all(time.endswith(" your time)") for time in first), first
    assert all("your time" in time["title"] for day in talk.shown.card["days"] for time in day["times"])
    talk.picked()
    assert talk.shown.facts["zone"].startswith("Pacific Time; ") and talk.shown.facts["zone"].endswith(" your time")
    talk.fill(name="Ada", phone="650-555-0142", voicemail=True)
    assert talk.said == ["booked"] and "your time" in talk.shown.card["zone"]
    assert talk.shown.card["manage_url"].endswith("?zone=America/New_York")
    assert "New_York" not in str(talk.state.to_json())  # kept with the appointment only
    assert desk.booking.find(talk.shown.facts["reference"]).visitor_zone == "America/New_York"


@pytest.mark.parametrize("zone", ["America/Vancouver", "America/Los_Angeles", "Mars/Olympus", "", None, 7, "../etc"])
def test_a_clock_that_shows_the_same_or_is_unknown_is_not_told_twice(desk, talk, zone):
    desk.front.seen_from(zone, talk.id)
    talk.text("book the free call", "booking/book", 0.9)
    assert "your time" not in str(talk.shown)


def test_a_time_in_the_visitors_own_zone_is_found_in_the_practices(desk, talk):
    desk.front.seen_from("America/New_York", talk.id)
    talk.text("book the free call", "booking/book", 0.9)
    talk.text("monday at 2pm my time")
    assert talk.state.start.endswith("T11:00-08:00"), talk.state.start
    talk.text("monday at 3 pm eastern")
    assert talk.state.start.endswith("T12:00-08:00") or talk.said == ["nearest"]


def test_a_number_that_comes_before_the_time_is_kept(talk):
    talk.text(*WISH).text("the free call").text("650-555-0142")
    assert talk.said == ["times"] and talk.state.phone
    assert talk.picked().said == ["ask_name"] and "650" not in str(talk.state.to_json())


def test_a_first_message_with_a_day_that_is_closed_gets_the_closest_times(talk):
    talk.text("i need an individual appointment on the 26th", "booking/book", 0.9)
    assert talk.said == ["nearest"] and talk.state.offered


def test_it_means_what_was_just_booked(talk):
    read_back(talk).text("yes").text("book another one", "booking/book", 0.9)
    talk.text("wait, can I move it to next week", "booking/reschedule", 0.9)
    assert talk.state.goal == "move" and talk.state.target


def test_a_yes_to_several_times_asks_which(talk):
    talk.text(*WISH).text("the free call").text("yes please")
    assert talk.said == ["times"] and talk.state.misses == 0


def test_a_kind_with_a_slip_is_known(talk):
    assert talk.text("book an appointment", "booking/book", 0.9).text("indvidual").state.kind == "individual"


def test_a_wish_that_is_not_free_gets_the_closest_times(talk):
    talk.text(*WISH).text("free call").text("sunday at 3pm")
    assert talk.said == ["nearest"] and len(talk.state.offered) == 3


def test_an_exact_free_time_is_held_at_once(talk):
    talk.text(*WISH).text("free call").text("thursday dec 3 at 4")
    assert talk.said == ["ask_contact_by_phone"] and talk.state.start.startswith("2026-12-03T16:00")


def test_later_earlier_and_another_day(talk):
    talk.text(*WISH).text("free call").text("dec 3rd in the afternoon")
    first = talk.state.offered
    later = talk.choose("booking/later").state.offered
    assert min(later) > max(first)
    assert max(talk.choose("booking/earlier").state.offered) < min(later)
    talk.choose("booking/another_day")
    assert all("2026-12-03" not in start for start in talk.state.offered)


def test_wishes_add_up_until_they_contradict(talk):
    talk.text(*WISH).text("free call").text("next week").text("after 4")
    assert all("2026-11-30" <= start[:10] <= "2026-12-06" and start[11:] >= "16" for start in talk.state.offered)
    talk.text("in two weeks")
    assert all("2026-12-08" <= start[:10] for start in talk.state.offered)


def test_a_change_of_mind_after_the_time_was_held(desk, talk):
    held(talk).text("wait, make it Friday")
    assert talk.said == ["times"] and all(start.startswith("2026-11-27") for start in talk.state.offered)
    talk.picked()
    assert talk.said == ["ask_contact_by_phone"]
    assert len({a.id for a in desk.booking.upcoming()}) == 0  # holds are no appointments


def test_a_change_of_mind_at_the_read_back_keeps_the_contact(talk):
    read_back(talk).text("actually can we do thursday dec 3 at 5pm")
    assert talk.said == ["confirm"] and talk.shown.facts["when"] == "Thursday, December 3, 5:00 PM"


def test_another_kind_is_taken_up(talk):
    talk.text(*WISH).text("free call").text("actually a couples session please")
    assert talk.state.kind == "couples" and talk.state.offered


# --- taken, expired ---


def test_a_slot_taken_meanwhile_brings_others(desk, talk):
    talk.text(*WISH).text("free call")
    start = talk.state.offered[0]
    other = desk.talk("c2")
    other.text(*WISH).text("free call").choose(f"booking/time:{start}").text(SAM).text("yes")
    assert other.said == ["booked"]
    talk.choose(f"booking/time:{start}")
    assert talk.said == ["taken"] and talk.state.offered and start not in talk.state.offered
    assert talk.picked().text(SAM).text("yes").said == ["booked"]


def test_an_expired_hold_still_books_while_the_time_is_free(desk, talk):
    read_back(talk)
    desk.clock.now += timedelta(minutes=30)
    assert talk.text("yes").said == ["booked"]


def test_an_expired_hold_that_somebody_else_took_brings_others_and_keeps_the_contact(desk, talk):
    read_back(talk)
    start = talk.state.start
    desk.clock.now += timedelta(minutes=30)
    desk.talk("c2").text(*WISH).text("free call").choose(f"booking/time:{start}").text(SAM).text("yes")
    talk.text("yes")
    assert talk.said == ["taken"]
    assert talk.picked().said == ["confirm"]


def test_two_yes_make_one_appointment(desk, talk):
    read_back(talk)
    before = talk.state
    talk.text("yes")
    reference = talk.shown.facts["reference"]
    talk.state = before
    assert talk.text("yes").shown.facts["reference"] == reference
    assert len(desk.booking.upcoming()) == 1


# --- in between ---


def test_a_question_in_the_middle_is_answered_and_the_booking_goes_on(talk):
    talk.text(*WISH).text("free call")
    offered = talk.state.offered
    talk.text("how much is it?", "faq/cost", 0.9)
    assert talk.answer.aside == "faq/cost" and talk.said == ["times"] and talk.state.offered == offered
    assert talk.picked().said == ["ask_contact_by_phone"]
    assert talk.text("is that confidential", "faq/confidentiality", 0.8).answer.aside == "faq/confidentiality"
    assert talk.state.hold and talk.text(SAM).said == ["confirm"]


def test_an_answer_that_sounds_like_another_topic_is_still_an_answer(talk):
    talk.text(*WISH).text("the free consultation", "faq/free_consultation", 0.9)
    assert talk.said == ["first_times"]
    assert talk.text("thursday morning", "faq/hours", 0.9).answer.aside == ""


def test_go_back_goes_one_question_back(talk):
    read_back(talk).text("go back")
    assert talk.state.step == "contact" and not talk.state.phone
    assert talk.text("back").state.step == "time"
    assert talk.text("go back please").state.step == "kind"


@pytest.mark.parametrize("word", ["stop", "never mind", "cancel", "I changed my mind", "forget it"])
def test_stop_ends_it_and_frees_the_time(desk, talk, word):
    held(talk)
    start = talk.state.start
    talk.text(word)
    assert talk.said == ["stopped"] and not talk.state.active
    free = [time.astimezone(RULES.hours.zone) for time in desk.booking.free_times("consultation")]
    assert start in [time.isoformat(timespec="minutes") for time in free]


def test_twice_not_understood_names_a_person_and_keeps_the_booking(talk):
    held(talk).text("asdf?").text("qwer?")
    assert talk.said == ["lost"] and talk.state.hold
    assert talk.choose("booking/resume").said == ["ask_contact_by_phone"]


def test_go_on_with_the_booking_asks_the_open_question_again(talk):
    held(talk)
    assert talk.choose("booking/book").said == ["ask_contact_by_phone"]


def test_nothing_is_booked_without_a_read_back(talk):
    held(talk).text("yes")
    assert "booked" not in talk.said and talk.state.step == "contact"


# --- contact ---


def test_contact_piece_by_piece(talk):
    held(talk).text("Sam")
    assert talk.said == ["ask_reach_by_phone"]
    talk.text("650 555 0123")
    assert talk.said == ["ask_safe_phone"]
    talk.text("no, my wife could hear it")
    assert talk.said == ["confirm"] and talk.state.voicemail is False
    assert talk.text("yes").said == ["booked"]


def test_a_number_that_misses_a_digit_is_asked_again(talk):
    assert held(talk).text("Sam 650 555 012").said == ["phone_wrong"]
    assert talk.text("650 555 0123").said == ["ask_safe_phone"]


def test_a_mistyped_mail_domain_is_suggested_and_never_changed_silently(talk):
    talk.text(*WISH).text("couples session").picked().text("Kim, kim@gmial.com, you can email me")
    assert talk.said == ["ask_domain"] and talk.shown.facts["domain"] == "gmail.com"
    talk.text("no")
    assert talk.said == ["confirm"] and talk.text("yes").said == ["booked"]
    made = talk.desk.booking.find(talk.shown.facts["reference"])
    assert made.contact.email == "kim@gmial.com" and made.contact.write_ok


def test_no_contact_detail_is_in_the_state_or_in_what_is_said(talk):
    read_back(talk)
    kept = repr((talk.state, talk.answer))
    assert "Sam" not in kept and "0123" not in kept.replace("000000000000012", "") and "<PHONE:v" in kept


def test_a_form_with_faults_comes_back_with_them_and_books_nothing(desk, talk):
    held(talk).fill(name="", phone="12")
    assert talk.said == ["form_again"] and set(talk.shown.card["errors"]) == {"name", "phone"}
    assert not desk.booking.upcoming()
    assert talk.fill(name="Sam", phone="650 555 0123").said == ["booked"]


# --- move, cancel, call back ---


def booked(desk):
    talk = desk.talk("first")
    read_back(talk).text("yes")
    return talk.shown.facts["reference"]


def test_an_appointment_is_moved_by_reference_and_number(desk, talk):
    reference = booked(desk)
    talk.text("i need to reschedule", "booking/reschedule", 0.9)
    assert talk.said == ["ask_reference"]
    assert talk.text(reference.lower()).said == ["ask_detail"]
    assert talk.text("(650) 555-0123").said == ["move_times"]
    talk.picked()
    assert talk.said == ["confirm_move"]
    assert talk.text("yes").said == ["moved"]


def test_an_appointment_of_this_conversation_needs_no_reference(talk):
    read_back(talk).text("yes")
    assert talk.text("can i move it to another day", "booking/reschedule", 0.9).said == ["move_times"]
    assert talk.choose("booking/cancel").said == ["confirm_cancel"]
    assert talk.text("yes, cancel it").said == ["cancelled"]


REFERENCE = ("what was my reference?", "booking/reschedule", 1.0)


def test_the_reference_of_what_was_booked_here_is_told_when_asked(desk, talk):
    reference = read_back(talk).text("yes").state.booked
    assert talk.text(*REFERENCE).said == ["reference"] and talk.shown.facts["reference"] == reference
    assert talk.shown.card["reference"] == reference and not talk.state.active
    later = desk.talk()  # so long ago that the dialogue does not know of it any more
    assert later.text(*REFERENCE).shown.facts["reference"] == reference
    assert later.text("can i move it to another day", "booking/reschedule", 0.9).said == ["move_times"]
    assert later.text(*REFERENCE).said == ["reference", "times"]  # and what was asked is asked again
    assert desk.talk("c2").text(*REFERENCE).said == ["reference_elsewhere"]


def test_where_nothing_was_booked_in_this_chat_it_is_said_where_the_reference_stands(talk):
    assert talk.text(*REFERENCE).said == ["reference_elsewhere"] and talk.choices == ["booking/call_back"]
    assert talk.text(*WISH).text(*REFERENCE).said == ["reference_elsewhere", "ask_kind"]
    read_back(talk).text("yes").text("cancel it", "booking/cancel", 0.9).text("yes")
    assert talk.text(*REFERENCE).said == ["reference_elsewhere"]  # a cancelled one needs none


def test_where_the_reference_is_asked_for_it_is_said_where_it_stands(talk):
    talk.text("move my appointment", "booking/reschedule", 0.9)
    assert talk.text(*REFERENCE).said == ["no_reference"]


def test_an_appointment_is_cancelled_only_after_the_question(desk, talk):
    reference = booked(desk)
    talk.text(f"cancel my appointment {reference}", "booking/cancel", 0.9).text("650-555-0123")
    assert talk.said == ["confirm_cancel"]
    assert talk.text("no, keep it").said == ["kept"]
    assert desk.booking.can_change(desk.booking.find(reference))


def test_a_wrong_number_and_an_unknown_reference_sound_alike_and_end_with_the_phone(desk, talk):
    reference = booked(desk)
    talk.text("cancel my appointment", "booking/cancel", 0.9)
    assert talk.text(f"{reference} 415 555 2671").said == ["not_found"]
    assert talk.text("ABC234 650 555 0123").said == ["not_found"]
    assert talk.text(f"{reference} 415 555 2672").said == ["not_found_call"]


def test_with_booking_off_the_phone_and_a_call_back_are_offered():
    desk = Desk(rules=None)
    talk = desk.talk()
    assert talk.text(*WISH).answer.says[0].key == "utter_booking/book"
    assert "booking/call_back" in talk.choices and not talk.state.active
    assert talk.choose("booking/call_back").said == ["ask_call_back_contact_by_phone"]
    assert talk.text("Sam, 650 555 0123").said == ["ask_when"]
    assert talk.text("weekdays after 5").said == ["ask_safe_phone"]
    assert talk.text("yes that's fine").said == ["confirm_call_back"]
    assert talk.text("yes").said == ["call_back_asked"]
    asked = desk.booking.call_backs()[0]
    assert asked.contact == Contact("Sam", phone="+16505550123", voicemail_ok=True) and asked.when == "weekdays after 5"


def test_the_state_survives_its_way_through_a_slot(talk):
    read_back(talk)
    assert State.from_json(talk.state.to_json()) == talk.state
    assert State.from_json({"step": "time", "of_a_later_version": 1}).step == "time"


def test_a_hold_is_for_ten_minutes(desk, talk):
    held(talk)
    start = talk.desk.front.world("c1").local(talk.state.start)
    assert start not in desk.booking.free_times("consultation", conversation_id="c2")
    desk.clock.now += timedelta(minutes=11)
    assert start in desk.booking.free_times("consultation", conversation_id="c2")


def test_a_wish_to_be_called_asks_for_the_number_and_any_other_wish_for_a_person_is_answered(talk):
    assert talk.text("can i talk to a real person", "handoff/human", 0.9).answer.aside == "handoff/human"
    assert not talk.state.active
    assert talk.text("can you call me back?", "handoff/human", 0.9).said == ["ask_call_back_contact_by_phone"]


def test_who_has_no_reference_gets_the_phone(talk):
    talk.text("cancel my appointment", "booking/cancel", 0.9)
    assert talk.text("i don't have it").said == ["no_reference"] and not talk.state.active


def test_a_bare_number_among_the_kinds_is_no_time(talk):
    talk.text(*WISH).text("2")
    assert talk.state.kind == "individual" and talk.state.wish is None


def test_later_after_a_time_was_held_is_no_goodbye(talk):
    held(talk)
    start = talk.state.start
    talk.text("later", "chitchat/goodbye", 1.0)
    assert talk.answer.aside == "" and min(talk.state.offered) > start


def test_a_story_with_its_wish_at_the_end_begins_with_times(talk):
    story = "We argued last night. My husband agreed to come. " + "It has been hard for us both. " * 6
    talk.text(story + "Can we come next week?", "booking/book", 0.8)
    assert talk.state.kind == "couples" and talk.said == ["times_of"]
    assert all("2026-11-30" <= start[:10] <= "2026-12-06" for start in talk.state.offered)


def test_in_the_middle_a_wish_to_be_called_instead_is_taken_up(talk):
    talk.text(*WISH).text("please just call me instead", "handoff/human", 0.8)
    assert talk.said == ["ask_call_back_contact_by_phone"] and not talk.state.hold
