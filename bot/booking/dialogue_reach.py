"""How to reach the visitor: what is known of it, and the first question that is still open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.booking import contact as rules
from bot.booking.dialogue_says import contact, phone_needed, question
from bot.booking.dialogue_state import CALL_BACK, Answer, State, World


def next_question(state: State, world: World) -> Answer:
    """The first thing still missing before the read-back."""
    problem = _mended(state, world)
    if problem:
        return problem
    if not state.name or not _reachable(state, world):
        asking = state.at("contact")
    elif state.goal == CALL_BACK and not state.when:
        asking = state.at("when")
    elif (state.phone and state.voicemail is None) or (state.email and state.write is None):
        asking = state.at("safe")
    else:
        asking = state.at("confirm")
    return Answer(asking, (question(asking, world),))


def noted(text: str, state: State) -> State:
    """The state with the tokens and permissions of a message."""
    found, safe = rules.tokens(text), rules.safe_ways(text)
    changes: dict[str, Any] = {field: found[kind] for field, kind in rules.FIELDS.items() if kind in found}
    if state.step == "confirm":  # another number or address: what is safe there was not said
        changes |= {name: None for field, name in (("phone", "voicemail"), ("email", "write")) if field in changes}
    if safe.voicemail is not None:
        changes["voicemail"] = safe.voicemail
    if safe.write is not None:
        changes["write"] = safe.write
    return replace(state, **changes)


def says_what_is_safe(text: str) -> bool:
    """ "text is ok", "no voicemail"."""
    return rules.safe_ways(text) != rules.Safe()


def _reachable(state: State, world: World) -> bool:
    return bool(state.phone if phone_needed(state, world) else state.phone or state.email)


def _mended(state: State, world: World) -> Answer | None:
    """Asks again for a number or address that cannot be one; suggests the usual domain for a mistyped one."""
    if state.phone and rules.phone(world.vault.get(state.phone) or "") is None:
        asking = state.at("contact", phone="")
        return Answer(asking, (contact(asking, world, "phone_wrong"),))
    if not state.email:
        return None
    address = rules.email(world.vault.get(state.email) or "")
    if address is None:
        asking = state.at("contact", email="")
        return Answer(asking, (contact(asking, world, "email_wrong"),))
    domain = rules.suggested_domain(address)
    if domain is None or state.domain == domain:
        return None
    asking = state.at("domain", domain=domain)
    return Answer(asking, (question(asking, world),))
