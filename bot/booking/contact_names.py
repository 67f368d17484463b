"""The visitor's first name in their words: as the answer to the question for it, or given before it was asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable, Sequence

_INTRODUCED = re.compile(
    r"\b(?:(?:my )?name is|(?:my )?name'?s|name:|first name:?|i am|i'm|im|it's|its|this is|call me|ask for|for)\s+"
    r"(?P<name>[^\W\d_][\w'-]*)",
    re.IGNORECASE,
)
_NO_NAMES = frozenset(
    "a an the i im it its is are am was be and or but not no nope yes yeah yep ok okay sure fine please pls"
    " thanks thank you me my mine we us our he she they him her his this that these those there here what when"
    " where who why how which can could would should may might will do does did dont have has had want need like"
    " get make go going come stop cancel back wait quit exit hello hi hey hm hmm um good great bad only just all"
    " any some on at in to of for from with by if so as too also phone call text texts email mail voicemail"
    " message messages number cell mobile home work leave best reach later earlier another time day today tomorrow"
    " tonight monday tuesday wednesday thursday friday saturday sunday morning afternoon evening appointment"
    " session booking book price cost fee much many long private confidential online safe free name first contact"
    " prefer perfect correct right wrong change never nothing none maybe sorry actually again help person human"
    " bot real continue proceed resume carry keep undo restart move reschedule whichever whatever either both nah cool"
    " nice lol idk huh confused hola gracias si".split()
)
_OWN = re.compile(
    r"\b(?:(?:my )?(?:first )?name is|(?:my )?name'?s|name:|i am|i'm|im|this is|it's|call me)\s*$", re.IGNORECASE
)


@dataclass(frozen=True)
class Found:
    """A contact detail and where it stands in the text. kind: NAME, PHONE or EMAIL."""

    kind: str
    value: str
    start: int
    end: int


def name_asked_for(text: str, known: Sequence[Found]) -> Found | None:
    """The first name: introduced ("my name is Sam"), or the words that stand alone in their part of the message."""
    if "?" in text:
        return None
    rest = _without(known, text)
    for found in _INTRODUCED.finditer(rest):
        if found["name"].casefold() not in _NO_NAMES:
            return Found("NAME", _capital(found["name"]), found.start("name"), found.end("name"))
    for part in re.finditer(r"[^,;\n.!()|/]+", rest):
        words = list(re.finditer(r"[^\W\d_][\w'\u2019-]*", part[0]))
        said = [w[0].casefold().replace("\u2019", "'") for w in words]
        no_name = any(c.isdigit() for c in part[0]) or any(w in _NO_NAMES or w.endswith(("'s", "'m")) for w in said)
        if words and len(words) <= 3 and not no_name:
            start, end = part.start() + words[0].start(), part.start() + words[-1].end()
            return Found("NAME", _capital(text[start:end]), start, end)
    return None


def own_name(
    text: str, known: Sequence[Found], names: Callable[[str], Sequence[tuple[int, int]]]
) -> Found | None:
    """A name that is theirs: introduced ("I'm Sam"), or with other names and details the whole message ("Sam and Kim").

    names: finds names, of whomever; asked only when there are words beside what is known.
    """
    rest = _without(known, text.replace("\u2019", "'"))
    found = list(names(rest)) if "?" not in text and re.search(r"[^\W\d_]", rest) else []
    others = _without([Found("NAME", "", *span) for span in found], rest)
    alone = not re.search(r"[^\W\d_]", re.sub(r"\b(?:and|or|hi|hello|hey|here)\b", "", others, flags=re.IGNORECASE))
    for start, end in found:
        whose = re.match(r"'s?\b", rest[end:]) or rest[start:end].endswith("'s")
        if not whose and (alone or _OWN.search(rest[:start]) or re.match(r"\s+here\b", rest[end:])):
            return Found("NAME", _capital(text[start:end]), start, end)
    return None


def _without(known: Sequence[Found], text: str) -> str:
    """The text with line ends in place of what is known: it parts what stands on its two sides."""
    letters = list(text)
    for one in known:
        letters[one.start : one.end] = "\n" * (one.end - one.start)
    return "".join(letters)


def _capital(name: str) -> str:
    """A name typed in small letters is written as names are; any other stays as it is."""
    return name.title() if name.islower() and "'" not in name else name
