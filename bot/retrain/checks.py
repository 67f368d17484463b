"""What the editor says while somebody writes an FAQ: advice in plain words, pure; what it asks is passed in.

Nothing here refuses: what cannot be kept at all is refused by faq.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Callable, Iterable, Mapping, Optional, Sequence

import numpy as np

from bot.retrain.faq import Faq, same_text, tidy

FEW = 5
ALIKE = 0.95  # cosine from which two variants teach the same
NEAR = 0.80  # cosine from which two FAQs may be about the same thing
SAME_ANSWER = 0.90
LONG_ANSWER = 500  # characters
LONG_SENTENCE = 28  # words
SENTENCES = (2, 4)
GRADE = 9.0  # years of school (Flesch-Kincaid); the bot's own answers stay below
Encode = Callable[[Sequence[str]], Any]
_ALLOWED_FIGURES = frozenset({"43", "31", "1960s"})  # those of the article


@dataclass(frozen=True)
class Advice:
    """One remark. about: the part of the form it belongs to; grave: better not to publish like this."""

    about: str
    sentence: str
    grave: bool = False


@dataclass(frozen=True)
class Near:
    """An existing FAQ that is near in meaning; similarity is a cosine."""

    id: str
    title: str
    similarity: float


@dataclass(frozen=True)
class Helpers:
    """encode: texts to unit vectors; winner: the outcome the live version gives a text, None while unsure;
    alarm: whether the safety screen answers a text; personal: whether a text holds personal details."""

    encode: Encode
    winner: Callable[[str], Optional[str]]
    alarm: Callable[[str], bool]
    personal: Callable[[str], bool]


def nearest(faq: Faq, others: Iterable[Faq], encode: Encode, most: int = 3) -> list[Near]:
    """The FAQs whose question or a variant is nearest to this one's question."""
    rest = [other for other in others if other.id != faq.id]
    if not faq.title.strip() or not rest:
        return []
    mine = encode([faq.title, *faq.variants[:20]])
    theirs = encode([other.title for other in rest])
    best = (theirs @ mine.T).max(axis=1)
    order = np.argsort(-best)[:most]
    return [Near(rest[i].id, rest[i].title, round(float(best[i]), 2)) for i in order]


def advise(given: Faq, others: Sequence[Faq], figures: Iterable[str], helpers: Helpers) -> list[Advice]:
    """Everything worth a remark. figures: those of practice.yml and the article."""
    faq = tidy(given)
    rest = [other for other in others if other.id != faq.id]
    return [
        *_clashes(faq, rest, helpers.encode),
        *_variants(faq, {other.id: f"“{other.title}”" for other in rest}, helpers),
        *_danger(faq, helpers),
        *_wording(faq, {*figures, *_ALLOWED_FIGURES}),
    ]


def reading_level(text: str) -> float:
    """Years of school that a text asks for (Flesch-Kincaid)."""
    words = re.findall(r"[A-Za-z']+", text)
    if not words:
        return 0.0
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower())))) for word in words)
    return round(0.39 * len(words) / max(1, len(sentences(text))) + 11.8 * syllables / len(words) - 15.59, 1)


def sentences(text: str) -> list[str]:
    """The sentences of an answer."""
    return [part for part in re.split(r"(?<=[.?!])\s+", text.strip()) if part]


def figures_in(text: str) -> set[str]:
    """Numbers that are written out in an answer, its {facts} aside."""
    return set(re.findall(r"\d[\w%]*(?:[.,:]\d[\w%]*)*", re.sub(r"\{\w+\}", "", text)))


def _clashes(faq: Faq, others: Sequence[Faq], encode: Encode) -> list[Advice]:
    found = []
    for near in nearest(faq, others, encode):
        if near.similarity < NEAR:
            continue
        other = next(one for one in others if one.id == near.id)
        answers: Any = encode([_first(faq), _first(other)])
        share = f"{round(100 * near.similarity)} %"
        if same_text(_first(faq)) == same_text(_first(other)) or answers[0] @ answers[1] >= SAME_ANSWER:
            said = f"“{near.title}” says nearly the same ({share}); add your variants there instead."
            found.append(Advice("question", said))
        else:
            said = f"“{near.title}” is nearly the same question ({share}) with another answer; visitors may get either."
            found.append(Advice("question", said, grave=True))
    return found


def _variants(faq: Faq, titles: Mapping[str, str], helpers: Helpers) -> list[Advice]:
    found = []
    if len(faq.variants) < FEW:
        said = f"Write at least {FEW} ways people would ask it; there are {len(faq.variants)}."
        found.append(Advice("variants", said))
    if len(faq.variants) > 1:
        vectors = helpers.encode(list(faq.variants))
        close = np.argwhere(np.triu(vectors @ vectors.T, 1) >= ALIKE)
        if len(close) > len(faq.variants) // 3:
            one, other = (faq.variants[i] for i in close[0])
            found.append(Advice("variants", f"Many variants are alike, such as “{one}” and “{other}”; vary the words."))
    for text in faq.variants:
        winner = helpers.winner(text) or faq.id
        if winner not in (faq.id, "out_of_scope", "fallback") and not winner.startswith("safety/"):
            said = f"“{text}” is answered with {titles.get(winner, winner)} today; is it the same?"
            found.append(Advice("variants", said))
    return found


def _danger(faq: Faq, helpers: Helpers) -> list[Advice]:
    found = []
    for text in (faq.title, *faq.variants):
        if text and helpers.alarm(text):
            said = f"“{text}” gets the crisis reply before any FAQ is looked at; leave it out."
            found.append(Advice("variants", said, grave=True))
    for about, texts in (("question", (faq.title,)), ("variants", faq.variants)):
        if any(text and helpers.personal(text) for text in texts):
            said = "There seem to be personal details in it; write it in words that could be anybody's."
            found.append(Advice(about, said, grave=True))
    return found


def _wording(faq: Faq, figures: set[str]) -> list[Advice]:
    found = []
    for text in faq.answer:
        invented = sorted(figures_in(text) - figures)
        if invented:
            said = f"{invented[0]} stands neither in practice.yml nor in the article; is it right, and who keeps it so?"
            found.append(Advice("answer", said, grave=True))
        count = len(sentences(text))
        if not SENTENCES[0] <= count <= SENTENCES[1]:
            found.append(Advice("answer", f"Two to four sentences read best in the chat; this one has {count}."))
        if len(text) > LONG_ANSWER:
            said = f"{len(text)} characters are much to read in the chat; {LONG_ANSWER} are enough."
            found.append(Advice("answer", said))
        if any(len(sentence.split()) > LONG_SENTENCE for sentence in sentences(text)):
            found.append(Advice("answer", f"A sentence has more than {LONG_SENTENCE} words; make two of it."))
        level = reading_level(re.sub(r"\{\w+\}", "it", text))
        if level > GRADE:
            found.append(Advice("answer", f"It reads like school year {level:.0f}; shorter words help upset readers."))
    if faq.answer and not faq.owner:
        found.append(Advice("owner", "Name who answers for this text and until when it holds."))
    return found


def _first(faq: Faq) -> str:
    return faq.answer[0] if faq.answer else ""
