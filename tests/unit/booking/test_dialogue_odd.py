"""What people type that nobody planned for: names too early, half numbers, second thoughts, other words for "stop"."""

from datetime import date, timedelta

import pytest

from bot.booking.phrases import understand
from tests.booking_helpers import NOW, RULES
from tests.booking_talk import Desk

WISH = ("i'd like an appointment", "booking/book", 0.9)
SAM = "Sam, 650 555 0123, text is ok"


@pytest.fixture
def talk():
    return Desk().talk()


@pytest.fixture
def times(talk):
    """At the question of the time."""
    return talk.text(*WISH).text("the free call")


@pytest.fixture
def held(times):
    """At the question of the contact, with a time held."""
    return times.picked()


@pytest.fixture
def read_back(held):
    return held.text(SAM)


# --- names and numbers ---


@pytest.mark.parametrize(
    "words", ["Sam", "I'm Sam", "my name is Sam by the way", "this is Sam", "Sam here", "Sam and Maria"]
)
def test_a_name_given_before_it_is_asked_is_kept(times, words):
    times.text(words)
    assert times.said == ["times"] and times.state.misses == 0
    assert times.picked().said == ["ask_reach_by_phone"]
    times.text("650 555 0123").text("yes").text("yes")
    assert times.desk.booking.find(times.shown.facts["reference"]).contact.first_name == "Sam"


def test_a_name_among_the_kinds_is_kept_too(talk):
    talk.text(*WISH).text("I'm Sam, 650 555 0123")
    assert talk.said == ["ask_kind"] and talk.state.name and talk.state.phone
    assert talk.text("the free call").said == ["first_times"]


@pytest.mark.parametrize("words", ["my wife Maria can't do mondays", "is that with Sam?", "Maria prefers fridays"])
def test_the_name_of_somebody_else_is_not_taken(times, words):
    assert not times.text(words).state.name


def test_a_name_is_corrected_at_the_read_back(read_back):
    read_back.text("my name is Patricia actually", "faq/chat_privacy", 0.8)
    assert read_back.said == ["confirm"] and read_back.answer.aside == ""
    assert read_back.desk.front.shown(read_back.shown.facts["name"], "c1") == "Patricia"


def test_of_two_who_give_their_names_the_first_is_called(held):
    assert held.text("Maria and Tom, 650 555 0177").said == ["ask_safe_phone"]
    assert held.desk.front.shown(held.state.name, "c1") == "Maria"


@pytest.mark.parametrize("number", ["my number is 650555", "555 012"])
def test_a_number_that_is_far_too_short_is_asked_again(held, number):
    assert held.text(number, "faq/contact", 0.9).said == ["phone_wrong"]
    assert held.text("650 555").said == ["phone_wrong"]


def test_what_is_safe_may_be_said_before_the_name(held):
    held.text("650 555 0123").text("no voicemail please", "faq/contact", 0.9)
    assert held.said == ["ask_name"] and held.answer.aside == "" and held.state.voicemail is False
    assert held.text("Sam").said == ["confirm"]


# --- kinds ---


@pytest.mark.parametrize(
    ("words", "kind"),
    [("the last one", "couples"), ("the second", "individual"), ("1", "consultation"),
     ("ok the first", "consultation")],
)  # fmt: skip
def test_the_place_of_a_kind_in_the_list_is_no_wish_for_a_time(talk, words, kind):
    talk.text("can i come on a tuesday", "booking/book", 0.9).text(words)
    assert talk.state.kind == kind
    assert {start[:10] for start in talk.state.offered} <= {"2026-12-01", "2026-12-08", "2026-12-15"}


@pytest.mark.parametrize(
    "words", ["not sure", "idk whats best", "what would you recommend", "whichever", "help me choose"]
)
def test_who_does_not_know_what_to_book_is_told_how_to_start(talk, words):
    talk.text(*WISH).text(words)
    assert talk.answer.aside == "faq/free_consultation" and talk.said == ["ask_kind"] and not talk.state.misses


def test_another_kind_is_taken_up_in_a_long_sentence_too(times):
    times.text("actually can we do the individual session instead please", "faq/together_or_separate", 0.9)
    assert times.answer.aside == "" and times.state.kind == "individual"


def test_both_of_us_picks_no_time(talk):
    talk.text(*WISH).text("couples session").text("both of us please")
    assert talk.said == ["first_times"] and not talk.state.hold


@pytest.mark.parametrize("words", ["book another one for my partner", "i want to make an appointment for my husband"])
def test_an_appointment_for_somebody_else_is_no_couples_session(talk, words):
    assert talk.text(words, "booking/book", 0.9).said == ["ask_kind"]


def test_for_my_wife_and_me_is_one(talk):
    assert talk.text("a session for my wife and me", "booking/book", 0.9).state.kind == "couples"


# --- times ---


@pytest.mark.parametrize("words", ["what about evenings?", "do you work on saturdays?"])
def test_a_question_about_hours_that_names_a_time_gets_times(times, words):
    times.text(words, "faq/hours", 0.9)
    assert times.answer.aside == "" and times.said in (["times"], ["nearest"])


def test_a_question_about_hours_that_names_none_is_answered(times):
    assert times.text("what are your hours?", "faq/hours", 0.9).answer.aside == "faq/hours"


@pytest.mark.parametrize("words", ["move it", "can we move it?", "change the time please", "I need to reschedule"])
def test_move_it_after_a_time_was_held_offers_others(held, words):
    assert held.text(words, "booking/reschedule", 0.9).said == ["first_times"]
    held.picked(1).text(SAM).text(words, "booking/reschedule", 0.9)
    assert held.said == ["first_times"] and held.state.phone


def test_the_buttons_under_older_times_still_work(held):
    start = held.state.start
    assert min(held.choose("booking/later").state.offered) > start


def test_a_bare_hour_in_another_zone_is_understood(held):
    held.text("how about monday at 4 eastern")
    assert held.state.start.startswith("2026-11-30T13:00"), held.said


@pytest.mark.parametrize(
    ("words", "meant"),
    [("el martes por la tarde", "tuesday afternoon"), ("jueves", "thursday"), ("viernes o lunes", "friday or monday"),
     ("el miercoles a las 3", "wednesday at 3"), ("el miércoles por la mañana", "wednesday morning")],
)  # fmt: skip
def test_days_in_spanish_are_understood(words, meant):
    assert understand(words, NOW, RULES.hours.zone) == understand(meant, NOW, RULES.hours.zone)


@pytest.mark.parametrize(
    ("words", "start"),
    [("hold on, can you make it 30 minutes later", "16:30"), ("half an hour earlier please", "15:30"),
     ("could we do an hour and a half later?", "17:30"), ("same time next week", "16:00")],
)  # fmt: skip
def test_a_time_counted_from_the_held_one_is_read_back_again(held, words, start):
    held.text("thursday dec 3 at 4pm").text(SAM).text(words, "faq/premature_ejaculation", 0.6)
    day = "2026-12-10" if "week" in words else "2026-12-03"
    assert held.answer.aside == "" and held.said == ["confirm"] and held.state.start.startswith(f"{day}T{start}")


@pytest.mark.parametrize("no", ["no thanks, ", "no, ", "nope. ", "HER: no, "])
def test_a_no_before_a_wish_does_not_turn_it_around(no):
    assert understand(no + "tuesday at 5", NOW, RULES.hours.zone) == understand("tuesday at 5", NOW, RULES.hours.zone)
    refused = understand("no mondays", NOW, RULES.hours.zone)
    assert refused.excluded and refused == understand("not mondays", NOW, RULES.hours.zone)


# --- a call ---


@pytest.mark.parametrize("words", ["who will call me?", "will you call me from a private number?"])
def test_a_question_about_the_call_asks_for_no_other_one(held, words):
    assert held.text(words, "handoff/human", 0.8).state.goal == "book" and held.state.hold


def test_yes_is_no_time_to_call(talk):
    talk.choose("booking/call_back").text("Sam, 650 555 0123").text("yes")
    assert talk.said == ["not_understood", "ask_when"] and talk.text("after 5").state.when == "after 5"


# --- stop, go on ---


def test_a_thumb_up_is_a_yes_and_a_thumb_down_a_no(read_back):
    assert read_back.text("\U0001f44e").said == ["what_to_change"]
    assert read_back.text("\U0001f44d\U0001f3fd").said == ["booked"]


@pytest.mark.parametrize(
    "words",
    ["nah forget it", "actually never mind, I'm not sure about this", "forget it, I can't do this",
     "I changed my mind, sorry, it's too soon", "I need to talk to my husband first", "let me check with my wife first",
     "I have to think about it"],
)  # fmt: skip
def test_second_thoughts_end_it(held, words):
    assert held.text(words, "faq/delete_my_chat", 0.7).said == ["stopped"] and not held.state.active


@pytest.mark.parametrize(
    "words",
    ["never mind monday, tuesday works", "I changed my mind, friday is better",
     "never mind the couples session, individual please", "I have to check, but thursday should work"],
)  # fmt: skip
def test_second_thoughts_with_another_wish_do_not(times, words):
    assert times.text(words).state.active and times.state.offered and "stopped" not in times.said


@pytest.mark.parametrize(
    "words", ["go on with the booking", "continue", "ok let's continue", "keep going please", "back to the booking"]
)
def test_going_on_in_words(held, words):
    assert held.text(words).said == ["ask_contact_by_phone"] and held.state.misses == 0


def test_asking_to_book_again_in_the_middle_asks_the_open_question(held):
    assert held.text("book the free call", "booking/book", 0.95).said == ["ask_contact_by_phone"]


@pytest.mark.parametrize("words", ["i don't want to give my number", "I don't want a voicemail"])
def test_what_is_not_wanted_need_not_be_the_booking(held, words):
    assert held.text(words).state.hold and "stopped" not in held.said


def test_what_to_change_may_be_said_in_a_word(read_back):
    assert read_back.text("no").said == ["what_to_change"]
    assert read_back.text("the time").said == ["first_times"]
    read_back.picked().text("change my number please")
    assert read_back.state.step == "contact" and not read_back.state.phone


# --- moving and cancelling ---


def test_cancel_it_in_the_middle_of_a_move_asks_whether_to_cancel():
    desk = Desk()
    first = desk.talk("first")
    first.text(*WISH).text("the free call").picked().text(SAM).text("yes")
    other = desk.talk("other").text("move my appointment", "booking/reschedule", 0.9)
    other.text(first.shown.facts["reference"]).text("650 555 0123").text("cancel it")
    assert other.said == ["confirm_cancel"]
    assert other.text("no, keep it").said == ["kept"]


def test_the_new_time_may_come_with_the_wish_to_move(read_back):
    read_back.text("yes").text("can you move it to thursday dec 3 at 4pm", "booking/reschedule", 0.9)
    assert read_back.said == ["confirm_move"] and read_back.state.start.startswith("2026-12-03T16:00")


def test_a_week_later_is_a_week_after_the_appointment(read_back):
    day = date.fromisoformat(read_back.state.start[:10]) + timedelta(days=7)
    read_back.text("yes").text("can you move it a week later, same time", "booking/reschedule", 0.9)
    assert read_back.said == ["confirm_move"] and read_back.state.start.startswith(str(day))


def test_a_day_after_on_which_nothing_is_free_is_said(read_back):
    read_back.text("wait, make it friday nov 27 at 10").text("yes")
    read_back.text("can you move it to the day after", "booking/reschedule", 0.9)
    assert read_back.said == ["nearest"]


def test_it_can_be_moved_earlier(held):
    held.text("thursday dec 3 at 4pm").text(SAM).text("yes")
    held.text("could you move it earlier", "booking/reschedule", 0.9)
    assert held.said == ["times"] and max(held.state.offered) < "2026-12-03T16:00"


@pytest.mark.parametrize("words", ["book another one for my partner", "I'd like to book a second appointment"])
def test_in_the_middle_of_a_move_another_one_can_be_booked(read_back, words):
    read_back.text("yes").text("move it", "booking/reschedule", 0.9).text(words, "booking/book", 0.9)
    assert read_back.state.goal == "book"


def test_the_new_time_is_remembered_until_the_appointment_is_found():
    desk = Desk()
    first = desk.talk("first")
    first.text(*WISH).text("the free call").picked().text(SAM).text("yes")
    other = desk.talk("other").text("move my appointment to friday", "booking/reschedule", 0.9)
    other.text(first.shown.facts["reference"]).text("650 555 0123")
    assert other.said == ["move_times"] and all(start.startswith("2026-11-27") for start in other.state.offered)


def test_a_reference_with_letters_it_never_has_is_looked_for_all_the_same(talk):
    talk.text("cancel my appointment", "booking/cancel", 0.9)
    assert talk.text("ABC123").said == ["ask_detail"]
    assert talk.text("650 555 0123").said == ["not_found"]
