"""Booking over real HTTP: the trained model, the real service, vault and log in one database on disk."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.booking.front import Front, Parts, use
from bot.channel.dialogue import RasaDialogue
from bot.channel.wording import ReviewedWording
from bot.database import Database
from bot.log.vault_store import SqlVaultStore
from bot.practice import load_practice
from bot.privacy.keys import Sealer
from bot.privacy.vault import Vault
from bot.settings import Settings
from bot.wiring_facts import facts_of
from bot.wiring_parts import make_front, make_guard, make_redactor, redacting
from tests.booking_helpers import NOW, RULES, open_booking
from tests.channel_ports import log_alone

WISH = "I'd like to book the free consultation"
PRACTICE = load_practice(Path("tests/data/practice_booking.yml"))
NUMBER, READ_BACK = "650 555 0123", "650 555 0123 (a message is fine)"


@pytest.fixture(scope="module")
def model():
    return RasaDialogue(Path("models"), ReviewedWording(PRACTICE, facts_of(PRACTICE)))


@pytest.fixture
def chat(serve, model, tmp_path):
    def details(database):
        booking = open_booking(f"sqlite:///{tmp_path}/booking.db", lambda: NOW)
        booking.migrate()
        opened.append(booking)
        vault = Vault(Sealer(tmp_path / "keys", ""), SqlVaultStore(database))
        return use(Front(lambda: Parts(booking, vault, booking.links()), RULES.hours.zone, lambda: NOW))

    opened = []
    return Chat(serve(screen=make_guard(), dialogue=model, details=details), tmp_path, opened[0])


class Chat:
    """One visitor; every answer is the list of the bot's messages."""

    def __init__(self, server, folder, booking):
        self.server, self.folder, self.booking, self.token = server, folder, booking, server.start()

    def _messages(self, answer):
        assert answer.status == 200, answer.body
        return answer.json["messages"]

    def say(self, text):
        return self._messages(self.server.say(self.token, text))

    def choose(self, choice):
        return self._messages(self.server.say(self.token, None, choice=choice))

    def fill(self, **values):
        return self._messages(self.server.say(self.token, None, form={"id": "contact", "values": values}))

    def on_disk(self):
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())


def first_time(messages):
    return next(c["id"] for c in messages[-1]["choices"] if c["id"].startswith("booking/time:"))


def test_from_book_to_a_reference_in_words(chat):
    assert "come for" in chat.say("I'd like an appointment")[-1]["text"]
    times = chat.say("the free call")
    assert times[-1]["card"]["type"] == "times" and times[-1]["outcome"] == "booking/book"
    chat.choose(first_time(times))
    assert READ_BACK in chat.say(f"Sam, {NUMBER}, text is ok")[-1]["text"]
    done = chat.say("yes please")[-1]
    assert done["card"]["type"] == "appointment" and done["card"]["reference"] in done["text"]


def test_the_reference_is_told_again_however_much_was_said_since(chat):
    chat.choose(first_time(chat.say(WISH)))
    chat.say(f"Sam, {NUMBER}, text is ok")
    reference = chat.say("yes please")[-1]["card"]["reference"]
    for _ in range(6):
        chat.choose("faq/cost")
    assert reference in chat.say("what was my reference?")[-1]["text"]


def test_no_contact_detail_reaches_the_disk_in_clear_and_the_visitor_still_sees_it(chat):
    """The read-back shows the visitor's number; the log behind it, the dialogue's events included, must not hold it."""
    chat.choose(first_time(chat.say(WISH)))
    chat.say(f"Quenby, {NUMBER}, text is ok")
    chat.say("yes")
    disk = chat.on_disk()
    for clear in (b"Quenby", NUMBER.encode(), b"6505550123"):
        assert clear not in disk
    transcript = chat.server.call("GET", "/chat/transcript", token=chat.token).body.decode()
    assert READ_BACK in transcript and "Quenby" in transcript
    history = chat.server.call("GET", "/chat/messages", token=chat.token).json["messages"]
    assert any(READ_BACK in message["text"] for message in history)


def test_the_form_books_in_one_call_and_its_faults_come_back_in_the_card(chat):
    card = chat.choose(first_time(chat.say(WISH)))[-1]["card"]
    assert card["type"] == "form" and card["id"] == "contact" and "(Pacific Time)" in card["title"]
    again = chat.fill(name="Quenby", phone="650 55", voicemail=True)[-1]
    assert set(again["card"]["errors"]) == {"phone"}
    assert again["card"]["fields"][0]["value"] == "Quenby"
    assert chat.fill(name="Quenby", phone=NUMBER, voicemail=True)[-1]["card"]["type"] == "appointment"
    assert b"Quenby" not in chat.on_disk()


def test_a_name_given_before_it_is_asked_is_sealed_too_and_comes_back_in_the_read_back(serve, model, tmp_path):
    settings = Settings(database_url=f"sqlite:///{tmp_path}/booking.db", keys_file=tmp_path / "keys")
    redactor = make_redactor(PRACTICE)
    front = use(make_front(settings, PRACTICE, Database(settings.database_url), redactor))

    def privacy(log):
        return replace(log_alone(log), redact=redacting(redactor))

    served = serve(screen=make_guard(), dialogue=model, details=lambda _: front, privacy=privacy)
    chat = Chat(served, tmp_path, front.parts.service)
    chat.say(WISH)
    times = chat.say("My name is Priya by the way")
    chat.choose(first_time(times))
    chat.say(NUMBER)
    assert "For Priya, 650 555 0123" in chat.say("yes, a message is fine")[-1]["text"]
    assert b"Priya" not in chat.on_disk()


def test_a_token_of_another_conversation_shows_nothing(chat):
    """Somebody who learns or guesses a token and types it must not be shown what it stands for."""
    chat.choose(first_time(chat.say(WISH)))
    chat.say(f"Quenby, {NUMBER}")
    stolen = chat.server.database
    with stolen.reading() as connection:
        token = connection.exec_driver_sql("SELECT token FROM vault WHERE token LIKE '<PHONE%'").scalar()
    other = Chat(chat.server, chat.folder, chat.booking)
    other.choose(first_time(other.say(WISH)))
    said = other.say(f"my number is {token}, text is ok")
    assert NUMBER not in str(said)
    assert NUMBER not in str(other.fill(name="Eve", phone=token))


def test_a_crisis_in_the_middle_is_answered_first_and_the_booking_can_go_on(chat):
    chat.choose(first_time(chat.say(WISH)))
    crisis = chat.say("i want to kill myself")[-1]
    assert crisis["outcome"] == "safety/self_harm" and crisis["card"]["type"] == "crisis"
    assert crisis["choices"][0] == {"id": "booking/book", "title": "Go on with the booking"}
    for _ in range(5):  # longer than the dialogue looks back
        chat.say("i want to kill myself")
    resumed = chat.choose("booking/book")[-1]
    assert resumed.get("card", {}).get("type") == "form", resumed
    assert chat.say(f"Sam, {NUMBER}, no voicemail")[-1]["text"].startswith("Shall I book this?")


def test_a_crisis_inside_the_form_is_seen(chat):
    chat.choose(first_time(chat.say(WISH)))
    assert chat.fill(name="i want to kill myself", phone=NUMBER)[-1]["outcome"] == "safety/self_harm"


def test_a_question_in_the_middle_counts_as_that_question(chat):
    chat.say(WISH)
    answer, question = chat.say("how much is a session?")
    assert answer["outcome"] == "faq/cost" and "choices" not in answer
    assert question["outcome"] == "booking/book" and question["choices"]


def test_who_does_not_know_what_to_book_is_told_how_to_start(chat):
    chat.say("I'd like an appointment")
    start, question = chat.say("what would you recommend")
    assert start["outcome"] == "faq/free_consultation" and "come for" in question["text"]


def test_many_questions_in_the_middle_do_not_lose_the_booking(chat):
    chat.choose(first_time(chat.say(WISH)))
    for _ in range(6):
        chat.say("how much is a session?")
    assert chat.say(f"Sam, {NUMBER}, text is ok")[-1]["text"].startswith("Shall I book this?")


@pytest.mark.parametrize(
    "form",
    [{"id": "other", "values": {}}, {"id": "contact"}, {"id": "contact", "values": []}, "contact", [],
     {"id": "contact", "values": {str(n): "x" for n in range(50)}}],
)  # fmt: skip
def test_a_form_of_another_shape_is_refused(chat, form):
    assert chat.server.say(chat.token, None, form=form).code == "unknown_form"


@pytest.mark.parametrize(
    "values", [{}, {"name": {"a": 1}, "phone": 5}, {"name": None}, {"name": "A" * 5000, "phone": "1" * 900}]
)
def test_odd_values_in_a_form_break_nothing(chat, values):
    chat.choose(first_time(chat.say(WISH)))
    assert chat.fill(**values)[-1]["card"]["errors"]


def test_a_form_without_a_booking_begins_one(chat):
    assert chat.fill(name="Sam", phone=NUMBER)[-1]["outcome"] == "booking/book"


@pytest.mark.parametrize("choice", ["booking/time:2026-12-03T03:00-08:00", "booking/time:nonsense", "booking/kind:none",
                                    "booking/yes", "booking/voicemail_yes", "booking/keep"])  # fmt: skip
def test_choices_that_were_not_offered_book_nothing(chat, choice):
    chat.say(WISH)
    chat.choose(choice)
    assert not chat.booking.upcoming()
