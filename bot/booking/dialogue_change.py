"""Moving and cancelling in the conversation: whose appointment it is, then the change.

An appointment is shown only to who has its reference and the phone number or address it was made with; a wrong
pair and an unknown reference sound alike, and after three tries the practice's phone is all that is offered.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.booking import contact as rules
from bot.booking import dialogue_times
from bot.booking.dialogue_heard import has_lost_it
from bot.booking.dialogue_says import U, appointment, question
from bot.booking.dialogue_state import CANCEL, MOVE, Answer, Heard, Say, State, World
from bot.booking.records import Appointment, AppointmentOver, NoSuchAppointment, TimeTaken, UnknownKind

_REFERENCE = re.compile(r"(?<![A-Z0-9])[A-Z0-9]{6}(?![A-Z0-9])", re.IGNORECASE)
_MOST_TRIES = 3


def begin(heard: Heard, state: State, world: World) -> Answer:
    """An appointment made or shown in this conversation needs no reference again."""
    known = _found(state.target or state.booked, world)
    if known and world.service.can_change(known):
        return _shown(known, state, world, heard.text)
    wish = dialogue_times.wish_in(heard.text, world) if state.goal == MOVE else None  # for when it is found
    asking = state.at("which", target="", wish=wish.to_json() if wish else None)
    found = on_which(heard, asking, world) if reference_in(heard.text, world) else None
    return found or Answer(asking, (question(asking, world),))


def on_which(heard: Heard, state: State, world: World) -> Answer | None:
    """The reference, perhaps with the contact detail in the same message."""
    reference = reference_in(heard.text, world)
    if not reference and state.step == "which" and not rules.tokens(heard.text) and has_lost_it(heard.text):
        return Answer(state.ended(), (Say(U + "no_reference", choices=["booking/call_back"]),))
    if not reference:
        return None
    if rules.tokens(heard.text):
        return on_detail(heard, replace(state, asked=reference), world)
    asking = state.at("detail", asked=reference)
    return Answer(asking, (question(asking, world),))


def on_detail(heard: Heard, state: State, world: World) -> Answer | None:
    """The phone number or address the appointment was made with."""
    reference = reference_in(heard.text, world) or state.asked
    found = rules.tokens(heard.text)
    if not found:
        return None
    made = _found(reference, world)
    if made and _matches(made, {kind: world.vault.get(token) or "" for kind, token in found.items()}):
        return _shown(made, replace(state, asked="", tries=0), world)
    tries = state.tries + 1
    if tries >= _MOST_TRIES:
        return Answer(state.ended(), (Say(U + "not_found_call", choices=["booking/call_back"]),))
    asking = state.at("which", asked="", tries=tries)
    return Answer(asking, (Say(U + "not_found", choices=["booking/stop"]),))


def reference(state: State, world: World) -> Answer | None:
    """ "what was my reference?": of the appointment made in this conversation, else where it stands; what was asked
    before is asked again. None where the question of the reference itself is open, or booking is off."""
    made = _found(state.booked, world) or world.service.made_in(world.conversation_id)
    if made and world.service.can_change(made):
        state, told = replace(state, booked=made.reference), appointment("reference", made, world)
    elif state.step in ("which", "detail") or not world.service.is_on:
        return None
    else:
        told = Say(U + "reference_elsewhere", choices=() if state.active else ["booking/call_back"])
    return Answer(state, (told, question(state, world)) if state.active else (told,))


def change(state: State, world: World) -> Answer:
    """Moves or cancels after the read-back."""
    try:
        if state.goal == CANCEL:
            made = world.service.cancel(state.target)
            return Answer(State(), (appointment("cancelled", made, world),))
        made = world.service.move(state.target, world.local(state.start))
        return Answer(State(booked=made.reference), (appointment("moved", made, world),))
    except TimeTaken as taken:
        return dialogue_times.was_taken(state, world, taken)
    except (AppointmentOver, NoSuchAppointment, UnknownKind):
        return _cannot(state)


def reference_in(text: str, world: World) -> str:
    """The reference in a message: one that exists, else one that looks like it ("" when there is none)."""
    words: list[str] = [word.upper() for word in _REFERENCE.findall(rules.TOKEN.sub(" ", text))]
    known = [word for word in words if _found(word, world)]
    alike = [word for word in words if any(c.isdigit() for c in word) and any(c.isalpha() for c in word)]
    return next(iter(known or alike), "")


def _shown(made: Appointment, state: State, world: World, text: str = "") -> Answer:
    if not world.service.can_change(made):
        return _cannot(state)
    start = made.start.astimezone(world.zone).isoformat(timespec="minutes")
    known = replace(state, target=made.reference, kind=made.kind_id, start=start)
    if state.goal == MOVE and world.kind(made.kind_id):
        return dialogue_times.offer_instead(text, known, world)
    if state.goal == MOVE:
        return _cannot(state)
    asking = known.at("confirm")
    return Answer(asking, (question(asking, world),))


def _cannot(state: State) -> Answer:
    return Answer(state.ended(), (Say(U + "cannot_change", choices=["booking/call_back"]),))


def _found(reference: str, world: World) -> Appointment | None:
    if not reference:
        return None
    try:
        return world.service.find(reference)
    except NoSuchAppointment:
        return None


def _matches(made: Appointment, given: dict[str, str]) -> bool:
    if made.contact is None:
        return False
    number, address = rules.phone(given.get("PHONE", "")), rules.email(given.get("EMAIL", ""))
    return bool((number and number == made.contact.phone) or (address and address == made.contact.email))
