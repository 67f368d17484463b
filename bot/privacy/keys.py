"""The keys that seal contact details: a file only its owner can read, or an environment setting.

The newest key comes first and seals; every key opens. The file is looked at again when it changes, so a
rotation by `bot vault rotate` reaches a running server.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import BotError

KEPT_KEYS = 2  # the newest and the one before: a server that sealed during a rotation stays readable


class KeysUnusable(BotError):
    """The keys cannot be read, or do not open what was sealed. Keys and values are never repeated."""


class Sealer:
    """Encrypts and decrypts short texts.

    file: where the keys are, one a line, newest first; made with a new key when it is missing.
    given: keys separated by spaces (BOT_VAULT_KEYS); the file is then not used.
    """

    def __init__(self, file: Path, given: str = "") -> None:
        self._file, self._given = file, given
        self._seen: tuple[int, int] | None = None
        if not given and not file.exists():
            _make(file)
        self._keys = self._load()

    def encrypt(self, value: str) -> str:
        """The sealed text: base64, printable, about 100 characters more than twice the value."""
        return self._current().encrypt(value.encode()).decode()

    def decrypt(self, sealed: str) -> str:
        """The value. Raises KeysUnusable when no key opens it."""
        return self._with_any_key(lambda keys: keys.decrypt(sealed.encode())).decode()

    def reseal(self, sealed: str) -> str:
        """The same value sealed with the newest key. Raises KeysUnusable when no key opens it."""
        return self._with_any_key(lambda keys: keys.rotate(sealed.encode())).decode()

    def renew(self) -> None:
        """Puts a new key first in the file and drops those older than the one before.

        Does nothing to keys from the environment: there a person puts the new one first.
        """
        if self._given:
            return
        lines = [Fernet.generate_key().decode(), *_read(self._file).split()][:KEPT_KEYS]
        _replace(self._file, lines)
        self._keys = self._load()

    def _current(self) -> MultiFernet:
        if not self._given and _stamp(self._file) != self._seen:
            self._keys = self._load()
        return self._keys

    def _with_any_key(self, use: Callable[[MultiFernet], bytes]) -> bytes:
        try:
            return use(self._current())
        except InvalidToken:
            raise KeysUnusable("A contact detail cannot be opened: its key is gone; restore the keys file.") from None

    def _load(self) -> MultiFernet:
        where = "BOT_VAULT_KEYS" if self._given else str(self._file)
        self._seen = None if self._given else _stamp(self._file)
        try:
            keys: list[Any] = [Fernet(key) for key in (self._given or _read(self._file)).split()]
            return MultiFernet(keys)
        except ValueError:
            raise KeysUnusable(f"{where} does not hold usable keys; restore it from a backup.") from None


def _read(file: Path) -> str:
    try:
        if file.stat().st_mode & 0o077:
            raise KeysUnusable(f"Other people of this machine can read {file}; run: chmod 600 {file}")
        return file.read_text(encoding="ascii")
    except OSError as error:
        raise KeysUnusable(f"{file} cannot be read: {error.strerror}.") from None


def _make(file: Path) -> None:
    """A first key. Of processes that start together, one makes it and all use it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = _draft(file, [Fernet.generate_key().decode()])
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        draft.unlink()
    except OSError as error:
        raise KeysUnusable(f"The keys file {file} cannot be made: {error.strerror}.") from None


def _replace(file: Path, lines: list[str]) -> None:
    try:
        _draft(file, lines).replace(file)
    except OSError as error:
        raise KeysUnusable(f"The keys file {file} cannot be written: {error.strerror}.") from None


def _draft(file: Path, lines: list[str]) -> Path:
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write("\n".join(lines) + "\n")
        out.flush()
        os.fsync(out.fileno())
    return draft


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
