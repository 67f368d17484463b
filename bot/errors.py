"""The errors this project raises on purpose. Each says what is wrong and what to do about it.

    BotError                  base: the command line prints it as one sentence, exit code 1
    +-- SettingError          an environment setting is missing or has a wrong value
    +-- PracticeFileError     practice.yml cannot be used; names the key
    +-- BrokenFile            a file that must be whole is missing or damaged
    +-- ModelUnusable         no trained model, or one that does not fit this code
    +-- StorageUnavailable    the database cannot be read or written now
"""

from __future__ import annotations

from pathlib import Path


class BotError(Exception):
    """Something the person who runs the bot can mend; the message says how."""


class SettingError(BotError):
    """A setting is missing or wrong. The value is not repeated: it may be a secret."""


class PracticeFileError(BotError):
    """practice.yml cannot be used. The message names the key and what it should hold."""


class BrokenFile(BotError):
    """A file that must be whole is missing or damaged."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path.name} cannot be used: {reason}.")
        self.path = path


class ModelUnusable(BotError):
    """There is no trained model, or it does not fit this code. `make train` makes one."""


class StorageUnavailable(BotError):
    """The database cannot be read or written now (locked, full disk, server away)."""
