"""The wording of Rasa's own commands (`rasa shell`, `rasa test`): endpoints.yml names it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from bot.channel.wording import ReviewedWording, responses_of
from bot.practice import load_practice
from bot.wiring_facts import facts_of


class Wording(ReviewedWording):
    """The practice's wording, made as Rasa makes it: often before it has read the model."""

    def __init__(self, endpoint_config: Any = None, domain: Optional[Any] = None) -> None:
        practice = load_practice(Path("practice.yml"))
        super().__init__(practice, facts_of(practice))
        self.use(responses_of(Path("domain")) if domain is None or domain.is_empty() else domain.responses)
