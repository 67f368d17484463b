"""The spaCy pipeline as Presidio's language engine: names of persons, computed only where a word may be one."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Iterable, Iterator, List, Tuple

from bot.errors import BrokenFile
from bot.nlu.without_tensorflow import leave_out_tensorflow
from bot.privacy.lexicon import Lexicon
from bot.privacy.recognisers.words import Word, split

leave_out_tensorflow()  # as in recognisers/base.py

from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine  # noqa: E402


def quiet_presidio() -> None:
    """Presidio prints at INFO what it decides; nothing about a message may be printed."""
    decisions = logging.getLogger("decision_process")
    decisions.handlers.clear()
    decisions.addHandler(logging.NullHandler())
    decisions.propagate = False
    for name in ("presidio-analyzer", "decision_process"):
        logging.getLogger(name).setLevel(logging.ERROR)


class NameAwarePipeline(NlpEngine):
    """Loads the pipeline's folder with its name model on; the intent pipeline keeps it off in its own copy."""

    def __init__(self, folder: Path, lexicon: Lexicon) -> None:
        self._folder, self._lexicon = folder, lexicon
        self._nlp: Any = None

    def load(self) -> None:
        """Raises BrokenFile when the folder is not the pipeline."""
        import spacy

        unused = ["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "senter"]
        try:
            self._nlp = spacy.load(self._folder, exclude=unused, config={"nlp": {"disabled": []}})
        except (OSError, ValueError) as error:
            raise BrokenFile(self._folder, f"run `make setup` ({type(error).__name__})") from None

    def is_loaded(self) -> bool:
        """Whether `load` was called."""
        return self._nlp is not None

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Entities when a word of the text may be an unknown name; only then the model runs."""
        asked = any(self._may_be_a_name(word) for word in split(text))
        return NlpArtifacts(list(self._nlp(text).ents) if asked else [], None, [], [], None, language)

    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 1, n_process: int = 1, **kwargs: Any
    ) -> Iterator[Tuple[str, NlpArtifacts]]:
        """One by one: visitors write one message at a time."""
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:
        """Not used: context words are looked up in the text itself."""
        return False

    def is_punct(self, word: str, language: str) -> bool:
        """Not used, as above."""
        return False

    def get_supported_entities(self) -> List[str]:
        """Only persons are of use here."""
        return ["PERSON"]

    def get_supported_languages(self) -> List[str]:
        """English."""
        return ["en"]

    def _may_be_a_name(self, word: Word) -> bool:
        if not word.capital or len(word.low) < 2:
            return False
        if not self._lexicon.is_ordinary(word.low):
            return True
        return not word.opens and word.low in self._lexicon.also
