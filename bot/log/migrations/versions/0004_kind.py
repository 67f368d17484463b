"""Whose conversation it is: a visitor's, a test of the practice's own, or an invented one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("kind", sa.String(10), nullable=False, server_default="visitor"))


def downgrade() -> None:
    op.drop_column("conversations", "kind")
