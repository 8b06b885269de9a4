# Needs Python 3.11 to 3.13 and a package index; no root, no Node, no Docker.
# ARGS is handed on: make run ARGS=--once, make test ARGS="tests/storage -x", make bench ARGS=--json

SHELL := bash
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
AZURITE := $(VENV)/.azurite

.PHONY: fuzz setup run test lint format bench docs requirements check-requirements clean

setup: $(READY) $(AZURITE)

run: $(READY)
	@$(BIN)/telltale run $(ARGS)

test: $(READY) $(AZURITE)
	@$(BIN)/python -m pytest $(ARGS)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(READY)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(READY)
	@$(BIN)/python -m bench $(ARGS)

fuzz: $(READY)
	@$(BIN)/python -m fuzz $(ARGS)

docs: $(READY)
	@$(BIN)/python -m local.documents
	@$(BIN)/python -m local.application_schema
	@$(BIN)/python -m local.pictures

requirements: $(READY)
	@bash .ci/requirements $(BIN)/python $(ARGS)

check-requirements: $(READY)
	@bash .ci/requirements $(BIN)/python --check

clean:
	rm -rf .venv .venv313 .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps say when the environment was last brought up to date.
$(READY): pyproject.toml requirements-dev.txt .ci/venv
	@PYTHON="$(PYTHON)" bash .ci/venv $(VENV)
	@touch $@

# Azurite serves the tests against real Azure Tables semantics; without it they say that they were skipped.
$(AZURITE): tests/azurite/package-lock.json | $(READY)
	@if $(BIN)/python -m tests.azurite >&2; then touch $@; \
	else echo "setup: Azurite could not be installed; the tests that need it will be skipped" >&2; fi
