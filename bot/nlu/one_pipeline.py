"""One spaCy pipeline for all of a process.

Rasa loads it for two components of every model: half a second and 40 MB each time, also when a version is loaded
beside the one that serves. It only cuts texts into words, and nothing of a model's own is kept in it.
"""

from __future__ import annotations

from functools import lru_cache

from rasa.nlu.utils.spacy_utils import SpacyNLP


@lru_cache(maxsize=1)
def share_pipeline() -> None:
    """From now on Rasa gets the pipeline that it loaded before."""
    SpacyNLP.load_model = staticmethod(lru_cache(maxsize=1)(SpacyNLP.load_model))
