"""Erasure codes, the vault, receipts of erasures."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("erasure_hash", sa.String(64)))
    op.create_index("conversations_by_erasure_code", "conversations", ["erasure_hash"], unique=True)
    op.create_index("conversations_by_start", "conversations", ["started_at"])
    op.create_table(
        "vault",
        sa.Column("token", sa.String(40), primary_key=True),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_vault_conversation_id", "vault", ["conversation_id"])
    op.create_index("ix_vault_expires_at", "vault", ["expires_at"])
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("erasures")
    op.drop_table("vault")
    op.drop_index("conversations_by_start", "conversations")
    op.drop_index("conversations_by_erasure_code", "conversations")
    op.drop_column("conversations", "erasure_hash")
