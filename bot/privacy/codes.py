"""Erasure codes: shown to a visitor once, stored only as a hash, good for deleting a chat later without an account."""

from __future__ import annotations

import hashlib
import re
import secrets

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U, which are misread
_GROUPS, _LENGTH = 4, 4
_MISREAD = str.maketrans("OIL", "011")


def new_code() -> str:
    """80 random bits in four groups, such as 7KQM-2XHD-9TRA-W4NE."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(_LENGTH)) for _ in range(_GROUPS))


def issue_code() -> tuple[str, str]:
    """A new code, and the hash that is stored of it."""
    code = new_code()
    return code, _hash(code.replace("-", ""))


def code_hash(code: str) -> str | None:
    """What is stored of a code; None when the text is none, however it is written. Small letters, other separators
    and the letters that are misread for digits are forgiven."""
    plain = re.sub(r"[\s.\-_\u2010-\u2015]", "", code).upper().translate(_MISREAD)
    if len(plain) != _GROUPS * _LENGTH or set(plain) - set(_SIGNS):
        return None
    return _hash(plain)


def _hash(plain: str) -> str:
    return hashlib.sha256(f"erasure code {plain}".encode()).hexdigest()
