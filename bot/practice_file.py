"""Reading the one file a practice edits: what YAML lets through quietly is refused in one clear sentence."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any, Iterable

import yaml

from bot import plain_yaml
from bot.errors import PracticeFileError


def read_yaml(path: Path) -> dict[Any, Any]:
    """The file's mapping. Raises PracticeFileError, without the file's name."""
    return parse_yaml(_read(path))


def refuse_unknown(given: Iterable[Any], known: tuple[str, ...], inside: str = "") -> None:
    """Names the nearest known key. inside: the path of the mapping, with its dot."""
    for key in given:
        if key not in known:
            close = difflib.get_close_matches(str(key), known, 1)
            hint = f"; did you mean `{inside}{close[0]}`?" if close else f"; known are {', '.join(known)}."
            raise PracticeFileError(f"`{inside}{key}` is not a fact the bot knows{hint}")


def is_empty(value: Any) -> bool:
    """Whether a key was left open."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PracticeFileError("the file is missing; restore it from the repository.") from None
    except UnicodeDecodeError:
        raise PracticeFileError("the file is not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise PracticeFileError(f"the file cannot be read ({error.strerror}).") from None


def parse_yaml(text: str) -> dict[Any, Any]:
    """The mapping of a text. Raises PracticeFileError."""
    try:
        _refuse_twice(yaml.compose(text, plain_yaml.Loader))
        given = plain_yaml.read(text)
    except yaml.YAMLError as error:
        where = _where(error, text)
        fault = f"{where} is not valid YAML; check quotes and spaces there or above."
        raise PracticeFileError(fault) from None
    except ValueError:  # an impossible date, such as 2026-13-45
        raise PracticeFileError("a date or number is not possible; put it in quotes.") from None
    if not isinstance(given, dict):
        raise PracticeFileError('the file must hold lines such as `city: "Palo Alto"`.')
    return given


def _where(error: yaml.YAMLError, text: str) -> str:
    # A quote that is never closed is noticed at the end of the file only; the context is where it opens.
    never_closed = "quoted scalar" in (getattr(error, "context", None) or "")
    mark = getattr(error, "context_mark" if never_closed else "problem_mark", None)
    if mark is not None:
        return f"line {mark.line + 1}"
    position = getattr(error, "position", None)  # a character YAML does not allow
    return f"line {text.count(chr(10), 0, position) + 1}" if isinstance(position, int) else "the file"


def _refuse_twice(node: yaml.Node | None) -> None:
    """YAML quietly keeps the last of two equal keys: an old empty line would hide the new one."""
    seen: set[Any] = set()
    for key, value in node.value if isinstance(node, yaml.MappingNode) else []:
        if isinstance(key, yaml.ScalarNode) and key.value in seen:
            line = key.start_mark.line + 1
            raise PracticeFileError(f"`{key.value}` stands twice, again in line {line}; keep one of them.")
        seen.add(key.value if isinstance(key, yaml.ScalarNode) else key)
        _refuse_twice(value)
