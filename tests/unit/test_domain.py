"""What the bot may say: every outcome answered once, every figure backed, every intent trained."""

import re
import string
from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.practice import REQUIRED
from bot.safety.resources import crisis_facts

SPEC = yaml.safe_load(Path("tests/data/outcomes.yml").read_text())
OUTCOMES = [f"{group}/{slug}" for group in SPEC if group not in ("safety", "fallback") for slug in SPEC[group]]
RESPONSES = {
    key: variations
    for file in sorted(Path("domain").glob("*.yml"))
    for key, variations in yaml.safe_load(file.read_text()).get("responses", {}).items()
}
EXAMPLES = [
    (item["intent"], line[2:].strip())
    for file in sorted(Path("data/nlu").glob("*.yml"))
    for item in yaml.safe_load(file.read_text())["nlu"]
    for line in item["examples"].splitlines()
]
QUESTIONS = [line.rpartition("\t") for line in Path("tests/data/questions.tsv").read_text().splitlines()]
ALWAYS_TOLD = {*REQUIRED, *crisis_facts()}
IN_THE_ARTICLE = {"43", "31", "1960"}


def placeholders(text):
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


def test_a_response_key_stands_in_one_place_only():
    keys = [
        key
        for file in Path("domain").glob("*.yml")
        for key in re.findall(r"^  (utter_[\w/]+):", file.read_text(), flags=re.M)
    ]
    assert [key for key, times in Counter(keys).items() if times > 1] == []


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_is_answered(outcome):
    about = RESPONSES[f"utter_{outcome}"][0]["metadata"]
    assert 0 < len(about["title"]) <= 60
    for other in about.get("follow_ups", []):
        assert other != outcome and f"utter_{other}" in RESPONSES


def test_every_faq_leads_on_with_two_questions():
    short = [o for o in OUTCOMES if o.startswith("faq/") and len(RESPONSES[f"utter_{o}"][0]["metadata"]["follow_ups"]) != 2]
    assert short == []


def test_titles_are_distinct():
    titles = Counter(RESPONSES[f"utter_{outcome}"][0]["metadata"]["title"] for outcome in OUTCOMES)
    assert [title for title, times in titles.items() if times > 1] == []


def test_every_figure_in_an_answer_stands_in_the_article():
    for key, variations in RESPONSES.items():
        for variation in variations:
            written = re.sub(r"\{\w+\}", "", variation["text"])
            assert set(re.findall(r"\d+", written)) <= IN_THE_ARTICLE, key


def test_the_last_variation_needs_only_facts_that_are_always_told():
    for key, variations in RESPONSES.items():
        assert placeholders(variations[-1]["text"]) <= ALWAYS_TOLD, key


def test_answers_are_two_to_four_short_sentences():
    for key in (f"utter_{o}" for o in OUTCOMES if o.startswith("faq/")):
        for variation in RESPONSES[key]:
            sentences = re.findall(r"[.!?](?:\s|$)", variation["text"].strip())
            assert 1 <= len(sentences) <= 6, key


def test_every_faq_has_forty_examples_and_out_of_scope_three_hundred():
    counts = Counter(intent for intent, _ in EXAMPLES)
    assert {o: counts[o] for o in OUTCOMES if o.startswith("faq/") and counts[o] < 40} == {}
    assert counts["out_of_scope"] >= 300
    assert {o for o in OUTCOMES if not counts[o]} == set()


def test_no_example_is_given_for_two_intents():
    intents = {}
    for intent, text in EXAMPLES:
        intents.setdefault(text.lower(), set()).add(intent)
    assert {text: found for text, found in intents.items() if len(found) > 1} == {}


def test_every_outcome_has_six_held_out_questions_that_were_never_trained():
    counts = Counter(expected.split("|")[0] for _, _, expected in QUESTIONS)
    assert {o for o in [*OUTCOMES, "fallback"] if counts[o] < 6} == set()


def test_crisis_numbers_stand_in_one_file_only():
    numbers = {n for fact in crisis_facts().values() for n in re.findall(r"\d[\d-]{5,}", fact)} - {"741741"}
    for folder in ("bot", "actions", "domain"):
        for file in Path(folder).rglob("*"):
            if file.suffix in (".py", ".yml", ".js", ".html") and file.name != "resources.yml":
                assert not [n for n in numbers if n in file.read_text()], file
