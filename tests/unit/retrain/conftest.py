"""A small bot: four FAQs, enough for everything but the figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.practice import OPTIONAL, REQUIRED
from bot.retrain.content import Content

NLU = """\
version: "3.1"
# what people ask about money
nlu:
- intent: faq/cost
  examples: |
    - what does it cost
    - how much is a session
    - your price please
# and about the place
- intent: faq/location
  examples: |
    - where are you
    - what is your address
    - how do i find the office
- intent: chitchat/greet
  examples: |
    - hello
    - hi there
    - good morning
- intent: out_of_scope
  examples: |
    - pizza near me
    - who won the game
"""
DOMAIN = """\
version: "3.1"
responses:
  utter_faq/cost:
  # told only when practice.yml has it
  - text: >-
      {fees} The first call
      is free.
    metadata:
      title: What does it cost?
      source: article
      follow_ups: [faq/location]
  - text: >-
      Please ask at {phone}.

  utter_faq/location:
  - text: >-
      We are in {city}.
    metadata:
      title: Where are you?
      follow_ups: [faq/cost]
  utter_chitchat/greet:
  - text: Hello.
    metadata:
      title: Hello
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "data" / "nlu").mkdir(parents=True)
    (root / "domain").mkdir()
    (root / "data" / "nlu" / "practice.yml").write_text(NLU)
    (root / "domain" / "practice.yml").write_text(DOMAIN)
    (root / "practice.yml").write_text('name: "x"\n')
    (root / "config.yml").write_text("language: en\n")
    return root


def content_of(root: Path) -> Content:
    return Content(root, root / "var", [*REQUIRED, *OPTIONAL], REQUIRED)


@pytest.fixture
def content(project: Path) -> Content:
    return content_of(project)
