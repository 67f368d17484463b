"""The inbox walks one index, newest first, that holds every sign it filters by: what is skipped costs little."""

from alembic import op

revision = "0002"
down_revision = "0001"
SIGNS = ("kind", "safety", "state", "unsure", "unhelpful", "helpful", "booked")


def upgrade() -> None:
    op.drop_index("review_cases_by_start", "review_cases")
    op.create_index("review_cases_newest", "review_cases", ["started_at", "id", *SIGNS])
    op.create_index("review_cases_by_model", "review_cases", ["model_version"])
    op.create_index("review_cases_by_assignee", "review_cases", ["assignee"])


def downgrade() -> None:
    for name in ("review_cases_newest", "review_cases_by_model", "review_cases_by_assignee"):
        op.drop_index(name, "review_cases")
    op.create_index("review_cases_by_start", "review_cases", ["kind", "started_at", "id"])
