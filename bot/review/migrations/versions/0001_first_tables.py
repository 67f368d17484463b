"""Accounts, sessions, the audit that cannot be changed, and what the console keeps about conversations."""

import sqlalchemy as sa
from alembic import op

from bot.database import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    _access()
    _cases()
    _triage()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()
    op.execute("INSERT INTO review_index (id, erased) VALUES (1, 0)")


def _access() -> None:
    op.create_table(
        "review_accounts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(60), nullable=False, unique=True),
        sa.Column("roles", sa.String(60), nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("sealed_secret", sa.Text),
        sa.Column("last_step", sa.Integer, nullable=False),
        sa.Column("recovery", sa.JSON, nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "review_sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        _of("account_id", "review_accounts"),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("sealed_secret", sa.Text),
        sa.Column("notice", sa.JSON),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_review_sessions_account_id", "review_sessions", ["account_id"])
    op.create_table(
        "review_attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("who", sa.String(120), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index("review_attempts_by_who", "review_attempts", ["who", "at"])
    op.create_table(
        "review_audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("what", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "review_filters",
        sa.Column("id", sa.Integer, primary_key=True),
        _of("account_id", "review_accounts"),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.Text, nullable=False),
    )
    op.create_index("ix_review_filters_account_id", "review_filters", ["account_id"])


def _cases() -> None:
    op.create_table(
        "review_cases",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "conversation_id",
            sa.String(32),
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("last_at", UtcDateTime, nullable=False),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("says", sa.String(200), nullable=False),
        sa.Column("outcome", sa.String(100), nullable=False),
        sa.Column("model_version", sa.String(100), nullable=False),
        *[
            sa.Column(name, sa.Boolean, nullable=False)
            for name in ("unsure", "unhelpful", "helpful", "safety", "booked")
        ],
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("assignee", sa.String(60), nullable=False),
    )
    op.create_index("review_cases_by_start", "review_cases", ["kind", "started_at", "id"])
    op.create_index("review_cases_by_state", "review_cases", ["kind", "state", "started_at"])
    op.create_table(
        "review_case_outcomes",
        sa.Column("outcome", sa.String(100), primary_key=True),
        _of("case_id", "review_cases", primary_key=True),
        sa.Column("started_at", UtcDateTime, nullable=False),
    )
    op.create_index("review_outcomes_by_start", "review_case_outcomes", ["outcome", "started_at"])
    op.create_index("review_outcomes_by_case", "review_case_outcomes", ["case_id"])
    op.create_table(
        "review_words",
        _of("case_id", "review_cases", primary_key=True),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_table(
        "review_answers",
        _of("case_id", "review_cases", primary_key=True),
        sa.Column("message_id", sa.String(36), primary_key=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("outcome", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("latency_ms", sa.Float, nullable=False),
        sa.Column("helpful", sa.Boolean),
    )
    op.create_index("review_answers_by_time", "review_answers", ["at"])
    op.create_table(
        "review_history",
        sa.Column("id", sa.Integer, primary_key=True),
        _of("case_id", "review_cases"),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
    )
    op.create_index("ix_review_history_case_id", "review_history", ["case_id"])


def _triage() -> None:
    op.create_table(
        "review_flags",
        sa.Column("id", sa.Integer, primary_key=True),
        _of("case_id", "review_cases"),
        sa.Column("message_id", sa.String(36), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("outcome", sa.String(100), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("decision", sa.String(20)),
        sa.Column("decided_by", sa.String(60)),
        sa.Column("decided_at", UtcDateTime),
        sa.Column("note", sa.Text),
    )
    op.create_index("review_flags_once", "review_flags", ["case_id", "message_id", "source"], unique=True)
    op.create_index("review_flags_open", "review_flags", ["decision", "at"])
    op.create_table(
        "review_questions",
        sa.Column("id", sa.Integer, primary_key=True),
        _of("case_id", "review_cases"),
        sa.Column("message_id", sa.String(36), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("reason", sa.String(10), nullable=False),
        sa.Column("outcome", sa.String(100), nullable=False),
        sa.Column("leanings", sa.JSON, nullable=False),
        sa.Column("vector", sa.LargeBinary),
        sa.Column("group_id", sa.Integer),
        sa.Column("decision_id", sa.Integer),
    )
    op.create_index("ix_review_questions_group_id", "review_questions", ["group_id"])
    op.create_index("ix_review_questions_decision_id", "review_questions", ["decision_id"])
    op.create_index("review_questions_once", "review_questions", ["case_id", "message_id"], unique=True)
    op.create_table(
        "review_groups",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title_id", sa.Integer, nullable=False),
        sa.Column("questions", sa.Integer, nullable=False),
        sa.Column("visitors", sa.Integer, nullable=False),
        sa.Column("last_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "review_decisions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("target", sa.String(100), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("visitors", sa.Integer, nullable=False),
        sa.Column("vectors", sa.LargeBinary, nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "training_candidates",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("decision_id", sa.Integer),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("target", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
    )
    op.create_index("ix_training_candidates_decision_id", "training_candidates", ["decision_id"])
    op.create_table(
        "review_samples",
        sa.Column("week", sa.String(8), primary_key=True),
        _of("case_id", "review_cases", primary_key=True),
        sa.Column("message_id", sa.String(36), primary_key=True),
        sa.Column("verdict", sa.String(10)),
        sa.Column("should_be", sa.String(100)),
        sa.Column("who", sa.String(60)),
        sa.Column("at", UtcDateTime),
    )
    op.create_table(
        "review_index",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("read_until", UtcDateTime),
        sa.Column("erased", sa.Integer, nullable=False),
    )


def _of(name: str, table: str, primary_key: bool = False) -> sa.Column:
    return sa.Column(
        name, sa.Integer, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, primary_key=primary_key
    )


def _sqlite() -> None:
    # an index of the words beside the table that holds them; see fts5, "external content tables"
    op.execute(
        "CREATE VIRTUAL TABLE review_search USING fts5("
        "words, content='review_words', content_rowid='case_id', "
        "tokenize='unicode61 remove_diacritics 2')"
    )
    put = "INSERT INTO review_search (rowid, words) VALUES (new.case_id, new.words);"
    take = "INSERT INTO review_search (review_search, rowid, words) VALUES ('delete', old.case_id, old.words);"
    count = "UPDATE review_index SET erased = erased + 1;"
    op.execute(f"CREATE TRIGGER review_words_put AFTER INSERT ON review_words BEGIN {put} END")
    op.execute(f"CREATE TRIGGER review_words_taken AFTER DELETE ON review_words BEGIN {take} {count} END")
    op.execute(f"CREATE TRIGGER review_words_changed AFTER UPDATE ON review_words BEGIN {take} {put} END")
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER review_audit_no_{change.lower()} BEFORE {change} ON review_audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit cannot be changed'); END"
        )


def _postgresql() -> None:
    op.execute("CREATE INDEX review_words_search ON review_words USING gin (to_tsvector('simple', words))")
    op.execute(
        "CREATE FUNCTION review_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit cannot be changed'; END $$"
    )
    op.execute(
        "CREATE TRIGGER review_audit_no_change BEFORE UPDATE OR DELETE ON review_audit "
        "FOR EACH ROW EXECUTE FUNCTION review_audit_refuse()"
    )
    op.execute(
        "CREATE TRIGGER review_audit_no_truncate BEFORE TRUNCATE ON review_audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION review_audit_refuse()"
    )


def downgrade() -> None:
    raise NotImplementedError("the audit must not be dropped")
