"""Whatever the bot can make of a message has a name that a clinician reads, on every page of the console."""

from pathlib import Path

from bot import plain_yaml
from bot.review.templating import OUTCOMES
from bot.wiring_console import topics


def test_every_intent_has_a_name():
    intents = set()
    for file in Path("domain").rglob("*.yml"):
        for one in (plain_yaml.read(file.read_text()) or {}).get("intents") or []:
            intents.add(one if isinstance(one, str) else next(iter(one)))
    named = {name.split("/")[0] for name in [*topics(), *OUTCOMES]}
    assert intents - named == {"nlu_fallback"}  # Rasa's own name; the log says "fallback"


def test_what_conversation_tests_expect_has_a_name():
    for name in ("booking", "faq", "handoff", "out_of_scope", "not_that"):
        assert "_" not in OUTCOMES[name] and OUTCOMES[name][0].isupper()
