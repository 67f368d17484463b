"""The second factor: time-based codes of an authenticator app, and recovery codes for when the phone is lost."""

from __future__ import annotations

import base64
import hashlib
import io
import secrets
import time

import pyotp
import segno

STEP_SECONDS = 30
RECOVERY_CODES = 10
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def new_secret() -> str:
    """160 random bits in base32, as authenticator apps take them."""
    return pyotp.random_base32()


def qr_code(secret: str, name: str) -> str:
    """The secret for an app to scan, drawn here: a data: address of an SVG picture."""
    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Practice console")
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", scale=5, border=3, light="#fff", xmldecl=False)
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.getvalue()).decode()


def step_of(secret: str, code: str, last_step: int, now: float | None = None) -> int | None:
    """The time step of a valid code, one step early or late allowed; None for a wrong or already used one."""
    given, step = code.replace(" ", ""), int((now or time.time()) // STEP_SECONDS)
    totp = pyotp.TOTP(secret)
    for candidate in (step, step - 1, step + 1):
        if candidate > last_step and secrets.compare_digest(totp.at(candidate * STEP_SECONDS), _ascii(given)):
            return candidate
    return None


def recovery_codes() -> list[str]:
    """Fresh codes to be kept on paper, about 49 bits each."""
    return [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(RECOVERY_CODES)
    ]


def fingerprint(code: str) -> str:
    """What is stored of a recovery code."""
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()
