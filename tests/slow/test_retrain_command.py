"""From a new FAQ to its answer by command, on 3,000 examples: blocked, overridden, trained, live, asked, taken back;
and what is said of an FAQ before."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.plain_yaml import read
from bot.retrain.yaml_files import examples
from tests.served_bot import Installation, Visitor

SAVED_TO_LIVE = 60.0  # seconds
QUESTION = "Can I bring my dog?"
ANSWER = "Yes, your dog may come along. Please keep it on a leash."
VARIANTS = ["is my dog allowed", "do you allow dogs in the office", "can the dog come along", "i have a service dog",
            "are pets ok"]  # fmt: skip


@pytest.mark.timeout(900)
def test_a_new_faq_goes_live_by_command_and_back(tmp_path: Path) -> None:
    place = Installation(tmp_path, examples=16)
    known = [read(path.read_bytes())["nlu"] for path in (tmp_path / "data" / "nlu").glob("*.yml")]
    count = sum(len(examples(block)) for blocks in known for block in blocks)
    with place.served(1) as (url,):
        visitor = Visitor(url)

        # A training on a fourth of the examples knows less than what is live.
        done = place.bot("retrain", "--promote", "--by", "Ann")
        assert done.returncode == 2 and "BLOCKED" in done.stdout, done.stdout[-2000:] + done.stderr
        assert place.bot("promote", "v2").returncode == 2
        done = place.bot("promote", "v2", "--override", "to try it with fewer examples")
        assert (done.returncode, done.stdout) == (0, "v2 is live.\n"), done.stdout + done.stderr

        began = time.monotonic()
        variants = [word for text in VARIANTS for word in ("--variant", text)]
        assert place.bot("faq", "add", "--question", QUESTION, "--answer", ANSWER, *variants).returncode == 0
        done = place.bot("retrain", "--promote", "--by", "Ann")
        assert done.returncode == 0 and done.stdout.endswith("v3 is live.\n"), done.stdout[-2000:] + done.stderr
        while visitor.say("may i bring my dog with me")["text"] != ANSWER:
            assert time.monotonic() - began < 300
            time.sleep(0.1)
        took = time.monotonic() - began
        print(f"{count} examples: from `bot faq add` to the answer in the chat {took:.1f} s")

        assert place.bot("rollback").stdout == "v2 is live.\n"
        back = time.monotonic()
        while visitor.say("may i bring my dog with me")["text"] == ANSWER:
            assert time.monotonic() - back < 5
            time.sleep(0.1)
        assert QUESTION in place.bot("faq", "list").stdout, "the draft is kept"
        lines = place.bot("versions").stdout.splitlines()
        assert [line.split()[0] for line in lines] == ["v3", "v2", "v1"] and "live" in lines[1]
        assert took <= SAVED_TO_LIVE

        # What is taken out of use on purpose is shown, and does not block.
        assert place.bot("faq", "retire", "faq/any_age").returncode == 0
        done = place.bot("retrain", "--by", "Ann")
        assert done.returncode == 0 and ": faq/any_age -> " in done.stdout, done.stdout[-3000:] + done.stderr


def test_a_check_says_what_the_editor_would_and_ends_with_2_when_it_is_grave(tmp_path: Path) -> None:
    place = Installation(tmp_path)
    dog = [word for text in VARIANTS for word in ("--variant", text)]
    assert place.bot("faq", "add", "--question", QUESTION, "--answer", ANSWER, *dog, "--owner", "Ann").returncode == 0
    done = place.bot("faq", "check", "faq/can_i_bring_my_dog")
    assert done.returncode == 0 and done.stdout.count("near: ") == 3 and "MIND" not in done.stdout, done.stdout
    bad = ["--variant", "i want to kill myself", "--variant", "my name is Bob Smith, 415-555-0199"]
    answer = "It costs 999 dollars."
    assert place.bot("faq", "add", "--question", "What is the price?", "--answer", answer, *bad).returncode == 0
    done = place.bot("faq", "check", "faq/what_is_the_price")
    assert done.returncode == 2
    for said in (
        "near: ", "“What does it cost?” is nearly the same question", "gets the crisis reply", "personal details",
        "999 stands neither", "Write at least 5 ways",
    ):  # fmt: skip
        assert said in done.stdout, said
    assert place.bot("faq", "check", "faq/nope").returncode == 1
