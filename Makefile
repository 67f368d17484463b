# Two commands: `make run` (set up, train if needed, serve) and `make test` (set up, every check).
.PHONY: setup run train test lint

BOT = .venv/bin/bot

setup:
	@sh scripts/setup.sh

run: setup
	@$(BOT) run

train: setup
	@$(BOT) train

lint: setup
	.venv/bin/ruff check .
	.venv/bin/mypy bot actions

test: lint
	$(BOT) train --if-needed
	.venv/bin/python -m pytest
