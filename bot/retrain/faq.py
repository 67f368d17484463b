"""One FAQ as the practice writes it, and what is refused in it: pure rules, no files.

What is accepted is kept letter for letter (after `tidy`); everything that YAML, Rasa's markup or a fact's braces
would read as something else is refused with a sentence that says what to change.
"""

from __future__ import annotations

import hashlib
import json
import re
import string
import unicodedata
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Iterable

from bot.errors import BotError

MOST_ANSWER = 1200  # characters: a screen of the widget
MOST_VARIANT = 300
MOST_VARIANTS = 500
MOST_TITLE = 60
GROUP = "faq/"
_ID = re.compile(r"[a-z]+/[a-z0-9_]{1,60}")
_JOINERS = "\u200c\u200d"  # inside some emoji and scripts


class NotAccepted(BotError):
    """What was written cannot be kept as it is; the message says what to change."""


class Stale(BotError):
    """Somebody else changed this FAQ or file meanwhile; nothing was overwritten."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was changed meanwhile; look at it again, then make your change there.")


@dataclass(frozen=True)
class Faq:
    """A question visitors ask in many ways, and its reviewed answer.

    answer: the wordings, from the richest to the plainest (most FAQs have one). review_by: ISO date or "".
    if_overdue: "keep" the answer after that date, or say "contact" us instead.
    """

    id: str
    title: str
    answer: tuple[str, ...]
    variants: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    source: str = ""
    topic: str = ""
    owner: str = ""
    review_by: str = ""
    if_overdue: str = "keep"

    @property
    def revision(self) -> str:
        """Of the content: who edits names the revision that was read."""
        said = json.dumps(asdict(self), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def wording_only(self, other: Faq) -> bool:
        """Whether going from self to other needs no training."""
        return set(self.variants) == set(other.variants) and self.id == other.id


def tidy(faq: Faq) -> Faq:
    """The FAQ without needless blanks, and each variant once."""
    variants = dict.fromkeys(filter(None, map(_one_line, faq.variants)))
    return replace(
        faq,
        title=_one_line(faq.title),
        answer=tuple(filter(None, map(_one_line, faq.answer))),
        variants=tuple(variants),
        follow_ups=tuple(dict.fromkeys(filter(None, map(str.strip, faq.follow_ups)))),
        owner=_one_line(faq.owner),
        topic=_one_line(faq.topic),
        review_by=faq.review_by.strip(),
    )


def check(faq: Faq, known_facts: Iterable[str], needed_facts: Iterable[str]) -> None:
    """Raises NotAccepted for what cannot be kept. needed_facts: those every practice file tells."""
    if not _ID.fullmatch(faq.id):
        raise NotAccepted("The name of an FAQ is small letters, digits and _, such as faq/parking.")
    _check_line("The question", faq.title, MOST_TITLE)
    _check_line("The owner", faq.owner, 100, empty=True)
    _check_line("The topic", faq.topic, 60, empty=True)
    if not faq.answer:
        raise NotAccepted("The answer is empty; write what the visitor should read.")
    for text in faq.answer:
        _check_line("The answer", text, MOST_ANSWER)
        _check_facts(text, set(known_facts))
    lacking = sorted(placeholders(faq.answer[-1]) - set(needed_facts))
    if lacking:
        raise NotAccepted(f"{{{lacking[0]}}} may be empty in practice.yml; add a last wording that does without it.")
    if len(faq.variants) > MOST_VARIANTS:
        raise NotAccepted(f"There are more than {MOST_VARIANTS} variants; keep the ones that differ most.")
    for text in faq.variants:
        check_said("A variant", text, MOST_VARIANT)
    if faq.if_overdue not in ("keep", "contact"):
        raise NotAccepted("What happens after the review date is either keep or contact.")
    if faq.source not in ("", "article"):
        raise NotAccepted("The source is the article, or nothing.")
    if faq.review_by:
        _check_date(faq.review_by)
    elif faq.if_overdue == "contact":
        raise NotAccepted("Give the date by which the answer must be reviewed.")


def check_said(what: str, text: str, most: int) -> None:
    """What somebody says, in a file that Rasa reads. what: how it is called. Raises NotAccepted."""
    _check_line(what, text, most)
    found = next((c for c in text if c in "[]{}\\"), None)
    if found:
        raise NotAccepted(f"{what} holds {found}, which the training reads as markup; leave it out.")
    if text.startswith(("/", "-")):
        raise NotAccepted(f"{what} begins with {text[0]}, which is read as a mark, not as a word; leave it out.")


def new_id(title: str, taken: Iterable[str]) -> str:
    """A free id made of the question's words."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:50].strip("_") or "question"
    used = set(taken)
    names = (GROUP + words + (f"_{n}" if n > 1 else "") for n in range(1, 10_000))
    return next(name for name in names if name not in used)


def placeholders(text: str) -> set[str]:
    """The facts a wording names. Raises ValueError on braces that do not pair."""
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def same_text(text: str) -> str:
    """What two variants have in common when only capitals, blanks or final punctuation differ."""
    return " ".join(text.casefold().split()).rstrip(".?! ")


def _one_line(text: str) -> str:
    return " ".join(re.split(r"[ \t\r\n]+", text)).strip(" ")


def _check_line(what: str, text: str, most: int, empty: bool = False) -> None:
    if not text and not empty:
        raise NotAccepted(f"{what} is empty.")
    if len(text) > most:
        raise NotAccepted(f"{what} has {len(text)} characters; {most} is the most.")
    for character in text:
        kind = unicodedata.category(character)
        if kind in ("Cc", "Cs", "Cn", "Zl", "Zp") or (kind == "Cf" and character not in _JOINERS):
            raise NotAccepted(f"{what} holds an invisible character (U+{ord(character):04X}); type the text anew.")
    if text and not any(character.isalnum() for character in text):
        raise NotAccepted(f"{what} has no letter or digit.")


def _check_facts(text: str, known: set[str]) -> None:
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError:
        raise NotAccepted("The answer has a brace without its partner; leave braces out.") from None
    if "${" in text or "{{" in text or "}}" in text:
        raise NotAccepted("The answer has braces that are read as something else; leave them out.")
    for _, field, form, conversion in parsed:
        if field is not None and (field not in known or form or conversion):
            raise NotAccepted(f"The answer names a fact that practice.yml does not have; known are {_listed(known)}.")


def _check_date(text: str) -> None:
    try:
        if date.fromisoformat(text).isoformat() == text:
            return
    except ValueError:
        pass
    raise NotAccepted("The review date is written as 2027-01-31.")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names) if not name.startswith("crisis_"))
