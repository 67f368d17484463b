"""What Rasa may leave out while `bot train` runs: the model is the same, in half of Rasa's own time.

Rasa copies every example each time it merges two files' examples, hashes all of an example's data to see whether it
is there twice, reads each file a second time with a slow parser to check its form, keeps a cache that a whole
training never reads, and cuts the examples into tokens that nothing of ours is trained on. `rasa train` itself
goes on doing all of it.
"""

from __future__ import annotations

import contextlib
import copy
from types import SimpleNamespace
from typing import Any, Callable, Collection, Iterator

from bot.nlu.without_tensorflow import leave_out_tensorflow

leave_out_tensorflow()

from rasa.engine.training import graph_trainer  # noqa: E402
from rasa.nlu.tokenizers.tokenizer import Tokenizer  # noqa: E402
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP  # noqa: E402
from rasa.shared.nlu.constants import ENTITIES, INTENT, RESPONSE  # noqa: E402
from rasa.shared.nlu.training_data import training_data  # noqa: E402
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader  # noqa: E402
from rasa.shared.nlu.training_data.message import Message  # noqa: E402
from rasa.shared.nlu.training_data.training_data import TrainingData  # noqa: E402

_PLAIN = (str, int, float, type(None))


@contextlib.contextmanager
def shortcuts(checked: Collection[str], before_step: Callable[[str], None]) -> Iterator[None]:
    """Takes them inside. checked: files' contents whose form is known to be right; before_step: told each step."""
    as_rasa_does = RasaYAMLReader.validate

    def validate(reader: RasaYAMLReader, content: str) -> None:
        if content not in checked:
            as_rasa_does(reader, content)

    with contextlib.ExitStack() as undo:
        for owner, name, ours in (
            (graph_trainer, "TrainingHook", lambda **_: _Hook(before_step)),
            (training_data, "copy", SimpleNamespace(copy=copy.copy, deepcopy=copy.copy)),
            (TrainingData, "sanitize_examples", staticmethod(_distinct)),
            (RasaYAMLReader, "validate", validate),
            (SpacyNLP, "process_training_data", _LeftOut.spacy),
            (Tokenizer, "process_training_data", _LeftOut.tokens),
        ):
            undo.callback(setattr, owner, name, vars(owner)[name])
            setattr(owner, name, ours)
        yield


class _Hook:
    """In place of Rasa's TrainingHook, which fills the cache."""

    def __init__(self, before_step: Callable[[str], None]) -> None:
        self._before_step = before_step

    def on_before_node(self, node_name: str, *_args: Any, **_kwargs: Any) -> dict[str, Any]:
        self._before_step(node_name)
        return {}

    def on_after_node(self, *_args: Any, **_kwargs: Any) -> None:
        pass


class _LeftOut:
    """Methods that leave the examples as they are; Rasa checks their annotations as those of its own."""

    def spacy(self, training_data: TrainingData, model: SpacyModel) -> TrainingData:
        return training_data

    def tokens(self, training_data: TrainingData) -> TrainingData:
        return training_data


def _distinct(examples: list[Message]) -> list[Message]:
    """The examples without repetitions, their annotations without space at the ends."""
    found: dict[Any, Message] = {}
    for example in examples:
        for name in (INTENT, RESPONSE):
            if example.get(name):
                example.set(name, example.get(name).strip())
        data = example.data
        simple = not data.get(ENTITIES) and all(isinstance(value, _PLAIN) for value in data.values())
        found.setdefault(tuple(sorted(data.items())) if simple else example, example)
    return list(found.values())
