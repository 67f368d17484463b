"""Alembic's entry; bot.database hands over an open connection."""

from alembic import context

from bot.database import run_migrations

run_migrations(context)
