"""Passwords: argon2id, and which ones are too easy to guess."""

from __future__ import annotations

import re
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from bot.review.ports import Refusal

LEAST, MOST = 12, 200
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
_GUESSED = ("password", "passwort", "letmein", "welcome", "iloveyou", "qwerty", "asdfgh", "administrator", "therapy")


class Passwords:
    """hasher: argon2id with the library's parameters for a server, unless a test wants it quick."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """The argon2id hash, with its salt."""
        return self._hasher.hash(password)

    def matches(self, password: str, hashed: str | None) -> bool:
        """Whether it is this password; takes as long when there is none to compare with."""
        try:
            self._hasher.verify(hashed or self._nobody, password[:MOST])
        except (Argon2Error, InvalidHashError):
            return False
        return hashed is not None


def made_up() -> str:
    """A password of 20 letters and digits in groups, about 99 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


def refuse_weak(password: str, name: str) -> None:
    """Raises Refusal with a sentence that says what would be better."""
    if not LEAST <= len(password) <= MOST:
        raise Refusal(f"Please choose a password of {LEAST} characters or more.")
    plain = re.sub(r"[^a-z]", "", password.lower())
    guessed = any(word in plain and len(plain) - len(word) < 6 for word in (*_GUESSED, name.lower()) if word)
    if guessed or len(set(password)) < 6 or _is_run(password):
        raise Refusal("This password would be guessed early; please choose another one, such as four unrelated words.")


def _is_run(password: str) -> bool:
    steps = {ord(b) - ord(a) for a, b in zip(password, password[1:], strict=False)}
    return len(steps) == 1
