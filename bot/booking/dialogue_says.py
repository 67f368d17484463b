"""The questions and answers of the booking conversation, as keys of reviewed texts with their facts and cards."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any, Mapping

from bot.booking.dialogue_state import BOOK, CALL_BACK, CANCEL, MOVE, Choice, Say, State, World
from bot.booking.records import Appointment
from bot.booking.wording import clock_words, your_time

U = "utter_booking_"
_TIMES_OF_DAY = ("booking/when_any", "booking/when_morning", "booking/when_afternoon", "booking/when_evening")


def question(state: State, world: World) -> Say:
    """The open question of a state, asked (again)."""
    if state.step == "kind":
        kinds: list[Choice] = [(f"booking/kind:{kind.id}", {"title": kind.title}) for kind in world.service.kinds()]
        return Say(U + "ask_kind", choices=kinds)
    if state.step == "time":
        return times(state, world, "times" if state.offered else "ask_time")
    if state.step == "contact":
        return contact(state, world)
    if state.step == "domain":
        choices: list[Choice] = [("booking/domain_yes", {"domain": state.domain}), "booking/domain_no"]
        return Say(U + "ask_domain", {"domain": state.domain}, choices)
    if state.step == "safe":
        return safe(state)
    if state.step == "when":
        return Say(U + "ask_when", choices=_TIMES_OF_DAY)
    if state.step == "confirm":
        return read_back(state, world)
    return Say(U + ("ask_detail" if state.step == "detail" else "ask_reference"), choices=["booking/stop"])


def times(state: State, world: World, key: str, **facts: str) -> Say:
    """Offered times as choices and as a card, with the ways to others."""
    offered = [world.local(iso) for iso in state.offered]
    picks: list[Choice] = [(choice_id(start), {"time": _both(short(start, world), start, world)}) for start in offered]
    ways = ["booking/earlier", "booking/later", "booking/another_day"]
    days = [
        {"label": day(first, world), "times": [_card_time(start, world) for start in (first, *rest)]}
        for _, (first, *rest) in groupby(sorted(offered), key=lambda start: start.date())
    ]
    card = {"type": "times", "days": days, "zone": world.zone_name} if offered else None
    return Say(U + key, {"zone": world.zone_name, **facts}, [*picks, *ways], card)


def contact(state: State, world: World, key: str = "", errors: Mapping[str, str] | None = None) -> Say:
    """Asks for what is still missing of name and number or address; the card asks for all of it at once."""
    missing = "contact" if not (state.name or state.phone or state.email) else "name" if not state.name else "reach"
    if missing != "name" and phone_needed(state, world):
        missing += "_by_phone"
    held = state.goal == BOOK
    facts = _what(state, world) if held else {}
    lead = {True: "", False: "call_back_"}[held]
    choices = ["booking/other_time", "booking/stop"] if held else ["booking/stop"]
    return Say(U + (key or f"ask_{lead}{missing}"), facts, choices, _form(state, world, errors))


def phone_needed(state: State, world: World) -> bool:
    """Whether an e-mail address alone is not enough: somebody is going to call."""
    kind = world.kind(state.kind)
    return state.goal == CALL_BACK or (kind is not None and kind.place == "phone")


def safe(state: State) -> Say:
    """May we leave a message, may we write: only what was not said yet."""
    if state.phone and state.voicemail is None and state.email and state.write is None:
        choices = ["booking/safe_all", "booking/safe_phone", "booking/safe_email", "booking/safe_none"]
        return Say(U + "ask_safe_both", choices=choices)
    if state.phone and state.voicemail is None:
        return Say(U + "ask_safe_phone", choices=["booking/voicemail_yes", "booking/voicemail_no"])
    return Say(U + "ask_safe_email", choices=["booking/write_yes", "booking/write_no"])


def read_back(state: State, world: World, key: str = "") -> Say:
    """Everything that is about to be done, before it is done."""
    facts = _what(state, world)
    if state.goal in (BOOK, CALL_BACK):
        facts |= _reach(state) | {"name": state.name}
    if state.goal == CALL_BACK:
        facts |= {"time_to_call": state.when}
        choices = ["booking/yes_call", "booking/other_contact", "booking/stop"]
        return Say(U + (key or "confirm_call_back"), facts, choices)
    if state.goal == MOVE:
        return Say(U + (key or "confirm_move"), facts, ["booking/yes_move", "booking/other_time", "booking/stop"])
    if state.goal == CANCEL:
        return Say(U + (key or "confirm_cancel"), facts, ["booking/yes_cancel", "booking/keep", "booking/move_instead"])
    choices = ["booking/yes", "booking/other_time", "booking/other_contact", "booking/stop"]
    return Say(U + (key or "confirm"), facts, choices)


def appointment(key: str, made: Appointment, world: World) -> Say:
    """What was booked, moved or cancelled, with its card."""
    start = made.start.astimezone(world.zone)
    facts = {
        "reference": made.reference,
        "when": when(start.isoformat(), world),
        "zone": _zones(start, world),
        "where": _where(made.place),
    }
    card = {
        "type": "appointment",
        "reference": made.reference,
        "title": made.title,
        "when": facts["when"],
        "zone": facts["zone"],
        "where": _where(made.place),
        "manage_url": world.pages.page(made, str(world.visitor_zone or "")),
        "ics_url": world.pages.calendar_file(made),
    }
    return Say(U + key, facts, card=card if key != "cancelled" else None)


def choice_id(start: datetime) -> str:
    """booking/time:2026-12-03T16:00-08:00"""
    return f"booking/time:{start.isoformat(timespec='minutes')}"


def when(iso: str, world: World) -> str:
    """Thursday, December 3, 4:00 PM; with the year when it is not this one."""
    if not iso:
        return ""
    start = world.local(iso)
    return f"{day(start, world)}, {clock_words(start)}"


def day(start: datetime, world: World) -> str:
    """Thursday, December 3"""
    year = f", {start.year}" if start.year != world.now.astimezone(world.zone).year else ""
    return f"{start:%A}, {start:%B} {start.day}{year}"


def short(start: datetime, world: World) -> str:
    """Thu, Dec 3, 4:00 PM"""
    year = f" {start.year}" if start.year != world.now.astimezone(world.zone).year else ""
    return f"{start:%a}, {start:%b} {start.day}{year}, {clock_words(start)}"


def _both(words: str, start: datetime, world: World) -> str:
    """4:00 PM (7:00 PM your time), for a visitor in another zone."""
    yours = your_time(start, world.zone, world.visitor_zone)
    return f"{words} ({yours})" if yours else words


def _zones(start: datetime, world: World) -> str:
    """Pacific Time; 7:00 PM your time"""
    yours = your_time(start, world.zone, world.visitor_zone)
    return f"{world.zone_name}; {yours}" if yours else world.zone_name


def _card_time(start: datetime, world: World) -> dict[str, str]:
    return {"id": choice_id(start), "title": _both(clock_words(start), start, world)}


def _what(state: State, world: World) -> dict[str, str]:
    """What is booked or changed, for a sentence that names it."""
    zones = _zones(world.local(state.start), world) if state.start else world.zone_name
    return {"when": when(state.start, world), "title": _title(state, world), "zone": zones}


def _title(state: State, world: World) -> str:
    kind = world.kind(state.kind)
    return kind.title if kind else ""


def _where(place: str) -> str:
    return U + "where_" + place.replace(" ", "_")


def _reach(state: State) -> dict[str, str]:
    """{reach} for the read-back: the tokens, and what may be left or written there."""
    facts: dict[str, str] = {}
    if state.phone:
        facts |= {"phone_given": state.phone, "by_phone": U + ("voicemail_allowed" if state.voicemail else "call_only")}
    if state.email:
        facts |= {"email_given": state.email, "by_email": U + ("mail_allowed" if state.write else "no_mail")}
    both = "both" if state.phone and state.email else "phone" if state.phone else "email"
    return {**facts, "reach": U + f"reach_{both}"}


def _form(state: State, world: World, errors: Mapping[str, str] | None) -> dict[str, Any]:
    """The contact form: also the read-back of what it books, since sending it books."""
    calling = state.goal == CALL_BACK
    fields: list[dict[str, Any]] = [
        _field("name", "text", "given-name", state.name, required=True),
        _field("phone", "tel", "tel", state.phone, required=phone_needed(state, world)),
        {"name": "voicemail", "label": U + "form_voicemail", "type": "checkbox", "value": bool(state.voicemail)},
    ]
    if calling:
        fields.append(_field("when", "text", "off", state.when))
    else:
        fields += [
            _field("email", "email", "email", state.email),
            {"name": "write", "label": U + "form_write", "type": "checkbox", "value": bool(state.write)},
            {"name": "reminder", "label": U + "form_reminder", "type": "checkbox", "value": state.reminder},
        ]
    made: dict[str, Any] = {
        "type": "form",
        "id": "contact",
        "title": U + ("form_title_call_back" if calling else "form_title"),
        "fields": fields,
        "submit": U + ("form_submit_call_back" if calling else "form_submit"),
        "cancel": {"id": "booking/stop", "title": U + "choice_stop"},
    }
    return {**made, "errors": dict(errors)} if errors else made


def _field(name: str, kind: str, autocomplete: str, value: str, required: bool = False) -> dict[str, Any]:
    made = {"name": name, "label": U + f"form_{name}", "type": kind, "autocomplete": autocomplete, "required": required}
    return {**made, "value": value} if value else made
