"""The conversation log's tables. One row a turn holds the words, the answer and the dialogue events,
so that a turn is stored whole or not at all, and erasing a conversation has one place to look."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("locale", String(35), nullable=False),
    Column("notice_version", String(32), nullable=False),
    Column("opening", JSON, nullable=False),
    Column("erasure_hash", String(64)),  # of the code the visitor was shown
    Column("kind", String(10), nullable=False, server_default="visitor"),  # or "test" (the practice's own), "demo"
    Index("conversations_by_erasure_code", "erasure_hash", unique=True),
    Index("conversations_by_start", "started_at"),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("message_id", String(36), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("text", Text),
    Column("choice", String(100)),
    Column("outcome", String(100), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("alternatives", JSON, nullable=False),
    Column("answer_id", String(100), nullable=False),
    Column("messages", JSON, nullable=False),
    Column("model_version", String(100), nullable=False),
    Column("latency_ms", Float, nullable=False),
    Column("events", JSON, nullable=False),
    Column("safety_reason", Text),  # set when the safety screen answered: for the clinician
    UniqueConstraint("conversation_id", "message_id", name="a_message_is_stored_once"),
    UniqueConstraint("conversation_id", "number", name="turns_are_numbered"),
    Index("turns_by_time", "at"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("bot_message_id", String(36), primary_key=True),
    Column("helpful", Boolean, nullable=False),
    Column("note", Text),
    Column("safety_outcome", String(100)),  # set when the safety screen stopped at the note
    Column("safety_reason", Text),
    Column("at", DateTime(timezone=True), nullable=False),
)

# Not bound to a conversation's row: what a booking kept outlives the transcript.
vault = Table(
    "vault",
    metadata,
    Column("token", String(40), primary_key=True),
    Column("conversation_id", String(32), nullable=False, index=True),
    Column("sealed", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), index=True),
)

# What was erased and when, never whose or what: {kind: how many}.
erasures = Table(
    "erasures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("counts", JSON, nullable=False),
)
