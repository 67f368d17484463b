"""Lets Rasa be imported without loading TensorFlow, which none of our components uses, nor the clients of chat
services and databases that Rasa could speak to and this bot does not.

Importing rasa.core.agent takes 5.0 s and 527 MB with TensorFlow, 2.7 s and 182 MB without, and half a second less
without the clients (measured, docs/decisions.md). The server and `bot` do this, training included; Rasa's own
commands (`rasa train`, `rasa shell`, `rasa test`) load everything as ever.
"""

from __future__ import annotations

import sys
import types
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any, Sequence

_LEFT_OUT = {
    *("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras"),
    *("slack_sdk", "aiogram", "webexteamssdk", "twilio", "fbmessenger", "socketio", "boto3", "pymongo"),
}


class _AbsentMeta(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return cls


class Absent(metaclass=_AbsentMeta):
    """Stands for every name that is left out, enough for a class statement; using one fails at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError("This library is not loaded here; what needs it runs by Rasa's own command.")


class _AbsentModule(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent


class _AbsentFinder(MetaPathFinder, Loader):
    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        if fullname.startswith("tensorflow.experimental"):  # spaCy asks for it to see whether TensorFlow is there
            raise ModuleNotFoundError(f"{fullname} is left out", name=fullname)
        return ModuleSpec(fullname, self, is_package=True) if fullname.split(".")[0] in _LEFT_OUT else None

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return _AbsentModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to run."""


def leave_out_tensorflow() -> None:
    """Call before the first import of rasa.core. Does nothing when TensorFlow is loaded already."""
    if "tensorflow" not in sys.modules and not any(isinstance(finder, _AbsentFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _AbsentFinder())
