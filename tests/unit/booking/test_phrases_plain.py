"""What is nothing but an answer to the question of the time, and what is never taken for one."""

import pytest

from bot.booking.phrases_plain import is_plain_answer


@pytest.mark.parametrize(
    "text",
    ["after the holidays", "new year's week", "the last one", "I\u2019ll take the last one", "the sooner the better",
     "not after 6", "after the kids go to bed", "after dinner", "the later the better", "the day after",
     "the week after", "not until after the 15th", "after the new year", "friday at 3 or monday morning please"],
)  # fmt: skip
def test_times_alone_are_plain_answers(text):
    assert is_plain_answer(text)


@pytest.mark.parametrize(
    "text",
    ["i won't be here after the holidays", "it will be over tonight", "i don't want to go on any more", "",
     "i can't wait until tomorrow", "this is the last one", "the last time", "end it tonight", "no more tomorrow",
     "tonight i will do it", "he comes home at 6 and hits me", "i took 20 pills at 3", "goodbye",
     "after tonight nobody has to worry", "the last night of my life", "i want to die before christmas",
     "not another day", "no tomorrow for me"],
)  # fmt: skip
def test_a_sentence_about_oneself_is_none(text):
    assert not is_plain_answer(text)
