# Needs Python 3.11 to 3.13 and a package index; no root, no Node, no Docker.
# ARGS is handed on: make run ARGS=--once, make test ARGS="tests/storage -x", make bench ARGS=--json

SHELL := bash
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Parts that exist on npm only: every folder of lab/parts/ with a lock file. Tests without theirs say so, and are skipped.
PARTS := $(patsubst lab/parts/%/package-lock.json,$(VENV)/.part-%,$(wildcard lab/parts/*/package-lock.json))

.PHONY: cases chaos drill fuzz house setup run test lint lint-infra format bench docs package requirements check-requirements clean

setup: $(READY) $(PARTS)

run: $(READY)
	@$(BIN)/telltale run $(ARGS)

test: $(READY) $(PARTS)
	@$(BIN)/python -m pytest $(ARGS)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

# checkov and the linters of workflows, in an environment of their own
lint-infra: $(READY)
	@bash infra/lint/run $(BIN)/python $(ARGS)

# The rooms of shared/ and who imports whom; fails where an import leads upward or in a circle
house: $(READY)
	@$(BIN)/python -m build.house

format: $(READY)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(READY)
	@$(BIN)/python -m lab.bench $(ARGS)

chaos: $(READY) $(PARTS)
	@$(BIN)/python -m lab.chaos $(ARGS)

# A region is lost, and its work goes on in another: docs/recovery.md
drill: $(READY)
	@$(BIN)/python -m lab.drill $(ARGS)

drift-report: $(READY)
	@$(BIN)/python -m lab.drift $(ARGS)

fuzz: $(READY)
	@$(BIN)/python -m lab.fuzz $(ARGS)

# The cases of ../shared, and whether the list of those that pass is true: make cases ARGS="--kind drift"
cases: $(READY)
	@$(BIN)/python -m tests.shared_checks.cases $(ARGS)

docs: $(READY)
	@$(BIN)/python -m build.documents
	@$(BIN)/python -m build.detector_pages
	@$(BIN)/python -m build.application_schema
	@$(BIN)/python -m build.pictures
	@$(BIN)/python -m build.infrastructure
	@$(BIN)/python -m build.required_fields

package: $(READY)
	@bash .ci/package $(BIN)/python $(ARGS)

requirements: $(READY)
	@bash .ci/requirements $(BIN)/python $(ARGS)

check-requirements: $(READY)
	@bash .ci/requirements $(BIN)/python --check

clean:
	rm -rf .venv .venv313 .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps say when the environment was last brought up to date.
$(READY): pyproject.toml requirements-dev.txt .ci/venv
	@PYTHON="$(PYTHON)" bash .ci/venv $(VENV)
	@touch $@

$(VENV)/.part-%: lab/parts/%/package-lock.json | $(READY)
	@if $(BIN)/python -m lab.parts.$* >&2; then touch $@; \
	else echo "setup: the tests that need $* will be skipped" >&2; fi
