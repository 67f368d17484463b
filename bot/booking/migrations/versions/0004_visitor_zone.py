"""The visitor's time zone, for the times in their mails."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("appointments", sa.Column("visitor_zone", sa.String(40)))


def downgrade() -> None:
    op.drop_column("appointments", "visitor_zone")
