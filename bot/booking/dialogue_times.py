"""The question of the time: offering free ones, understanding what suits, holding the picked one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Sequence

from bot.booking import dialogue_heard, dialogue_reach
from bot.booking.dialogue_says import U, read_back, times, when
from bot.booking.dialogue_state import BOOK, MOVE, Answer, Heard, Say, State, World
from bot.booking.phrases import MOST, good_times, nearest_times, understand
from bot.booking.phrases_offers import Moved, Picked, answer_to_offer, other_times
from bot.booking.phrases_wish import Option, Wish
from bot.booking.records import TimeTaken

_A_FEW_WORDS = 5
_WAYS = ("earlier", "later", "another_day", "more")


def wish_in(text: str, world: World) -> Wish | None:
    """The wish for a time in the words beside contact details; in the practice's zone, unless another is named."""
    words = dialogue_heard.in_hours(dialogue_heard.without_tokens(text))
    wish, meant = understand(words, world.now, world.zone), dialogue_heard.named_zone(words, world.visitor_zone)
    if wish is None or meant is None:
        return wish
    later = world.now.astimezone(meant).replace(tzinfo=None) - world.now.astimezone(world.zone).replace(tzinfo=None)
    return wish.earlier(round(later / timedelta(minutes=1)))


def is_about_times(text: str, state: State, world: World) -> bool:
    """Whether an answer to offered times is in it."""
    is_plain = len(text.split()) <= _A_FEW_WORDS or dialogue_heard.wants_change(text)
    kinds = world.service.kinds() if state.goal == BOOK and is_plain else ()
    if dialogue_heard.named_kind(text, kinds):
        return True
    wish = wish_in(text, world)
    return wish is not None or answer_to_offer(text, _offered(state, world), world.now, wish) is not None


def asks_for_others(text: str, state: State, world: World) -> bool:
    """ "later", "another day", after a time was picked."""
    if not state.start or state.goal not in (BOOK, MOVE):
        return False
    start = world.local(state.start)
    return dialogue_heard.says_move(text) or isinstance(answer_to_offer(text, [start], world.now), Moved)


def offer(state: State, world: World, key: str = "", wish: Wish | None = None, **facts: str) -> Answer:
    """Three free times that suit the wish of the state; or the nearest ones; or, for one exact free time, that one."""
    wish = wish or (Wish.from_json(dict(state.wish)) if state.wish else None)
    free = _free(state, world)
    if not free:
        return Answer(state.ended(), (Say(U + "no_times", choices=["booking/call_back"]),))
    fitting = good_times(wish or Wish(), free)
    if wish and wish.exact and len(fitting) == 1:
        return take(state, world, fitting[0])
    if fitting:
        return _offering(state, world, fitting, key or ("times" if wish else "first_times"), **facts)
    return _offering(state, world, nearest_times(wish or Wish(), free), "nearest")


def on_time(heard: Heard, state: State, world: World) -> Answer | None:
    """An answer to offered times."""
    name, value = heard.chosen
    if name == "time":
        start = _time(value)
        return take(state, world, start) if start else None
    if name == "other_time":
        return offer(replace(state, wish=None), world)
    if name in _WAYS:
        return _move_on(Moved(name), state, world)
    if name:
        return None
    before, state = state, dialogue_reach.noted(heard.text, state)
    wish, offered = wish_in(heard.text, world), _offered(state, world)
    said = answer_to_offer(heard.text, offered, world.now, wish)
    if isinstance(said, Picked):
        return take(state, world, said.start)
    if isinstance(said, Moved):
        return _move_on(said, state, world)
    kind = dialogue_heard.named_kind(heard.text, world.service.kinds()) if state.goal == BOOK else None
    if kind:
        state = replace(state, kind=kind.id)
    elif wish is None:
        if dialogue_heard.says_no(heard.text):
            return _move_on(Moved("more"), state, world)
        # a name or number that comes early is kept; a yes to several times asks which
        answered = state != before or (offered and dialogue_heard.says_yes(heard.text))
        return Answer(state, (times(state, world, "times" if offered else "ask_time"),)) if answered else None
    return _wished(wish, state, world)


def changed(heard: Heard, state: State, world: World) -> Answer | None:
    """ "wait, make it Friday", after a time was picked; None when the message does not say so."""
    name, _ = heard.chosen
    if name == "other_time" or (state.start and state.goal in (BOOK, MOVE) and dialogue_heard.says_move(heard.text)):
        return offer(replace(state, wish=None, offered=()), world)
    if name == "time":  # a button further up
        return on_time(heard, state, world)
    if name in _WAYS and state.start:
        return _move_on(Moved(name), replace(state, offered=(state.start,)), world)
    if name or state.goal not in (BOOK, MOVE):
        return None
    words = dialogue_heard.without_tokens(heard.text)
    wish = wish_in(words, world) if words.strip() else None
    kind = dialogue_heard.named_kind(words, world.service.kinds()) if state.goal == BOOK else None
    if kind and kind.id != state.kind and dialogue_heard.wants_change(words):
        return _wished(wish, replace(state, kind=kind.id), world)
    moved = answer_to_offer(words, [world.local(state.start)], world.now, wish) if state.start else None
    if isinstance(moved, Moved) and moved.wish:  # "30 minutes later", "the same time next week"
        return _wished(moved.wish, replace(state, wish=None), world)
    if isinstance(moved, Moved):
        return _move_on(moved, replace(state, offered=(state.start,)), world)
    if wish is None or wish.soonest or not (wish.names_days or dialogue_heard.wants_change(words)):
        return None
    if not wish.names_days:  # "make it 5": on the same day
        day = world.local(state.start).date()
        wish = Wish(tuple(replace(option, days=frozenset({day})) for option in wish.options), wish.excluded)
    return _wished(wish, replace(state, wish=None), world)


def take(state: State, world: World, start: datetime) -> Answer:
    """Holds a time and goes on; when it was just taken, the nearest ones are offered."""
    local = start.astimezone(world.zone)
    picked = replace(state, start=local.isoformat(timespec="minutes"), wish=state.wish)
    if state.goal == MOVE:
        confirming = picked.at("confirm")
        return Answer(confirming, (read_back(confirming, world),))
    try:
        hold = world.service.hold(state.kind, start, world.conversation_id)
    except TimeTaken as taken:
        return was_taken(picked, world, taken)
    return dialogue_reach.next_question(replace(picked, hold=hold.id), world)


def was_taken(state: State, world: World, taken: TimeTaken) -> Answer:
    """Somebody was faster: what is near it."""
    near = sorted(start.astimezone(world.zone) for start in taken.alternatives)
    wanted = when(state.start, world)
    open_again = replace(state, start="", hold="")
    if not near:
        return offer(open_again, world)
    return _offering(open_again, world, near, "taken", wanted=wanted)


def _wished(wish: Wish | None, state: State, world: World) -> Answer:
    """Offers what suits the new wish together with the old one, or the new one alone when both never meet."""
    old = Wish.from_json(dict(state.wish)) if state.wish else None
    if wish is None:
        return offer(state, world)
    both = old.amended(wish) if old else wish
    if not any(both.fits(start) for start in _free(state, world)):
        both = wish
    return offer(replace(state, wish=both.to_json()), world, wish=both)


def offer_instead(text: str, state: State, world: World) -> Answer:
    """For a move: other times than the appointment's; those that a message names ("to friday", "a week later")."""
    start, wish = world.local(state.start), wish_in(text, world)
    moved = answer_to_offer(text, [start], world.now, wish)
    if isinstance(moved, Moved) and moved.wish:
        wish = moved.wish
    elif isinstance(moved, Moved) and moved.way in ("earlier", "later") and not wish:
        return _move_on(moved, replace(state, offered=(state.start,)), world)
    wish = wish or (Wish.from_json(dict(state.wish)) if state.wish else None)
    if wish and wish.fits(start):  # "my tuesday appointment"
        wish = None
    wished = replace(state, wish=wish.to_json() if wish else None)
    return offer(wished, world, "move_times", when=when(state.start, world))


def _move_on(moved: Moved, state: State, world: World) -> Answer:
    """Earlier, later, on another day: among what was wished when that leaves any."""
    offered = _offered(state, world)
    if not offered:
        return offer(replace(state, wish=None), world)
    others = other_times(moved, offered, _free(state, world))
    wish = Wish.from_json(dict(state.wish)) if state.wish else Wish()
    if moved.way == "another_day" and moved.days is None:
        hours = tuple(dict.fromkeys(Option(None, option.minutes) for option in wish.options))
        wish = Wish(hours, (Option(frozenset(start.date() for start in offered)),))
        state = replace(state, wish=wish.to_json())
    if moved.way == "earlier":  # the same day first
        others = [start for start in others if start.date() == min(offered).date()] or others
    found = [start for start in others if wish.fits(start)] or others
    if not found:
        return Answer(state.at("time"), (times(state, world, "none_" + moved.way),))
    return _offering(state, world, good_times(Wish(), found), "times")


def _offering(state: State, world: World, starts: Sequence[datetime], key: str, **facts: str) -> Answer:
    offered = tuple(start.astimezone(world.zone).isoformat(timespec="minutes") for start in starts[:MOST])
    asking = state.at("time", offered=offered)
    return Answer(asking, (times(asking, world, key, **facts),))


def _free(state: State, world: World) -> list[datetime]:
    free = world.service.free_times(state.kind, conversation_id=world.conversation_id)
    return [start.astimezone(world.zone) for start in free]


def _offered(state: State, world: World) -> list[datetime]:
    return [world.local(iso) for iso in state.offered]


def _time(value: str) -> datetime | None:
    try:
        start = datetime.fromisoformat(value)
    except ValueError:
        return None
    return start if start.tzinfo else None
