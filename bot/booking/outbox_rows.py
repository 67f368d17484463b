"""What must follow a change, as rows written in the change's own transaction; the worker sends them later."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection

from bot.booking.records import Appointment, CallBack
from bot.booking.tables import outbox

MAIL_TO_VISITOR, MAIL_TO_PRACTICE, CALENDAR_WRITE = "visitor", "practice", "calendar"  # channels
WAITING, NOT_CONFIGURED, SENT, FAILED, DROPPED = "waiting", "not configured", "sent", "failed", "dropped"  # states
REMIND_BEFORE = timedelta(hours=24)


def follow(connection: Connection, change: str, appointment: Appointment, now: datetime) -> None:
    """change: confirmed, moved or cancelled. Mails to the practice, to a visitor who may be written to, the calendar
    write, and the reminder, anew when the time changed."""
    contact = appointment.contact
    _drop_reminder(connection, appointment.id)
    rows = [_row(appointment, channel, change, now) for channel in (MAIL_TO_PRACTICE, CALENDAR_WRITE)]
    if contact and contact.email and contact.write_ok:
        rows.append(_row(appointment, MAIL_TO_VISITOR, change, now))
        remind_at = appointment.start - REMIND_BEFORE
        if contact.reminder and change != "cancelled" and remind_at > now:
            rows.append(_row(appointment, MAIL_TO_VISITOR, "reminder", remind_at))
    connection.execute(outbox.insert(), rows)


def follow_call_back(connection: Connection, call_back: CallBack, now: datetime) -> None:
    """A mail to the practice that somebody asked to be called."""
    connection.execute(outbox.insert().values(**_common(call_back.id, MAIL_TO_PRACTICE, "call_back", now), sequence=0))


def _row(appointment: Appointment, channel: str, topic: str, not_before: datetime) -> dict[str, Any]:
    times = {"sequence": appointment.sequence, "starts_at": appointment.start, "ends_at": appointment.end}
    return {**_common(appointment.id, channel, topic, not_before), **times}


def _common(subject_id: str, channel: str, topic: str, not_before: datetime) -> dict[str, Any]:
    return {
        "subject_id": subject_id,
        "channel": channel,
        "topic": topic,
        "message_id": secrets.token_hex(16),
        "state": WAITING,
        "not_before": not_before,
        "attempts": 0,
    }


def _drop_reminder(connection: Connection, subject_id: str) -> None:
    stale = [outbox.c.subject_id == subject_id, outbox.c.topic == "reminder"]
    waiting = outbox.c.state.in_((WAITING, NOT_CONFIGURED))
    connection.execute(outbox.update().where(*stale, waiting).values(state=DROPPED))
