"""The console's tables: accounts, the audit, and what it keeps about each conversation.

In the database `review_cases.conversation_id` refers to the log's conversations and every other row to its case, all
with ON DELETE CASCADE (migrations/): whatever erases a conversation takes notes, search words, questions and
decisions with it, even when this code is not running.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text

from bot.database import UtcDateTime

metadata = MetaData()

accounts = Table(
    "review_accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False, unique=True),
    Column("roles", String(60), nullable=False),  # separated by spaces
    Column("password", Text, nullable=False),  # argon2id
    Column("sealed_secret", Text),  # of the second factor; None until it is set up
    Column("last_step", Integer, nullable=False),  # a code of the second factor counts once
    Column("recovery", JSON, nullable=False),  # hashes of the codes that are left
    Column("demo", Boolean, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)

sessions = Table(
    "review_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", Integer, nullable=False, index=True),
    Column("stage", String(10), nullable=False),  # "code", "welcome" or "in"
    Column("csrf", String(64), nullable=False),
    Column("sealed_secret", Text),  # while a second factor is being set up
    Column("notice", JSON),  # shown once, on the next page
    Column("made_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

attempts = Table(
    "review_attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("who", String(120), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("review_attempts_by_who", "who", "at"),
)

audit = Table(
    "review_audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(32), nullable=False),  # ISO text: what is hashed must read back exactly
    Column("who", String(60), nullable=False),
    Column("what", String(60), nullable=False),
    Column("subject", String(120), nullable=False),  # an id, never words
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

cases = Table(
    "review_cases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", String(32), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("says", String(200), nullable=False),  # the visitor's first words
    Column("outcome", String(100), nullable=False),  # the last one
    Column("model_version", String(100), nullable=False),
    Column("unsure", Boolean, nullable=False),
    Column("unhelpful", Boolean, nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("safety", Boolean, nullable=False),
    Column("booked", Boolean, nullable=False),
    Column("state", String(10), nullable=False),  # new, read, work, done
    Column("assignee", String(60), nullable=False),
    Index(
        "review_cases_newest",  # the inbox walks it: every sign it filters by is in it
        *("started_at", "id", "kind", "safety", "state", "unsure", "unhelpful", "helpful", "booked"),
    ),
    Index("review_cases_by_model", "model_version"),
    Index("review_cases_by_assignee", "assignee"),
    Index("review_cases_by_state", "kind", "state", "safety"),  # counted on the page Today
)

case_outcomes = Table(
    "review_case_outcomes",
    metadata,
    Column("outcome", String(100), primary_key=True),
    Column("case_id", Integer, primary_key=True),
    Column("started_at", UtcDateTime, nullable=False),
    Index("review_outcomes_by_start", "outcome", "started_at"),
    Index("review_outcomes_by_case", "case_id"),
)

words = Table(  # what the free-text search looks through; its index is made in migrations/
    "review_words",
    metadata,
    Column("case_id", Integer, primary_key=True),
    Column("words", Text, nullable=False),
)

answers = Table(  # one row a turn, without words: what the numbers are made of
    "review_answers",
    metadata,
    Column("case_id", Integer, primary_key=True),
    Column("message_id", String(36), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("outcome", String(100), nullable=False),
    Column("kind", String(10), nullable=False),  # answered, offered, missed, booking, safety, other
    Column("latency_ms", Float, nullable=False),
    Column("helpful", Boolean),
    Index("review_answers_by_time", "at"),
)

days = Table(  # sums over the conversations of one day of the practice; triggers drop what is not right any more
    "review_days",
    metadata,
    Column("zone", String(60), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("begins", UtcDateTime, nullable=False),
    Column("ends", UtcDateTime, nullable=False),
    Column("sums", JSON, nullable=False),
    Index("review_days_by_end", "ends", "begins"),
)

history = Table(
    "review_history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String(60), nullable=False),
    Column("what", String(20), nullable=False),  # state, assigned, note, decision
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
)

filters = Table(
    "review_filters",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer, nullable=False, index=True),
    Column("name", String(60), nullable=False),
    Column("query", Text, nullable=False),
)

flags = Table(
    "review_flags",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, nullable=False),
    Column("message_id", String(36), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("outcome", String(100), nullable=False),
    Column("reason", Text, nullable=False),
    Column("source", String(10), nullable=False),  # turn, note (of a feedback), missed (told by a clinician)
    Column("decision", String(20)),
    Column("decided_by", String(60)),
    Column("decided_at", UtcDateTime),
    Column("note", Text),
    Index("review_flags_once", "case_id", "message_id", "source", unique=True),
    Index("review_flags_open", "decision", "at"),
)

questions = Table(  # what the bot did not answer well, outside of disclosures
    "review_questions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, nullable=False),
    Column("message_id", String(36), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("reason", String(10), nullable=False),  # missed, close, unhelpful, human
    Column("outcome", String(100), nullable=False),
    Column("leanings", JSON, nullable=False),  # the candidates: [[outcome id, probability], ...]
    Column("vector", LargeBinary),  # float16
    Column("group_id", Integer, index=True),
    Column("decision_id", Integer, index=True),
    Index("review_questions_once", "case_id", "message_id", unique=True),
)

groups = Table(
    "review_groups",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title_id", Integer, nullable=False),  # the central question
    Column("questions", Integer, nullable=False),
    Column("visitors", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
)

decisions = Table(  # what was done with a group; the vectors let the same question be known again
    "review_decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),  # faq, draft, out_of_scope, ignore
    Column("target", String(100), nullable=False),
    Column("text", Text, nullable=False),  # the staff's own wording; empty for "ignore"
    Column("visitors", Integer, nullable=False),
    Column("vectors", LargeBinary, nullable=False),  # float16, of up to 20 wordings
    Column("who", String(60), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

candidates = Table(  # wordings for the next training, consumed by the FAQ editor
    "training_candidates",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("decision_id", Integer, index=True),
    Column("text", Text, nullable=False),
    Column("target", String(100), nullable=False),  # an outcome id; empty for a new FAQ
    Column("kind", String(20), nullable=False),  # faq, draft, out_of_scope
    Column("who", String(60), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("state", String(10), nullable=False),  # waiting, taken
)

samples = Table(
    "review_samples",
    metadata,
    Column("week", String(8), primary_key=True),  # such as 2026-W48
    Column("case_id", Integer, primary_key=True),
    Column("message_id", String(36), primary_key=True),
    Column("verdict", String(10)),  # right, wrong, other
    Column("should_be", String(100)),
    Column("who", String(60)),
    Column("at", UtcDateTime),
)

index_state = Table(
    "review_index",
    metadata,
    Column("id", Integer, primary_key=True),  # one row
    Column("read_until", UtcDateTime),
    Column("erased", Integer, nullable=False),  # rows whose words the search index still has to give up
)
