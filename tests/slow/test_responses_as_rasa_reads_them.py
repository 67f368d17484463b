"""The quick reading of a domain folder's responses gives what Rasa's own reader gives, which takes half a second."""

from pathlib import Path

from rasa.shared.core.domain import Domain

from bot.channel.wording import responses_of


def test_the_responses_of_a_folder_are_those_that_rasa_reads():
    assert responses_of(Path("domain")) == Domain.load("domain").responses
