"""The key that signs the links to appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "link_key", sa.Column("id", sa.Integer, primary_key=True), sa.Column("sealed", sa.Text, nullable=False)
    )


def downgrade() -> None:
    op.drop_table("link_key")
