"""Appointments and holds that cannot overlap, call-backs, busy times, events, outbox, calendar state."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

COUNTS = "state IN ('held', 'confirmed')"
MOMENT = sa.DateTime(timezone=True)

# Half-open: one may begin when the other ends. SQLite has one writer at a time, so the trigger sees every row.
TRIGGER = """
CREATE TRIGGER appointments_do_not_overlap_{name} BEFORE {event} ON appointments
WHEN NEW.state IN ('held', 'confirmed')
BEGIN
    SELECT RAISE(ABORT, 'appointments_do_not_overlap') WHERE EXISTS (
        SELECT 1 FROM appointments
        WHERE state IN ('held', 'confirmed') AND id <> NEW.id
        AND taken_from < NEW.taken_until AND taken_until > NEW.taken_from
    );
END
"""
EXCLUSION = f"""
ALTER TABLE appointments ADD CONSTRAINT appointments_do_not_overlap
EXCLUDE USING gist (tstzrange(taken_from, taken_until) WITH &&) WHERE ({COUNTS})
"""


def upgrade() -> None:
    op.create_table(
        "appointments",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("reference", sa.String(6), nullable=False, unique=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("kind_id", sa.String(40), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("place", sa.String(20), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("taken_from", MOMENT, nullable=False),
        sa.Column("taken_until", MOMENT, nullable=False),
        sa.Column("held_until", MOMENT),
        sa.Column("conversation_id", sa.String(32)),
        sa.Column("sealed_contact", sa.Text),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("calendar_etag", sa.Text),
        sa.CheckConstraint("starts_at < ends_at", name="appointments_end_after_they_start"),
    )
    op.create_index("appointments_by_time", "appointments", ["taken_from", "taken_until"])
    op.create_index("appointments_by_conversation", "appointments", ["conversation_id"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(TRIGGER.format(name="added", event="INSERT"))
        op.execute(TRIGGER.format(name="changed", event="UPDATE OF state, taken_from, taken_until"))
    else:
        op.execute(EXCLUSION)
    op.create_table(
        "call_backs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("reference", sa.String(6), nullable=False, unique=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("conversation_id", sa.String(32)),
        sa.Column("sealed", sa.Text),
        sa.Column("done", sa.Boolean, nullable=False),
    )
    op.create_table(
        "busy",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("sealed_note", sa.Text),
    )
    op.create_index("busy_by_time", "busy", ["starts_at", "ends_at"])
    op.create_table(
        "booking_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("subject_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(20), nullable=False),
    )
    op.create_index("booking_events_by_subject", "booking_events", ["subject_id"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("subject_id", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("topic", sa.String(20), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("starts_at", MOMENT),
        sa.Column("ends_at", MOMENT),
        sa.Column("message_id", sa.String(64), nullable=False, unique=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("leased_until", MOMENT),
        sa.Column("lease", sa.String(32)),
        sa.Column("fault", sa.String(80)),
        sa.Column("sent_at", MOMENT),
    )
    op.create_index("outbox_by_state", "outbox", ["state", "not_before"])
    op.create_index("outbox_by_subject", "outbox", ["subject_id", "channel"])
    op.create_table(
        "calendar_state",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("tag", sa.Text),
        sa.Column("read_at", MOMENT),
        sa.Column("failing_since", MOMENT),
        sa.Column("fault", sa.String(80)),
    )


def downgrade() -> None:
    for name in ("calendar_state", "outbox", "booking_events", "busy", "call_backs", "appointments"):
        op.drop_table(name)
