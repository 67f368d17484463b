"""Keeps what visitors write out of every log and crash file: call `keep_quiet` before anything else loads.

Our own loggers write no visitor's words. Libraries may (Rasa logs message texts, exceptions repeat values), so of
their records only the fixed part is written: the logger, the place, the template without its values.
"""

from __future__ import annotations

import ctypes
import logging
import os
import re
import resource
import sys
import threading
import traceback
import warnings
from types import TracebackType
from typing import Any, MutableMapping, Type

OWN = ("bot", "actions")
_LEFT_OUT = "(message left out)"
_EVENT = re.compile(r"[\w.\-]{1,100}")  # structlog's event names, not sentences
_NOT_DUMPABLE = (4, 0)  # prctl's PR_SET_DUMPABLE


def keep_quiet() -> None:
    """Quiet loggers, no values in what they write, no core dumps. May be called more than once."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    warnings.showwarning = lambda *_args, **_kwargs: None  # libraries warn by the dozen, some with values
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    _quiet_structlog()
    _quiet_logging()
    _no_core_dumps()


class WithoutValues(logging.Formatter):
    """Our records as they are; of other records the template only; of exceptions type and place only."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, then the places of an exception."""
        own = record.name.split(".")[0] in OWN
        message = record.getMessage() if own else _template(record)
        lines = [f"{record.levelname} {record.name}: {message}"]
        if record.exc_info and record.exc_info[0]:
            lines += places(record.exc_info[0], record.exc_info[2])
        return "\n".join(lines)


def places(kind: Type[BaseException], trace: TracebackType | None) -> list[str]:
    """An exception's type and where it went through, without its message."""
    frames = traceback.extract_tb(trace)
    return [f"  {kind.__name__} in {frame.name}, {frame.filename}:{frame.lineno}" for frame in frames[-8:]]


def _template(record: logging.LogRecord) -> str:
    # without args the text may have been put together before: nobody knows what it holds
    shown = str(record.msg) if record.args else _LEFT_OUT
    return f"{shown} [{record.module}:{record.lineno}]"


def _uncaught(kind: Type[BaseException], _error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        print("Stopped.", file=sys.stderr)
        return
    print("\n".join([f"Unexpected {kind.__name__}.", *places(kind, trace)]), file=sys.stderr)


def _quiet_structlog() -> None:
    import structlog

    structlog.configure(
        processors=[_only_event, structlog.processors.KeyValueRenderer(key_order=["event"])],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _only_event(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    name = event.get("event")
    return {"event": name if isinstance(name, str) and _EVENT.fullmatch(name) else _LEFT_OUT}


def _quiet_logging() -> None:
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
    for handler in root.handlers:
        handler.setFormatter(WithoutValues())
    root.setLevel(logging.WARNING)
    for name in list(logging.root.manager.loggerDict):  # loggers that brought handlers of their own
        logger = logging.getLogger(name)
        if name.split(".")[0] not in OWN and logger.handlers:
            logger.handlers.clear()
            logger.propagate = True
    for name in ("rasa", "rasa_sdk", "matplotlib", "presidio-analyzer", "decision_process", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _no_core_dumps() -> None:
    """A core dump would hold the messages in memory. The limit does not bind a system that pipes dumps away; there
    the process must say that it is not to be dumped."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(*_NOT_DUMPABLE, 0, 0, 0)
