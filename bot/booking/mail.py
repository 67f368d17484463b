"""Mails about appointments: composed from mails.yml, handed to the mail server. Nothing a visitor wrote gets into a
header but the one address they gave, and that only when it is a plain address."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Mapping, Protocol
from zoneinfo import ZoneInfo

import aiosmtplib

from bot import plain_yaml
from bot.booking import invite
from bot.booking.links import Links
from bot.booking.records import Appointment
from bot.booking.wording import WHERE, known_zone, when_words
from bot.errors import BrokenFile
from bot.outside import MailServer, is_mail_address

MAILS = Path(__file__).parent / "mails.yml"
TIMEOUT = 30.0  # seconds for one mail; the outbox's lease holds for all mails of a claim


class Undeliverable(Exception):
    """The server will never take this mail to this address."""


@dataclass(frozen=True)
class Letter:
    """One mail to write. audience: visitor or practice; appointment: as the mail tells it; None for a call-back
    and for the weekly summary."""

    audience: str
    topic: str
    recipient: str
    message_id: str
    reference: str
    appointment: Appointment | None
    counts: Mapping[str, str] = field(default_factory=dict)  # what the weekly summary tells


class Sender(Protocol):
    """Hands a mail over. Raises Undeliverable when trying again is of no use, anything else when it is."""

    async def send(self, message: EmailMessage) -> None:
        """Returns once the server has taken it."""


class Composer:
    """Writes mails. Raises BrokenFile when mails.yml lacks a text."""

    def __init__(self, server: MailServer, zone: ZoneInfo, links: Links) -> None:
        self._server, self._zone, self._links = server, zone, links
        self._texts = plain_yaml.read(MAILS.read_text(encoding="utf-8"))

    def compose(self, letter: Letter, now: datetime) -> EmailMessage:
        """The whole mail. Raises Undeliverable when the address is not a plain one."""
        if not is_mail_address(letter.recipient):
            raise Undeliverable
        try:
            wording = self._texts[letter.audience][letter.topic]
            facts = self._facts(letter)
            subject, text = wording["subject"].format(**facts), wording["text"].format(**facts)
        except (KeyError, TypeError) as error:
            raise BrokenFile(MAILS, f"{letter.audience}.{letter.topic} lacks {error}") from None
        message = EmailMessage(policy=SMTP)
        message["From"] = formataddr((self._server.sender_name, self._server.sender))
        message["To"] = letter.recipient
        message["Subject"] = subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{letter.message_id}@{self._server.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        if letter.appointment and letter.topic != "reminder":
            self._attach_invite(message, letter.appointment, letter, facts["when"], now)
        return message

    def _facts(self, letter: Letter) -> dict[str, str]:
        made = letter.appointment
        if made is None:
            return {"reference": letter.reference, **letter.counts}
        visitor = known_zone(made.visitor_zone) if letter.audience == "visitor" else None
        return {
            "reference": letter.reference,
            "when": when_words(made.start, self._zone, visitor),
            "where": WHERE.get(made.place, made.place),
            "link": self._links.page(made),
        }

    def _attach_invite(
        self, message: EmailMessage, appointment: Appointment, letter: Letter, when: str, now: datetime
    ) -> None:
        method = invite.CANCEL if letter.topic == "cancelled" else invite.REQUEST
        file = invite.calendar_file(appointment, now, method, when, self._server.sender, letter.recipient)
        message.add_attachment(
            file, maintype="text", subtype="calendar", params={"method": method, "charset": "utf-8"},
            filename="appointment.ics",
        )  # fmt: skip


class SmtpSender(Sender):
    """One connection a mail: there are few, and nothing stays open."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def send(self, message: EmailMessage) -> None:
        """Returns once the server has taken it."""
        server = self._server
        starttls = None if server.is_near else True  # None: when offered; True: or not at all
        try:
            sending = aiosmtplib.send(
                message,
                hostname=server.host,
                port=server.port,
                username=server.user or None,
                password=server.password or None,
                use_tls=server.tls,
                start_tls=False if server.tls else starttls,
                timeout=TIMEOUT,
            )
            await asyncio.wait_for(sending, TIMEOUT)
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(refusal.code >= 500 for refusal in error.recipients):
                raise Undeliverable from None
            raise
