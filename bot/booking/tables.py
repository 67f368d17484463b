"""Booking's tables. Two rows of `appointments` that count (held or confirmed) can never overlap, buffers included:
the database itself refuses, by an exclusion constraint on PostgreSQL and by triggers on SQLite (migrations/)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table, Text, false

from bot.database import UtcDateTime

metadata = MetaData()

appointments = Table(
    "appointments",
    metadata,
    Column("id", String(32), primary_key=True),  # also the hold's id
    Column("reference", String(6), nullable=False, unique=True),
    Column("state", String(10), nullable=False),
    Column("kind_id", String(40), nullable=False),
    Column("title", Text, nullable=False),
    Column("place", String(20), nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("taken_from", UtcDateTime, nullable=False),  # with the buffers: what must not overlap
    Column("taken_until", UtcDateTime, nullable=False),
    Column("held_until", UtcDateTime),
    Column("conversation_id", String(32)),
    Column("sealed_contact", Text),
    Column("visitor_zone", String(40)),  # an IANA name; goes with the contact
    Column("sequence", Integer, nullable=False),
    Column("in_calendar", Boolean, nullable=False, server_default=false()),  # its event was put there
    Index("appointments_by_time", "taken_from", "taken_until"),
    Index("appointments_by_conversation", "conversation_id"),
)

call_backs = Table(
    "call_backs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("reference", String(6), nullable=False, unique=True),
    Column("at", UtcDateTime, nullable=False),
    Column("conversation_id", String(32)),
    Column("sealed", Text),  # contact and when
    Column("done", Boolean, nullable=False),
)

busy = Table(
    "busy",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("source", String(10), nullable=False),  # "practice": a block; "calendar": as last read there
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("sealed_note", Text),
    Index("busy_by_time", "starts_at", "ends_at"),
)

events = Table(
    "booking_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject_id", String(32), nullable=False),  # an appointment, call-back or block
    Column("name", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(20), nullable=False),
    Index("booking_events_by_subject", "subject_id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject_id", String(32), nullable=False),
    Column("channel", String(10), nullable=False),  # "visitor" and "practice" are mails, "calendar" a calendar write
    Column("topic", String(20), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("starts_at", UtcDateTime),  # of the appointment when this was written: what the mail tells
    Column("ends_at", UtcDateTime),
    Column("message_id", String(64), nullable=False, unique=True),  # the same at every try
    Column("state", String(20), nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("leased_until", UtcDateTime),
    Column("lease", String(32)),
    Column("fault", String(80)),  # an error's type only
    Column("sent_at", UtcDateTime),
    Index("outbox_by_state", "state", "not_before"),
    Index("outbox_by_subject", "subject_id", "channel"),
)

calendar_state = Table(
    "calendar_state",
    metadata,
    Column("id", Integer, primary_key=True),  # one row
    Column("tag", Text),  # the calendar's ctag or sync token when it was last read whole
    Column("whole_at", UtcDateTime),
    Column("read_at", UtcDateTime),  # when its busy times were last known to be right
    Column("failing_since", UtcDateTime),
    Column("fault", String(80)),
)

link_key = Table(
    "link_key",
    metadata,
    Column("id", Integer, primary_key=True),  # one row
    Column("sealed", Text, nullable=False),
)
