"""Why the safety screen answered a turn, or stopped at a feedback note."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("turns", sa.Column("safety_reason", sa.Text))
    op.add_column("feedback", sa.Column("safety_outcome", sa.String(100)))
    op.add_column("feedback", sa.Column("safety_reason", sa.Text))


def downgrade() -> None:
    with op.batch_alter_table("turns") as table:
        table.drop_column("safety_reason")
    with op.batch_alter_table("feedback") as table:
        table.drop_column("safety_outcome")
        table.drop_column("safety_reason")
