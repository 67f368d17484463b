"""A conversation with the booking rules alone: the real service on SQLite, a vault in memory, no model."""

import re

from bot.booking.dialogue import answer
from bot.booking.dialogue_state import Heard, State
from bot.booking.front import Front, Parts
from bot.booking.service import Booking
from tests.booking_helpers import RULES, Clock, Reversed
from tests.databases import emptied


class MemoryVault:
    def __init__(self):
        self.values = {}

    def put(self, kind, value, conversation_id):
        token = f"<{kind}:v{len(self.values):016x}>"
        self.values[token] = (value, conversation_id)
        return token

    def get(self, token, conversation_id=None):
        value, owner = self.values.get(token, (None, None))
        return value if conversation_id in (None, owner) else None


class Pages:
    def page(self, appointment, zone=""):
        return f"/booking/{appointment.id}" + (f"?zone={zone}" if zone else "")

    def calendar_file(self, appointment):
        return f"/booking/{appointment.id}/appointment.ics"


def names_in(text):
    """What redaction finds, for the few names of these tests."""
    return [match.span() for match in re.finditer(r"\b(?:Sam|Maria|Tom|Patricia)\b", text)]


class Desk:
    """One practice: its booking and vault, for any number of conversations."""

    def __init__(self, rules=RULES):
        self.clock = Clock()
        self.booking = Booking(emptied("booking"), Reversed(), rules, RULES.hours.zone, self.clock)
        self.vault = MemoryVault()
        parts = Parts(self.booking, self.vault, Pages())
        self.front = Front(lambda: parts, RULES.hours.zone, self.clock, names_in)

    def talk(self, conversation_id="c1"):
        return Talk(self, conversation_id)


class Talk:
    """One conversation, said turn by turn. `said` are the keys of the last answer, `shown` the last Say."""

    def __init__(self, desk, conversation_id):
        self.desk, self.id, self.state = desk, conversation_id, State()
        self.turns, self.answer = 0, None

    def _answered(self, heard):
        self.turns += 1
        self.answer = answer(heard, self.state, self.desk.front.world(self.id))
        self.state = State.from_json(self.answer.state.to_json())
        return self

    def text(self, text, intent="nlu_fallback", confidence=0.1):
        history = [{"event": "slot", "name": "booking", "value": self.state.to_json()}]
        taken = self.desk.front.taken(text, self.id, history)
        return self._answered(Heard(taken, intent=intent, confidence=confidence))

    def choose(self, choice):
        return self._answered(Heard(choice=choice, intent=choice, confidence=1.0))

    def fill(self, **values):
        return self._answered(Heard(form=self.desk.front.taken_form(values, self.id), intent="booking/contact"))

    @property
    def said(self):
        return [say.key.removeprefix("utter_booking_") for say in self.answer.says]

    @property
    def shown(self):
        return self.answer.says[-1]

    @property
    def choices(self):
        return [choice if isinstance(choice, str) else choice[0] for choice in self.shown.choices]

    def picked(self, number=0):
        return self.choose([choice for choice in self.choices if choice.startswith("booking/time:")][number])
