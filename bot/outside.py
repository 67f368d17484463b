"""The servers outside that an installation may use, from BOT_... environment variables; without them nothing is sent.

Values are never repeated in errors: they may hold a password.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Mapping
from urllib.parse import unquote, urlsplit

from bot.errors import SettingError

_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\\x00-\x1f\x7f]+@[^@\s<>,;:\"()\[\]\\\x00-\x1f\x7f]+")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed over and whom they come from. tls: from the first byte; otherwise STARTTLS is asked
    for, and required unless the server is this machine."""

    host: str
    port: int
    tls: bool
    sender: str
    sender_name: str = "Appointments"
    user: str = ""
    password: str = field(default="", repr=False)
    practice_address: str = ""  # "": the one in practice.yml
    digest_address: str = ""  # "": no weekly summary

    @property
    def is_near(self) -> bool:
        """On this machine, where nobody listens in between."""
        return self.host in LOOPBACK


@dataclass(frozen=True)
class CalendarServer:
    """The practice's calendar, by CalDAV."""

    url: str
    user: str = ""
    password: str = field(default="", repr=False)


def mail_server(env: Mapping[str, str]) -> MailServer | None:
    """From BOT_SMTP_URL, BOT_MAIL_FROM, BOT_MAIL_TO, BOT_DIGEST_TO; None without the first. Raises SettingError."""
    url = env.get("BOT_SMTP_URL", "").strip()
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _wrong_smtp() from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise _wrong_smtp()
    for needed in ("BOT_MAIL_FROM", "BOT_PUBLIC_URL"):
        if not env.get(needed, "").strip():
            raise SettingError(f"BOT_SMTP_URL is set, so {needed} is needed too; see docs/booking.md.")
    name, sender = _address(env, "BOT_MAIL_FROM")
    tls = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname,
        port=port or (465 if tls else 587),
        tls=tls,
        sender=sender,
        sender_name=name or MailServer.sender_name,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        practice_address=_address(env, "BOT_MAIL_TO")[1] if env.get("BOT_MAIL_TO", "").strip() else "",
        digest_address=_address(env, "BOT_DIGEST_TO")[1] if env.get("BOT_DIGEST_TO", "").strip() else "",
    )


def calendar_server(env: Mapping[str, str]) -> CalendarServer | None:
    """From BOT_CALDAV_URL, BOT_CALDAV_USER and BOT_CALDAV_PASSWORD; None without the first. Raises SettingError."""
    url = env.get("BOT_CALDAV_URL", "").strip()
    if not url:
        return None
    if not re.fullmatch(r"https?://[^\s/?#@]+/\S*", url):
        raise SettingError("BOT_CALDAV_URL must be a calendar's address, such as https://dav.example.org/anna/work/")
    return CalendarServer(url, env.get("BOT_CALDAV_USER", ""), env.get("BOT_CALDAV_PASSWORD", ""))


def is_mail_address(text: str) -> bool:
    """Whether a mail can be addressed to it: one plain address, nothing that would break a header."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def _address(env: Mapping[str, str], key: str) -> tuple[str, str]:
    text = env.get(key, "").strip()
    name, address = parseaddr(text)
    if not is_mail_address(address) or not text.isprintable():
        raise SettingError(f"{key} must be an address such as Appointments <appointments@example.org>")
    return name, address


def _wrong_smtp() -> SettingError:
    return SettingError(
        "BOT_SMTP_URL must be an address such as smtps://user:password@mail.example.org or smtp://mail.example.org:587"
    )
