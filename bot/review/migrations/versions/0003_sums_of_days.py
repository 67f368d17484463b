"""The sums of a day are kept until one of its conversations changes or goes; the database itself drops them then.
States are counted on an index alone."""

import sqlalchemy as sa
from alembic import op

from bot.database import UtcDateTime

revision = "0003"
down_revision = "0002"
COUNTED = "kind, started_at, last_at, turns, helpful, unhelpful, safety, booked"
DROP = "DELETE FROM review_days WHERE ends > {row}.started_at AND begins <= {row}.started_at;"


def upgrade() -> None:
    op.create_table(
        "review_days",
        sa.Column("zone", sa.String(60), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("begins", UtcDateTime, nullable=False),
        sa.Column("ends", UtcDateTime, nullable=False),
        sa.Column("sums", sa.JSON, nullable=False),
    )
    op.create_index("review_days_by_end", "review_days", ["ends", "begins"])
    op.drop_index("review_cases_by_state", "review_cases")
    op.create_index("review_cases_by_state", "review_cases", ["kind", "state", "safety"])
    old, new = DROP.format(row="old"), DROP.format(row="new")
    if op.get_bind().dialect.name == "sqlite":
        for change, work in (("INSERT", new), ("DELETE", old), (f"UPDATE OF {COUNTED}", old + " " + new)):
            name = f"review_days_after_{change.split()[0].lower()}"
            op.execute(f"CREATE TRIGGER {name} AFTER {change} ON review_cases BEGIN {work} END")
        return
    op.execute(
        "CREATE FUNCTION review_days_drop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {old} END IF; IF TG_OP <> 'DELETE' THEN {new} END IF; RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER review_days_after AFTER INSERT OR DELETE OR UPDATE OF {COUNTED} ON review_cases "
        "FOR EACH ROW EXECUTE FUNCTION review_days_drop()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER review_days_after_{change}")
    else:
        op.execute("DROP TRIGGER review_days_after ON review_cases")
        op.execute("DROP FUNCTION review_days_drop")
    op.drop_table("review_days")
    op.drop_index("review_cases_by_state", "review_cases")
    op.create_index("review_cases_by_state", "review_cases", ["kind", "state", "started_at"])
