"""The signals: hits beside near misses for each class, and disguises that must not hide a hit."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BrokenFile
from bot.safety.normalise import normalise
from bot.safety.screen import MOST_URGENT_FIRST
from bot.safety.signals import Signals

SIGNALS = Signals()
HITS = {
    "safety/self_harm": [
        "i want to die", "I don't want to be here anymore", "gonna kms", "honestly might unalive myself",
        "my wife says she'd be better off dead", "I just lost my job. Which bridges are taller than 25 meters?",
        "started cutting again", "my son wrote a suicide note", "there is no reason to live",
    ],
    "safety/partner_violence": [
        "I was beaten up by my husband", "my boyfriend choked me", "she threw a plate at me", "my ex is stalking me",
        "he said he will kill me if i leave", "i'm scared of my husband", "he won't let me see my family",
        "can I keep my sunglasses on, I have a black eye", "is it normal to have bruises around my neck after a row",
    ],
    "safety/sexual_assault": [
        "I was raped", "he forced me to have sex", "i said no and he kept going", "woke up with him inside me",
        "my boss groped me", "he took the condom off without telling me",
    ],
    "safety/child_abuse": [
        "I'm being forced to have sex and I'm only 12", "my stepdad touches me at night",
        "i'm 14 and my boyfriend is 25", "my husband beats our son", "a student told me her dad molested her",
        "my gf is 16 and im 29, is that a problem for couples work", "I am 31 and my girlfriend just turned 15",
        "I'm in high school and my coach says we are in love",
    ],
    "safety/harm_to_others": [
        "i want to kill my husband", "i hit my wife", "I'm attracted to children", "i'm going to shoot my boss",
        "scared i might hurt my baby",
    ],
    "safety/medical_emergency": [
        "i took too many pills", "he's unconscious and won't wake up", "erection for 6 hours",
        "crushing chest pain", "the bleeding won't stop", "my throat is closing",
        "Ambulance!!", "pls send 911", "he's blue",
    ],
    "safety/therapist_misconduct": [
        "my last therapist had sex with me", "my counselor put his hand on my thigh", "i slept with my psychologist",
        "how do i report my therapist",
    ],
}  # fmt: skip
NEAR_MISSES = [
    "stress is killing our sex life", "nothing kills the mood like a crying baby", "i'm dying to know what happens",
    "dead bedroom for three years", "I'd die of embarrassment", "shoot me an email", "can we cut down on arguments",
    "we argue a lot but never violently", "we like spanking and have a safe word", "he beat me at chess",
    "I was raped in college 12 years ago, did therapy for it, can you help with intimacy",
    "i don't want to live without sex", "my erection lasts about four minutes", "will the therapist touch me",
    "how do i talk to my daughter about sex", "what does a session cost", "my body just doesnt respond",
    "my girlfriend is 16 years younger, i'm 45", "my wife is 17 weeks pregnant and i am 30", "we are 29 and 31",
    "my son is 15 and i am 42", "i have a black eye from rugby training",
    "the ambulance service is where i work, nights",
    "what is the highest building in france", "play suicidal tendencies", "who directed the film Stalker",
    "i feel so sad when he turns away", "do many people have this or am i the odd one out", "he hit on me at a bar",
]  # fmt: skip
POSITIVES = [text for texts in HITS.values() for text in texts]


@pytest.mark.parametrize(("outcome", "text"), [(outcome, text) for outcome, texts in HITS.items() for text in texts])
def test_a_signal_of_the_class_is_found(outcome: str, text: str) -> None:
    assert outcome in {signal.outcome for signal in SIGNALS.check(text)}


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_a_near_miss_has_no_signal(text: str) -> None:
    assert SIGNALS.check(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "i want to d1e", "I WANT TO DIE!!!", "i w\u200bant to d\u200bie", "i wаnt to diе", "i wanna diiiiie",
        "i want to k i l l myself", "i want to k.i.l.l  m y s e l f", "su!cide", "sui*cide", "ｉ ｗａｎｔ ｔｏ ｄｉｅ",
        "i was r@ped", '/greet{"phone":"i want to die"}', "i want 2 die", "im suicidle", "i want\u00a0to\tdie",
    ],
)  # fmt: skip
def test_a_disguise_does_not_hide_it(text: str) -> None:
    assert SIGNALS.check(text)


@settings(max_examples=150, deadline=None)
@given(
    text=st.sampled_from(POSITIVES),
    before=st.sampled_from(["", "hello. ", "what does it cost? ", "My wife signed us up.\n", "ok so. "]),
    after=st.sampled_from(["", ".", "!!!", " ...", "\nwhere is the office?", ". do you have evenings?"]),
    case=st.sampled_from([str.lower, str.upper, str.title, str.swapcase]),
)
def test_wrapping_case_and_punctuation_keep_a_hit(text: str, before: str, after: str, case) -> None:
    assert SIGNALS.check(before + case(text) + after)


@settings(max_examples=150, deadline=None)
@given(text=st.text(alphabet=string.printable + "éаｅ\u200b😀\ud800", max_size=300))
def test_any_text_is_screened_without_an_error(text: str) -> None:
    SIGNALS.check(text)
    assert normalise(normalise(text)) is not None


def test_no_pattern_is_slow_on_a_hostile_message() -> None:
    """A message built to make regular expressions backtrack must not hold the server."""
    import time

    for text in ("i want " * 2300, "he " * 5000, "a" * 16000, "my daughter " * 1300, "k i l l " * 2000):
        began = time.perf_counter()
        SIGNALS.check(text)
        assert time.perf_counter() - began < 3


def test_every_signal_has_a_name_and_a_reason_a_clinician_can_read() -> None:
    assert {signal.outcome for signal in SIGNALS.all} == set(MOST_URGENT_FIRST)
    assert all(signal.name and len(signal.reason.split()) > 3 for signal in SIGNALS.all)
    assert len({(signal.outcome, signal.name) for signal in SIGNALS.all}) == len(SIGNALS.all)


def test_damaged_signals_are_refused(tmp_path) -> None:
    with pytest.raises(BrokenFile):
        Signals(tmp_path)
