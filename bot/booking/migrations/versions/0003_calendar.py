"""Which appointments are in the practice's calendar, and when it was last read whole."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("appointments", sa.Column("in_calendar", sa.Boolean, nullable=False, server_default=sa.false()))
    op.drop_column("appointments", "calendar_etag")
    op.add_column("calendar_state", sa.Column("whole_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("calendar_state", "whole_at")
    op.add_column("appointments", sa.Column("calendar_etag", sa.Text))
    op.drop_column("appointments", "in_calendar")
