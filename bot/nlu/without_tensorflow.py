"""Lets Rasa's agent be imported without loading TensorFlow, which none of our components uses.

Importing rasa.core.agent takes 5.0 s and 527 MB with TensorFlow, 2.7 s and 182 MB without (measured,
docs/decisions.md). Only the server and the command line do this; `rasa train`, `rasa shell` and
`rasa test` load everything as ever.
"""

from __future__ import annotations

import sys
import types
from typing import Any

_MODULES = (
    "tensorflow",
    "tensorflow.keras",
    "tensorflow.keras.callbacks",
    "tensorflow.keras.utils",
    "tensorflow.python",
    "tensorflow.python.framework",
    "tensorflow.python.keras",
    "tensorflow.python.keras.utils",
    "tensorflow.python.training",
    "tensorflow.python.training.tracking",
    "tensorflow.python.types",
    "tensorflow.python.types.core",
    "tensorflow_addons",
    "rasa.graph_components.validators.default_recipe_validator",  # of training; imports every component
)


class _AbsentMeta(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return cls


class Absent(metaclass=_AbsentMeta):
    """Stands for every TensorFlow name, enough for a class statement; using one fails at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError("TensorFlow is not loaded in the server; this component cannot run here.")


class _AbsentModule(types.ModuleType):
    __path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent


def leave_out_tensorflow() -> None:
    """Call before the first import of rasa.core. Does nothing when TensorFlow is loaded already."""
    for name in _MODULES:
        sys.modules.setdefault(name, _AbsentModule(name))
