"""The booking conversation: pure rules over the booking service, the vault and the state between two messages.

    kind -> time -> contact (-> domain) (-> safe) -> confirm -> booked          goal "book"
    which -> detail -> time -> confirm -> moved                                 goal "move"
    which -> detail -> confirm -> cancelled                                     goal "cancel"
    contact -> when (-> safe) -> confirm -> asked for a call                    goal "call_back"

At every step a question of its own is answered first and the open question asked again; "go back", "stop" and
"wait, make it Friday" do what they say. Nothing is booked that was not read back with its full date: by the
confirm step, or by the contact form, which names what sending it books.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import Callable

from bot.booking import contact as rules
from bot.booking import (
    dialogue_change,
    dialogue_contact,
    dialogue_heard,
    dialogue_reach,
    dialogue_says,
    dialogue_times,
)
from bot.booking.dialogue_says import U, question
from bot.booking.dialogue_state import BOOK, CALL_BACK, CANCEL, MOVE, Answer, Heard, Say, State, World
from bot.booking.records import NoSuchAppointment
from bot.dialogue_rules import asks_for_reference

_GOALS = {
    "book": BOOK, "reschedule": MOVE, "cancel": CANCEL, "call_back": CALL_BACK, "handoff/human": CALL_BACK,
    "move_instead": MOVE,
}  # fmt: skip
_MOST_MISSES = 2
WAY_TO_START = "faq/free_consultation"  # what is told to who does not know what to book
_LAST_WORDS = 200  # characters of a long first message in which a wish for a time is looked for
Step = Callable[[Heard, State, World], "Answer | None"]


def answer(heard: Heard, state: State, world: World) -> Answer:
    """What comes of one message. The state is active before it, or the message asks for a booking."""
    told = dialogue_change.reference(state, world) if asks_for_reference(heard.text) else None
    if told:
        return told
    if not state.active and heard.intent == "handoff/human" and not dialogue_heard.wants_call(heard.text):
        return Answer(state, (), heard.intent)  # it names the phone, and offers the call as a choice
    if not state.active:
        return _begin(heard, state, world, _goal(heard) or BOOK)
    aside = dialogue_heard.question_aside(heard)
    if aside == "handoff/human" and state.goal != CALL_BACK and dialogue_heard.wants_call(heard.text):
        _let_go(state, world)
        return _begin(heard, state.ended(), world, CALL_BACK)
    if aside and not _belongs_here(heard, state, world):
        return replace(_asked(state, world), aside=aside)
    goal = _switched(heard, state)
    if goal:
        _let_go(state, world)
        return _begin(heard, replace(state, step="") if goal in (MOVE, CANCEL) else state.ended(), world, goal)
    name, _ = heard.chosen
    if name in _GOALS or name == "resume" or (not name and dialogue_heard.says_go_on(heard.text)):
        return _asked(state, world)
    if name == "stop" or (not name and _wants_out(heard, state, world)):
        _let_go(state, world)
        key = "kept" if state.goal in (MOVE, CANCEL) else "stopped"
        return Answer(state.ended(), (Say(U + key, choices=["booking/book", "booking/call_back"]),))
    if name == "back" or (not name and dialogue_heard.says_back(heard.text)):
        return _back(state, world)
    answered = _STEPS[state.step](heard, state, world)
    if answered is None and _goal(heard) == state.goal and heard.confidence >= dialogue_heard.SURE:
        return _asked(state, world)  # "I want to book": they are about it
    return answered or _not_understood(state, world)


def expects_name(state: State) -> bool:
    """Whether a lone word may be the visitor's name."""
    return state.step == "contact"


def _begin(heard: Heard, state: State, world: World, goal: str) -> Answer:
    if goal == CALL_BACK:
        begun = State(goal=CALL_BACK, booked=state.booked, key=uuid.uuid4().hex, name=state.name, phone=state.phone)
        return dialogue_reach.next_question(begun, world)
    if not world.service.is_on:
        key = {BOOK: "utter_booking/book", MOVE: "utter_booking/reschedule", CANCEL: "utter_booking/cancel"}[goal]
        return Answer(state.ended(), (Say(key, choices=["booking/call_back"]),))
    if goal in (MOVE, CANCEL):
        return dialogue_change.begin(heard, State(goal=goal, booked=state.booked, target=state.target), world)
    kinds = world.service.kinds()
    named = kinds[0] if len(kinds) == 1 else dialogue_heard.named_kind(heard.text, kinds) if heard.text else None
    begun = State(goal=BOOK, booked=state.booked, kind=named.id if named else "")
    wish = dialogue_times.wish_in(_last_words(heard.text), world) if heard.text else None
    begun = replace(begun, wish=wish.to_json() if wish else None)
    if named:
        return dialogue_times.offer(begun, world, "times_of", title=named.title)
    return _asked(begun.at("kind"), world)


def _goal(heard: Heard) -> str:
    name, _ = heard.chosen
    return _GOALS.get(name, "") or _GOALS.get(heard.intent.removeprefix("booking/"), "")


def _switched(heard: Heard, state: State) -> str:
    """Another goal, when the message clearly asks for it in the middle of this one."""
    name, _ = heard.chosen
    if name:
        goal = _GOALS.get(name, "")
        return goal if goal and goal != state.goal else ""
    if state.goal == MOVE and state.target and re.search(r"\bcancel\b", heard.text.casefold()):
        return CANCEL  # "cancel it": asked for its yes like any other
    goal = _goal(heard)
    talks_of_one = re.search(r"\b(?:my|the|an|existing) (?:appointment|session|booking|reservation|appt)\b", heard.text)
    if state.booked and state.step == "kind":  # what was booked a moment ago
        talks_of_one = talks_of_one or re.search(r"\b(?:move|change|cancel|reschedule) it\b", heard.text.casefold())
    if goal in (MOVE, CANCEL) and state.goal == BOOK and state.step in ("kind", "time") and talks_of_one:
        return goal if heard.confidence >= dialogue_heard.SURE else ""
    asks_anew = state.step in ("which", "detail") or re.search(r"\b(?:another|one more|new|second)\b", heard.text)
    return goal if goal == BOOK and state.goal != BOOK and asks_anew and heard.confidence >= 0.7 else ""


def _belongs_here(heard: Heard, state: State, world: World) -> bool:
    """Whether words that sound like another topic are an answer to the open question all the same."""
    if heard.choice:
        return False
    text = heard.text
    if state.step in ("contact", "safe", "confirm") and dialogue_times.asks_for_others(text, state, world):
        return True
    if "?" in text:  # "what about evenings?" among offered times
        return state.step == "time" and heard.intent == "faq/hours" and dialogue_times.wish_in(text, world) is not None
    if _wants_out(heard, state, world) or dialogue_heard.says_back(text) or dialogue_heard.says_go_on(text):
        return True
    if state.step in ("contact", "safe", "domain", "confirm") and dialogue_reach.says_what_is_safe(text):
        return True
    if state.step in ("safe", "domain", "confirm") and (dialogue_heard.says_yes(text) or dialogue_heard.says_no(text)):
        return True
    if state.step == "kind":
        kinds = world.service.kinds()
        return (dialogue_heard.listed_kind(text, kinds) or dialogue_heard.named_kind(text, kinds)) is not None
    if state.step == "time":
        return dialogue_times.is_about_times(text, state, world)
    return state.step == "when" or (state.step == "which" and dialogue_change.reference_in(text, world) != "")


def _means_yes(heard: Heard, state: State) -> bool:
    """ "cancel it" at the question whether to cancel."""
    return state.goal == CANCEL and state.step == "confirm" and "cancel" in heard.text.casefold()


def _wants_out(heard: Heard, state: State, world: World) -> bool:
    """ "stop", "never mind, I'm not sure"; not "never mind monday, tuesday works"."""
    if dialogue_heard.says_stop(heard.text):
        return not _means_yes(heard, state)
    if not dialogue_heard.has_second_thoughts(heard.text) or state.goal == CANCEL:
        return False
    others = [kind for kind in world.service.kinds() if kind.id != state.kind]
    goes_on = rules.tokens(heard.text) or dialogue_times.wish_in(heard.text, world)
    return not goes_on and not dialogue_heard.names_kinds(heard.text, others)


def _on_kind(heard: Heard, state: State, world: World) -> Answer | None:
    name, value = heard.chosen
    kinds, before = world.service.kinds(), state
    state = dialogue_reach.noted(heard.text, state)
    listed = world.kind(value) if name == "kind" else dialogue_heard.listed_kind(heard.text, kinds)
    found = listed or dialogue_heard.named_kind(heard.text, kinds)
    wish = None if listed else dialogue_times.wish_in(heard.text, world)  # "2" is the second, not two o'clock
    if found is None:  # "any evening", a name: kept until the kind is known
        told = state.at("kind", wish=wish.to_json()) if wish else state
        if dialogue_heard.is_unsure(heard.text) and not (wish and (wish.names_days or wish.names_hours)):
            return replace(_asked(state, world), aside=WAY_TO_START)
        return _asked(told, world) if told != before else None
    chosen = replace(state, kind=found.id, wish=wish.to_json() if wish else state.wish)
    return dialogue_times.offer(chosen, world)


def _on_confirm(heard: Heard, state: State, world: World) -> Answer | None:
    name, _ = heard.chosen
    if name in ("yes", "yes_call", "yes_move", "yes_cancel"):
        return _done(state, world)
    if name == "keep":
        return Answer(state.ended(), (Say(U + "kept"),))
    changed = dialogue_contact.changed(heard, state, world) or dialogue_times.changed(heard, state, world)
    if changed:
        return changed
    if _means_yes(heard, state) or dialogue_heard.says_yes(heard.text):
        return _done(state, world)
    if dialogue_heard.says_no(heard.text):
        if state.goal == CANCEL:
            return Answer(state.ended(), (Say(U + "kept"),))
        return Answer(state, (dialogue_says.read_back(state, world, "what_to_change"),))
    return None


def _done(state: State, world: World) -> Answer:
    if state.goal == BOOK:
        return dialogue_contact.book(state, world)
    if state.goal == CALL_BACK:
        return dialogue_contact.ask_for_call(state, world)
    return dialogue_change.change(state, world)


def _back(state: State, world: World) -> Answer:
    """One question back; at the first one it is asked again."""
    if state.step in ("confirm", "safe", "domain") and state.goal in (BOOK, CALL_BACK):
        voices = {"voicemail": None, "write": None}
        return _asked(state.at("contact", name="", phone="", email="", domain="", when="", **voices), world)
    if state.step == "when":
        return _asked(state.at("contact", name="", phone=""), world)
    if state.step in ("contact", "confirm") and state.goal in (BOOK, MOVE):
        return dialogue_times.offer(replace(state, wish=None), world)
    if state.step == "time" and state.goal == BOOK and len(world.service.kinds()) > 1:
        return _asked(state.at("kind", kind="", wish=None, offered=()), world)
    if state.step == "detail":
        return _asked(state.at("which", asked=""), world)
    return _asked(state, world)


def _not_understood(state: State, world: World) -> Answer:
    missed = replace(state, misses=state.misses + 1)
    if missed.misses >= _MOST_MISSES:  # a person can help; the booking stays open
        return Answer(missed, (Say(U + "lost", choices=["booking/resume", "booking/call_back", "booking/stop"]),))
    return Answer(missed, (Say(U + "not_understood"), question(missed, world)))


def _let_go(state: State, world: World) -> None:
    if state.hold:
        try:
            world.service.release(state.hold)
        except NoSuchAppointment:
            pass


def _asked(state: State, world: World) -> Answer:
    return Answer(state, (question(state, world),))


def _last_words(text: str) -> str:
    """A long story names the wanted time at its end; what happened last night is no wish."""
    if len(text) <= _LAST_WORDS:
        return text
    sentences = re.split(r"(?<=[.!?])\s+", text)
    return " ".join(sentences[-2:])


_STEPS: dict[str, Step] = {
    "kind": _on_kind,
    "time": dialogue_times.on_time,
    "contact": dialogue_contact.on_contact,
    "domain": dialogue_contact.on_domain,
    "safe": dialogue_contact.on_safe,
    "when": dialogue_contact.on_when,
    "confirm": _on_confirm,
    "which": dialogue_change.on_which,
    "detail": dialogue_change.on_detail,
}
