# Two commands: `make run` (set up, train if there is no model, serve) and `make test` (set up, every check).
.PHONY: setup run train test lint bench

BOT = .venv/bin/bot
PYTHON = .venv/bin/python

setup:
	@sh scripts/setup.sh

run: setup
	@$(BOT) run

train: setup
	@$(BOT) train

# "python -m": a script in .venv/bin names the folder it was made in. mypy is strict by pyproject.toml: the flag would undo the exceptions there
lint: setup
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy bot actions
	@sh scripts/tools.sh
	npm --prefix widget run --silent check

test: lint
	@sh scripts/tools.sh postgresql chromium
	$(BOT) train --if-needed
	$(PYTHON) -m pytest
	npm --prefix widget run --silent test

# measures this machine and writes benchmarks/results.md; `make bench STOCK=--stock` also trains Rasa's usual pipeline
bench: setup
	$(PYTHON) -m benchmarks.bench $(STOCK)
