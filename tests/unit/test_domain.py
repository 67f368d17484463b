"""What the bot may say and what it learns from: every outcome answered once and trained, nothing invented."""

from __future__ import annotations

import re
import string
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any, Iterator

import pytest
import yaml

from bot.practice import OPTIONAL, REQUIRED, load_practice
from bot.safety.resources import crisis_facts

ROOT = Path(__file__).parents[2]
OWN = "practice_faqs.yml"  # what the practice added; its editor checks that, these tests hold what comes with the bot
DOMAIN = sorted(path for path in (ROOT / "domain").glob("*.yml") if path.name not in (OWN, "retired.yml"))
NLU = sorted(path for path in (ROOT / "data" / "nlu").glob("*.yml") if path.name != OWN)
QUESTIONS = ROOT / "tests" / "data" / "questions.tsv"
FIGURES_OF_THE_ARTICLE = {"43", "31", "1960s"}
NAMES_OF_THE_ARTICLE = {"William", "Masters", "Virginia", "Johnson"}
OTHER_CAPITALS = {"I", "I'm", "LGBTQ", "English"}
DIALOGUE_KEYS = {
    "utter_opening", "utter_unsure", "utter_off_topic", "utter_second_miss", "utter_not_that", "utter_overdue",
}  # fmt: skip
METADATA = {"title", "source", "follow_ups", "outcome", "topic", "owner", "review_by", "if_overdue", "offers"}
STEP = "utter_booking_"  # steps of a conversation, not answers: tests/unit/booking/test_wording.py
NUMBER_WORDS = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fif\w+|twenty|thirty|forty|sixty|hundred"
    r"|thousand|dozen|half|third|quarter)\b"
)
WHOLE_SENTENCES = {  # the optional facts that stand as sentences of their own
    "licence", "address", "directions", "telehealth", "hours", "fees", "insurance", "cancellation",
    "typical_course", "inclusive",
}  # fmt: skip


@cache
def read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)  # noqa: S506


def plain(text: str) -> str:
    return " ".join(text.casefold().split())


def outcome_ids() -> set[str]:
    listed = read(ROOT / "tests" / "data" / "outcomes.yml")
    groups = {group: slugs for group, slugs in listed.items() if group != "fallback"}
    return {f"{group}/{slug}" for group, slugs in groups.items() for slug in slugs} | {"fallback"}


def retired() -> set[str]:
    """What the practice took out of use: kept whole in domain/retired.yml."""
    shelf = ROOT / "domain" / "retired.yml"
    kept = read(shelf)["retired"] if shelf.exists() else []
    return {faq["id"] for faq in kept}


def added() -> set[str]:
    """The outcomes of the practice's own FAQs."""
    path = ROOT / "domain" / OWN
    own = read(path)["responses"] if path.exists() else {}
    return {key.removeprefix("utter_") for key in own}


OUTCOMES = outcome_ids() - retired()
ANSWERED = sorted(o for o in OUTCOMES if not o.startswith("safety/") and o != "fallback")


def written_keys(node: yaml.Node, under: str) -> list[str]:
    """The keys of a mapping as written: unlike a loaded dict, this keeps a key that stands twice."""
    assert isinstance(node, yaml.MappingNode)
    for key, value in node.value:
        if key.value == under:
            assert isinstance(value, yaml.MappingNode)
            return [inner.value for inner, _ in value.value]
    return []


def response_keys() -> list[tuple[str, str]]:
    found = []
    for path in DOMAIN:
        node = yaml.compose(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        assert node is not None
        assert all(n == 1 for n in Counter(key.value for key, _ in node.value).values()), path.name
        found += [(path.name, key) for key in written_keys(node, "responses")]
    return found


def responses() -> dict[str, list[dict[str, Any]]]:
    merged: dict[str, list[dict[str, Any]]] = {}
    for path in DOMAIN:
        merged.update(read(path).get("responses", {}))
    return {key: variations for key, variations in merged.items() if not key.startswith(STEP)}


@cache
def examples() -> list[tuple[str, str, str]]:
    return list(_examples())


def _examples() -> Iterator[tuple[str, str, str]]:
    for path in NLU:
        for block in read(path)["nlu"]:
            for line in block["examples"].splitlines():
                assert line.startswith("- "), f"{path.name}: {line}"
                yield path.name, block["intent"], line[2:]


def questions() -> list[tuple[str, list[str]]]:
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [(text, ids.split("|")) for text, ids in (line.split("\t") for line in lines)]


RESPONSES = responses()
TEXTS = [
    pytest.param(key, place, variation["text"], id=f"{key}-{place}")
    for key, variations in RESPONSES.items()
    for place, variation in enumerate(variations)
]


def placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def filled(text: str) -> str:
    """The text as a reader would see it, with harmless words for the facts."""
    known = (*REQUIRED, *OPTIONAL, *crisis_facts())
    stand_ins = {key: "One." if key in WHOLE_SENTENCES else "fact" for key in known}
    return " ".join(text.format_map(stand_ins).split())


def sentences(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[.?!])\s+", filled(text)) if s]


# --- answers ---


def test_every_outcome_is_answered_by_exactly_one_response() -> None:
    places = defaultdict(list)
    for file, key in response_keys():
        places[key].append(file)
    assert {key: files for key, files in places.items() if len(files) > 1} == {}, "a response stands twice"
    answers = [key for key in places if key not in DIALOGUE_KEYS and not key.startswith(STEP)]
    assert sorted(answers) == sorted(f"utter_{outcome}" for outcome in ANSWERED)


def test_titles_are_distinct_and_short() -> None:
    titles = {outcome: RESPONSES[f"utter_{outcome}"][0]["metadata"]["title"] for outcome in ANSWERED}
    assert {t: n for t, n in Counter(map(plain, titles.values())).items() if n > 1} == {}
    assert {t for t in titles.values() if not 0 < len(t) <= 60} == set()


@pytest.mark.parametrize("outcome", ANSWERED)
def test_two_follow_ups_that_exist(outcome: str) -> None:
    follow_ups = RESPONSES[f"utter_{outcome}"][0]["metadata"]["follow_ups"]
    assert set(follow_ups) <= (set(ANSWERED) | added()) - {outcome}
    assert len(set(follow_ups)) == len(follow_ups)
    assert len(follow_ups) == 2 or retired() or (outcome.startswith("chitchat/") and len(follow_ups) < 2)


@pytest.mark.parametrize("key", sorted(DIALOGUE_KEYS))
def test_dialogue_follow_ups_exist(key: str) -> None:
    assert set(RESPONSES[key][0].get("metadata", {}).get("follow_ups", [])) <= set(ANSWERED)


def test_metadata_stands_on_the_first_variation_with_known_fields() -> None:
    for key, variations in RESPONSES.items():
        about = variations[0].get("metadata", {})
        assert set(about) <= METADATA, key
        assert about.get("source", "article") == "article", key
        assert not any("metadata" in variation for variation in variations[1:]), key


@pytest.mark.parametrize(("key", "place", "text"), TEXTS)
def test_two_to_four_sentences(key: str, place: int, text: str) -> None:
    assert 2 <= len(sentences(text)) <= 4, sentences(text)


@pytest.mark.parametrize(("key", "place", "text"), TEXTS)
def test_every_figure_stands_in_the_article_or_in_practice_yml(key: str, place: int, text: str) -> None:
    written = re.sub(r"\{\w+\}", "", text)
    assert set(re.findall(r"[\w.,/]*\d[\w%]*", written)) <= FIGURES_OF_THE_ARTICLE
    assert NUMBER_WORDS.findall(written.lower()) == []


@pytest.mark.parametrize(("key", "place", "text"), TEXTS)
def test_every_name_stands_in_the_article_or_in_practice_yml(key: str, place: int, text: str) -> None:
    said = re.sub(r"'[A-Z][^']*'", "button", text)  # 'Delete my chat'
    inside = [word for sentence in sentences(said) for word in sentence.split()[1:]]
    capitals = {word.strip(".,;:()?!'") for word in inside if word[:1].isupper()}
    assert capitals <= NAMES_OF_THE_ARTICLE | OTHER_CAPITALS


@pytest.mark.parametrize(("key", "place", "text"), TEXTS)
def test_placeholders_are_known_and_the_last_variation_needs_only_required_facts(
    key: str, place: int, text: str
) -> None:
    always = (set(REQUIRED) - {"article"}) | set(crisis_facts())
    assert placeholders(text) <= always | set(OPTIONAL)
    if place == len(RESPONSES[key]) - 1:
        assert placeholders(text) <= always
    else:
        assert placeholders(text) & set(OPTIONAL), "a later variation can never be reached"


def test_every_optional_fact_is_told_somewhere() -> None:
    texts = [variation["text"] for variations in RESPONSES.values() for variation in variations]
    used = {field for text in texts for field in placeholders(text)}
    assert retired() or set(OPTIONAL) - used - {"booking"} == set()  # booking: rules, not words


def test_every_answer_can_be_given_with_the_shipped_practice_file() -> None:
    facts = {**crisis_facts(), **load_practice(ROOT / "practice.yml").facts()}
    for variations in RESPONSES.values():
        assert "{" not in variations[-1]["text"].format_map(facts)


# --- training examples ---


def test_every_outcome_is_trained_enough() -> None:
    counts = Counter(intent for _, intent, _ in examples())
    few = {o: counts[o] for o in ANSWERED if counts[o] < (40 if o.startswith("faq/") else 20)}
    assert few == {}
    assert counts["out_of_scope"] >= 300
    assert set(counts) == {*ANSWERED, "out_of_scope", "not_that"}


def test_no_example_is_given_for_two_intents() -> None:
    places = defaultdict(set)
    for _, intent, text in examples():
        places[plain(text)].add(intent)
    assert {text: intents for text, intents in places.items() if len(intents) > 1} == {}


def test_examples_hold_nothing_rasa_reads_as_markup() -> None:
    assert [text for _, _, text in examples() if not text.strip() or re.search(r"[\[\]{}\\]", text)] == []


# --- held-out questions ---


def test_held_out_questions_cover_every_outcome() -> None:
    counts = Counter(outcome for _, ids in questions() for outcome in ids if outcome not in retired())
    assert set(counts) <= OUTCOMES
    assert {o: counts[o] for o in (*ANSWERED, "fallback") if counts[o] < 6} == {}


def test_held_out_questions_are_distinct_and_not_in_the_training_data() -> None:
    asked = [plain(text) for text, _ in questions()]
    assert [text for text, n in Counter(asked).items() if n > 1] == []
    assert set(asked) & {plain(text) for _, _, text in examples()} == set()
