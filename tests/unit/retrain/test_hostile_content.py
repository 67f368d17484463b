"""Hostile strings through the content files: each comes back equal or is refused; no intent changes.

BOT_TEST_HOSTILE sets how many (default 120; 1000 for the figure in docs/retraining.md).
"""

from __future__ import annotations

import os
import random
from dataclasses import replace
from pathlib import Path

from ruamel.yaml import YAML

from bot.retrain.content import Content, fingerprint
from bot.retrain.faq import Faq, NotAccepted, check, tidy

PIECES = [
    "[x](y)", "{slot}", "{fees}", "intent:", "- ", "|", ">-", "\n", "\r\n", "\t", "\x00", "\x1b", "\x85",
    "\u2028", "\ufeff", "\u202e", "${HOME}", "!!python/object:os.system", "&a", "*a", "<<: *a", "---",
    "...", "%YAML 1.1", "# c", '"', "'", "\\", "\\n", "\\u0000", "examples: |", "version: '3.1'", "nlu:",
    "responses:", "utter_faq/cost:", "yes", "null", "0x1f", "1e3", "2027-01-01", "12:30:00", "/restart",
    '/greet{"a":"b"}', "word", "how much", "é", "漢字", "🙂", "👩‍👩‍👧", "\ud800", "@", "`", "?", ": ", " :",
    "a:b", ",", "[", "]", "{", "}", "(", ")", "x" * 310, "ß", "٣", " ", "  ", "~", "=", "!", "'''", '"""',
    "<b>", "&amp;", "﷽", "a\u0301", "\u200b",
]  # fmt: skip

HOW_MANY = int(os.environ.get("BOT_TEST_HOSTILE", "120"))


def hostile(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)  # noqa: S311 (the same strings every time)
    return ["".join(chance.choices(PIECES, k=chance.randint(1, 5))) for _ in range(count - 1)] + ["z" * 50_000]


def test_hostile_strings_come_back_equal_or_are_refused(content: Content, project: Path) -> None:
    kept, before = {}, {}
    for number, text in enumerate(hostile(7, HOW_MANY)):
        field = ("variants", "answer", "title", "owner")[number % 4]
        given = Faq("faq/probe", "A probe?", ("Text.",), ("probing",))
        given = replace(given, **{field: (text,) if field in ("variants", "answer") else text})
        state = fingerprint(project)
        try:
            made = content.add(given, "Ann")
        except NotAccepted as refused:
            assert str(refused).endswith(".") and len(str(refused)) < 800
            assert fingerprint(project) == state
            continue
        assert replace(made, topic="") == tidy(given), repr(text)
        kept[number] = text
        before = before or {faq.id: faq for faq in content.faqs() if faq.id != "faq/probe"}
        assert {faq.id: faq for faq in content.faqs() if faq.id != "faq/probe"} == before
        (project / "data" / "nlu" / "practice_faqs.yml").unlink(missing_ok=True)
        (project / "domain" / "practice_faqs.yml").unlink()
    assert 0.15 * HOW_MANY < len(kept) < 0.9 * HOW_MANY


def test_rasa_reads_exactly_the_variants_that_were_accepted(content: Content, project: Path) -> None:
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

    probe = Faq("faq/probe", "A probe?", ("Text.",))
    accepted: list[str] = []
    for text in hostile(11, HOW_MANY):
        try:
            check(one := tidy(replace(probe, variants=(text,))), ["fees"], [])
            accepted += one.variants
        except NotAccepted:
            continue
    unlike = {text.casefold().rstrip(".?! "): text for text in accepted}
    made = content.add(replace(probe, variants=tuple(unlike.values())[:500]), "Ann")
    for path in (project / "data" / "nlu").glob("*.yml"):
        YAML(typ="safe").load(path.read_text())
    read = RasaYAMLReader().read(project / "data" / "nlu" / "practice_faqs.yml")
    assert [(m.get("intent_response_key"), m.get("text")) for m in read.training_examples] == [
        ("faq/probe", text) for text in made.variants
    ]
    assert all(not m.get("entities") for m in read.training_examples)
