"""Answers to how to reach the visitor, and the two things that need it: booking and asking for a call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Mapping

from bot.booking import contact as rules
from bot.booking import dialogue_heard, dialogue_times
from bot.booking.dialogue_reach import next_question, noted
from bot.booking.dialogue_says import U, appointment, contact, phone_needed, question
from bot.booking.dialogue_state import BOOK, CALL_BACK, Answer, Heard, Say, State, World
from bot.booking.records import Contact, NoSuchAppointment, TimeTaken

_SAFE = {  # choice -> (voicemail, write); None leaves it as it is
    "safe_all": (True, True),
    "safe_phone": (True, False),
    "safe_email": (False, True),
    "safe_none": (False, False),
    "voicemail_yes": (True, None),
    "voicemail_no": (False, None),
    "write_yes": (None, True),
    "write_no": (None, False),
}


def on_contact(heard: Heard, state: State, world: World) -> Answer | None:
    """Name and number, in one message or piece by piece, or the form."""
    return changed(heard, state, world) or dialogue_times.changed(heard, state, world)


def changed(heard: Heard, state: State, world: World) -> Answer | None:
    """Contact details in a message, at whatever question they come; None when there are none."""
    if heard.form is not None and state.goal in (BOOK, CALL_BACK):
        return _form(heard.form, state, world)
    name, _ = heard.chosen
    by_word = state.step == "confirm" and dialogue_heard.says_other_contact(heard.text)
    if name == "other_contact" or (by_word and state.goal in (BOOK, CALL_BACK)):
        cleared = state.at("contact", name="", phone="", email="", domain="", voicemail=None, write=None)
        return Answer(cleared, (question(cleared, world),))
    if name or state.goal not in (BOOK, CALL_BACK):
        return None
    told = noted(heard.text, state)
    return next_question(told, world) if told != state else None


def on_safe(heard: Heard, state: State, world: World) -> Answer | None:
    """May we leave a message, may we write."""
    name, _ = heard.chosen
    if name in _SAFE:
        return next_question(_with_safe(state, *_SAFE[name]), world)
    told = changed(heard, state, world) or dialogue_times.changed(heard, state, world)
    if told:
        return told
    yes, no = dialogue_heard.says_yes(heard.text), dialogue_heard.says_no(heard.text)
    return next_question(_with_safe(state, yes, yes), world) if yes or no else None


def on_domain(heard: Heard, state: State, world: World) -> Answer | None:
    """ "Did you mean gmail.com?": changed only on a yes."""
    name, _ = heard.chosen
    address = world.vault.get(state.email) or ""
    if name == "domain_yes" or (not name and dialogue_heard.says_yes(heard.text)):
        mended = world.vault.put("EMAIL", rules.with_domain(rules.email(address) or address, state.domain))
        return next_question(replace(state, email=mended), world)
    if name == "domain_no" or (not name and dialogue_heard.says_no(heard.text)):
        return next_question(state, world)
    return changed(heard, state, world) or dialogue_times.changed(heard, state, world)


def on_when(heard: Heard, state: State, world: World) -> Answer | None:
    """A good time to call, in the visitor's own words."""
    name, _ = heard.chosen
    if name.startswith("when_"):
        return next_question(replace(state, when=U + f"choice_{name}"), world)
    state = noted(heard.text, state)
    words = " ".join(dialogue_heard.without_tokens(heard.text).split())[:200]
    if len(words.split()) == 1 and (dialogue_heard.says_yes(words) or dialogue_heard.says_no(words)):
        return None  # "yes" is no time
    return next_question(replace(state, when=words), world) if words and not name else None


def book(state: State, world: World) -> Answer:
    """Makes the held time an appointment. The visitor has seen what is booked."""
    zone = str(world.visitor_zone or "")
    try:
        try:
            made = world.service.confirm(state.hold, _contact(state, world), zone)
        except NoSuchAppointment:  # the hold was let go meanwhile: the time may still be free
            hold = world.service.hold(state.kind, world.local(state.start), world.conversation_id)
            made = world.service.confirm(hold.id, _contact(state, world), zone)
    except TimeTaken as taken:
        return dialogue_times.was_taken(state, world, taken)
    return Answer(State(booked=made.reference), (appointment("booked", made, world),))


def ask_for_call(state: State, world: World) -> Answer:
    """Keeps the wish to be called."""
    asked = world.service.call_back(state.key, _contact(state, world), state.when, world.conversation_id)
    return Answer(state.ended(), (Say(U + "call_back_asked", {"reference": asked.reference}),))


def _with_safe(state: State, voicemail: bool | None, write: bool | None) -> State:
    """What is already said is not asked and not changed."""
    return replace(
        state,
        voicemail=voicemail if voicemail is not None and state.phone and state.voicemail is None else state.voicemail,
        write=write if write is not None and state.email and state.write is None else state.write,
    )


def _form(values: Mapping[str, Any], state: State, world: World) -> Answer:
    """The contact form in one call. It names what it books, so that sending it is the confirmation."""
    tokens = {field: str(values.get(field) or "") for field in rules.FIELDS}
    plain = {field: world.vault.get(token) or "" for field, token in tokens.items() if token}
    ticked = {name: rules.is_ticked(values.get(name)) for name in ("voicemail", "write", "reminder")}
    filled = state.at("contact", **tokens, **ticked, when=str(values.get("when") or state.when)[:200])
    faults = {f: U + f"form_{f}_{fault}" for f, fault in rules.form_faults(plain, phone_needed(state, world)).items()}
    domain = rules.suggested_domain(rules.email(plain.get("email", "")) or "") if "email" not in faults else None
    if domain and domain != state.domain:
        faults["email"] = U + "form_email_domain"
        filled = replace(filled, domain=domain)
    if faults:
        say = contact(filled, world, "form_again", faults)
        return Answer(filled, (Say(say.key, {**say.facts, "domain": filled.domain}, say.choices, say.card),))
    if state.goal == CALL_BACK:
        return ask_for_call(replace(filled, when=filled.when or U + "choice_when_any"), world)
    return book(filled, world)


def _contact(state: State, world: World) -> Contact:
    """The real values, for the appointment's own sealed columns."""
    values = {field: world.vault.get(getattr(state, field)) or "" for field in rules.FIELDS if getattr(state, field)}
    return Contact(
        first_name=rules.first_name(values.get("name", "")) or "",
        phone=rules.phone(values.get("phone", "")) or "",
        email=rules.email(values.get("email", "")) or "",
        voicemail_ok=bool(state.voicemail and state.phone),
        write_ok=bool(state.write and state.email),
        reminder=bool(state.reminder and state.write and state.email),
    )
