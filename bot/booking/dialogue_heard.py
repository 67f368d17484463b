"""What a message says inside a booking: yes, no, stop, back, a kind of appointment, a question of its own."""

from __future__ import annotations

import re
from datetime import tzinfo
from difflib import get_close_matches
from typing import Sequence
from zoneinfo import ZoneInfo

from bot.booking.contact import TOKEN
from bot.booking.dialogue_state import Heard
from bot.booking.model import Kind
from bot.booking.phrases_spelling import plain

SURE = 0.5  # from here on the classifier's topic is answered in the middle of a booking
ASIDES = ("faq/", "chitchat/", "decline/", "handoff/")
_POLITE = (
    r"(?:[\s,.!]|\b(?:please|pls|thanks|thank you|then|so|now|just|well|oh|sorry|i|we|it|that|this|all|the|is|'s"
    r"|actually|ok|okay|no|nah|hmm|um|ah|and|but|wait|hey|you know what)\b)*"
)
_YES = re.compile(
    rf"{_POLITE}(?:yes|yep|yeah|yup|ya|sure|ok|okay|k|correct|right|exactly|perfect|great|good|fine|sounds good"
    r"|looks good|absolutely|definitely|of course|do it|go ahead|book it|confirm(?:ed)?|please do|works|agreed"
    r"|yes please|all right|alright|that'?s (?:right|fine|correct|good|ok)|both(?: are)? (?:ok|fine))\b.*"
)
_NO = re.compile(
    rf"{_POLITE}(?:no|nope|nah|not (?:really|that|this|right|quite)|wrong|incorrect|don'?t|do not|rather not|neither"
    r"|never)\b.*"
)
_STOP = re.compile(
    rf"{_POLITE}(?:stop|quit|exit|cancel|abort|end|leave it|never ?mind|forget (?:it|about it|the booking)|drop it"
    r"|(?:i )?(?:changed|change) my mind|not (?:now|today|interested|ready|anymore|any more)(?: yet)?"
    r"|(?:don'?t|do not) want (?:to(?: (?:book|do|come|go|continue|make)\b.{0,20})?|it|this|that"
    r"|(?:an?|the|any) (?:appointment|session|booking|consultation|call))"
    r"|(?:i'?ll|let me) (?:think about it|do (?:it|this) later"
    r"|come back later|call(?: instead)?)|cancel (?:it|this|that|everything|the booking|booking)"
    rf"|stop (?:it|this|here|the booking|booking)|no (?:booking|appointment)|maybe later|another time maybe){_POLITE}"
)
_SECOND_THOUGHTS = re.compile(
    rf"{_POLITE}(?:(?:never ?mind|forget (?:it|about it|the booking)|(?:i |we )?(?:have )?changed (?:my|our) minds?)\b"
    r".{0,90}"
    r"|(?:(?:i|we)(?:'ll| will| need to| have to| should| must|'d have to| gotta)?|let me|let us|gotta|have to)"
    r" (?:first |just )?(?:talk|check|speak|ask|discuss|run|think|sleep)\b[^?]{0,20}"
    r"\b(?:with|to|my|our|about|it|over|on|first|calendar|schedule)\b[^?]{0,60})"
)
_GO_ON = re.compile(
    rf"{_POLITE}(?:(?:go on|continue|carry on|keep going|resume|go ahead|back to|let'?s (?:go on|continue|carry on))"
    rf"(?: (?:with|to)?\s?(?:the |my )?(?:booking|appointment))?){_POLITE}"
)
_OTHER_TIME = re.compile(
    rf"{_POLITE}(?:(?:can|could|may) (?:i|we|you) |(?:i|we)(?:'d like| need| want| have) to |let'?s )?(?:please )?"
    r"(?:(?:move|reschedule|postpone)(?: (?:it|that|this|the (?:time|day|appointment|booking)))?"
    rf"|(?:(?:change|switch) )?(?:the|that) (?:time|day|date)){_POLITE}[?]?"
)
_UNSURE = re.compile(
    rf"{_POLITE}(?:(?:don'?t|do not) (?:really )?know|not sure|unsure|no idea|idk|whichever|whatever|either|any"
    r"|(?:what|which)(?: one)? (?:would|do|should|can) (?:you|i|we) (?:recommend|suggest|choose|pick|take|book|do)"
    r"|(?:help me|you) (?:choose|decide|pick)|what'?s (?:the )?best|which(?: one)? is (?:the )?best)\b.{0,40}"
)
_OTHER_CONTACT = re.compile(
    rf"{_POLITE}(?:(?:change|correct|fix) )?(?:the|my) (?:(?:first )?name|(?:phone )?number|phone"
    rf"|e-?mail(?: address)?|address|contact(?: details)?){_POLITE}"
)
_BACK = re.compile(
    rf"{_POLITE}(?:(?:go|step|take me|can (?:i|we) go|let'?s go|one step|want to go|need to go) back"
    rf"(?: (?:a|one) step| please)?|back|previous|undo|wait,? go back|start over|restart|start again){_POLITE}"
)
_CHANGE = re.compile(
    r"\b(?:make it|change|instead|actually|rather|different|another|switch|move it|can (?:i|we|you)|could (?:i|we|you)"
    r"|how about|what about|wait|hold on|better|earlier|later|prefer)\b"
)
_CALL = re.compile(r"\b(?:call(?:ing)?|ring|phone) (?:me|us)\b|\bcall[- ]?back\b|\b(?:me|us) a (?:call|ring)\b")
_ABOUT_CALLS = re.compile(r"(?:and |so |but )?(?:who|when|what|how|why|will|do|does|is|are)\b")  # no wish for one
_LOST = re.compile(
    r"\b(?:don'?t|do not|didn'?t|can'?t|cannot|never) (?:have|know|find|remember|get|got|see)\b|\blost\b|\bforgot\w*\b"
    r"|\bno (?:reference|idea|clue|number|code)\b|\b(?:where|what)\b.*\b(?:reference|code|number|it)\b"
)
_PARTNER = r"my (?:wife|husband|spouse|partner|girlfriend|boyfriend|gf|bf|hubby|fianc\w+)"
_COUPLE = re.compile(
    rf"\b(?:couples?|both of us|the two of us|for two|us both|together|marriage|marital|(?<!for ){_PARTNER}"
    rf"|{_PARTNER} and (?:i|me|myself)|(?:me|i) and my|we want|we'd)\b"
)
_ALONE = re.compile(r"\b(?:individual|alone|on my own|by myself|just me|only me|for one|myself|single session|solo)\b")
_TALK = re.compile(r"\b(?:free|consult\w*|intro\w*|20[- ]?min\w*|phone call|the call|a call|call)\b")
_ZONES = {"p": "America/Los_Angeles", "m": "America/Denver", "c": "America/Chicago", "e": "America/New_York"}
_NAMED_ZONE = re.compile(
    r"\b(?:(?:(pacific|mountain|central|eastern)(?: (?:standard |daylight )?time)?)|([pmce])[sd]?t)\b", re.IGNORECASE
)
_OWN_ZONE = re.compile(r"\b(?:my|our) (?:local )?time\b|\b(?:my|our) (?:time ?)?zone\b|\btime here\b", re.IGNORECASE)
_HOUR_THERE = re.compile(
    r"(?<![:\d])(\d\d?)(?= (?:pacific|mountain|central|eastern|[pmce][sd]?t|(?:my|our) (?:local )?time)\b)",
    re.IGNORECASE,
)
_SIGNS = (  # thumbs up, OK hand, check mark; thumbs down, cross; whatever their skin
    ("[\U0001f44d\U0001f44c\u2705][\U0001f3fb-\U0001f3ff\ufe0f]?", "yes"),
    ("[\U0001f44e\u274c][\U0001f3fb-\U0001f3ff]?", "no"),
)
_ORDER = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "last": -1}
_COMMON = frozenset("a an the of for and in session appointment with minute minutes min free first".split())


def says_yes(text: str) -> bool:
    """ "yes", "ok book it", "looks good"."""
    return _YES.fullmatch(_words(text)) is not None and not re.search(r"\bbut\b|\bwait\b|\?", text.casefold())


def says_no(text: str) -> bool:
    """ "no", "not quite", "wrong"."""
    return _NO.fullmatch(_words(text)) is not None


def says_stop(text: str) -> bool:
    """ "stop", "never mind", "I changed my mind"."""
    return _STOP.fullmatch(_words(text)) is not None


def wants_call(text: str) -> bool:
    """ "can you call me back", "please give me a ring"."""
    return _CALL.search(_words(text)) is not None and not _ABOUT_CALLS.match(_words(text))


def has_lost_it(text: str) -> bool:
    """ "I don't have it", "where do I find the reference", "I lost it"."""
    return _LOST.search(_words(text)) is not None


def says_back(text: str) -> bool:
    """ "go back"."""
    return _BACK.fullmatch(_words(text)) is not None


def has_second_thoughts(text: str) -> bool:
    """ "never mind, I'm not sure", "I need to talk to my husband first"."""
    return _SECOND_THOUGHTS.fullmatch(_words(text)) is not None


def says_go_on(text: str) -> bool:
    """ "go on with the booking", "ok let's continue"."""
    return _GO_ON.fullmatch(_words(text)) is not None


def says_move(text: str) -> bool:
    """ "move it", "I need to reschedule": before anything is booked, another time."""
    return _OTHER_TIME.fullmatch(_words(text)) is not None


def is_unsure(text: str) -> bool:
    """ "not sure", "which one do you recommend", "whichever": among the kinds."""
    return _UNSURE.fullmatch(_words(text)) is not None


def says_other_contact(text: str) -> bool:
    """ "the number", "change my email": at the read-back."""
    return _OTHER_CONTACT.fullmatch(_words(text)) is not None


def wants_change(text: str) -> bool:
    """ "wait, make it friday", "could we do another time"."""
    return _CHANGE.search(_words(text)) is not None


def named_zone(text: str, own: tzinfo | None) -> tzinfo | None:
    """The zone a time is said in: "4pm eastern", "after 7 my time"; None when none is named. own: the visitor's."""
    if _OWN_ZONE.search(text):
        return own
    found = _NAMED_ZONE.search(text) if re.search(r"\d", text) else None
    return ZoneInfo(_ZONES[(found[1] or found[2])[0].casefold()]) if found else None


def in_hours(text: str) -> str:
    """ "4 eastern" as "4 o'clock eastern": a bare number before a zone is an hour."""
    return _HOUR_THERE.sub(r"\1 o'clock", text)


def without_tokens(text: str) -> str:
    """The words beside contact details."""
    return TOKEN.sub(" ", text)


def listed_kind(text: str, kinds: Sequence[Kind]) -> Kind | None:
    """The kind at a place of the list that was just shown: "the second one", "2"."""
    words = rf"(?:hm+ )?{_POLITE}(?:(?:i'?ll|we'?ll|let'?s) (?:take|do|go with) )?(?:the |number |option |#)*"
    found = re.fullmatch(rf"{words}(\w+)(?: one| option| please|[.!])*", plain(text))
    number = found[1].removesuffix("th") if found else ""  # plain() writes "the first" as "the 1th"
    place = _ORDER.get(number, int(number) - 1 if number.isdecimal() else None)
    return kinds[place] if place is not None and -1 <= place < len(kinds) else None


def named_kind(text: str, kinds: Sequence[Kind]) -> Kind | None:
    """The one kind that the words point at."""
    words = plain(text)
    hits = [kind for kind in kinds if _points_at(words, kind)]
    return hits[0] if len(hits) == 1 else None


def names_kinds(text: str, kinds: Sequence[Kind]) -> bool:
    """Whether the words are about one of these kinds; whom the visitor comes with says nothing here."""
    words = re.sub(rf"\b{_PARTNER}\b", "", plain(text))
    return any(_points_at(words, kind) for kind in kinds)


def _points_at(words: str, kind: Kind) -> bool:
    name = f"{kind.id} {kind.title}".casefold().replace("_", " ")
    own_words = set(re.findall(r"[a-z]{4,}", name)) - _COMMON
    typed = set(re.findall("[a-z]+", words))
    return (
        bool(_COUPLE.search(words) and "couple" in name)
        or bool(_ALONE.search(words) and re.search("individual|single", name))
        or bool(_TALK.search(words) and re.search("consult|intro|free|call", name))
        or bool(own_words & typed)
        or any(get_close_matches(word, own_words, 1, 0.85) for word in typed if len(word) > 5)  # "indvidual"
    )


def question_aside(heard: Heard) -> str:
    """The id of the topic asked in between ("faq/cost"), or "" when the message belongs to the booking."""
    if heard.choice:
        return heard.choice if heard.choice.startswith(ASIDES) else ""
    text = heard.text.strip()
    if not text or TOKEN.search(text) or not heard.intent.startswith(ASIDES):
        return ""
    return heard.intent if heard.confidence >= SURE else ""


def _words(text: str) -> str:
    for sign, word in _SIGNS:
        text = re.sub(sign, f" {word} ", text)
    return " ".join(text.casefold().replace("\u2019", "'").split())
