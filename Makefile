# Needs Python 3.11 to 3.13 and a package index; no root, no Node, no Docker.
# A comment after ## is the target's line in `make help`, a line that begins with ##@ is a heading there.

SHELL := bash
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Parts that exist on npm only: every folder of lab/parts/ with a lock file. Tests without theirs say so, and are skipped.
PARTS := $(patsubst lab/parts/%/package-lock.json,$(VENV)/.part-%,$(wildcard lab/parts/*/package-lock.json))
# HELD NAME "what held" COMMAND...: the command, and then one line that says whether it held, with the command's status
HELD := @bash .ci/held

.DEFAULT_GOAL := help
.PHONY: help setup run test lint house lint-infra check-requirements cases bench fuzz chaos drill drift-report \
	format docs package requirements clean
# How long all tests take where nothing else runs; README says the same.
USUAL_TIME := three to four minutes on two cores

##@ To begin

help: ## this list
	@bash .ci/help $(firstword $(MAKEFILE_LIST))

setup: $(READY) $(PARTS) ## the environment in .venv, and what tests run against; PYTHON=... chooses the interpreter
	@bash .ci/ready $(VENV) $(PARTS)

run: $(READY) ## an hour of an imaginary company through the function app, and its status page; ARGS=--once
	@$(BIN)/telltale run $(ARGS)

##@ Checks

test: $(READY) $(PARTS) ## the tests, in a process more than there are cores; ARGS="tests/storage -x" for some of them
	$(if $(ARGS),,@echo "test: all of them usually take $(USUAL_TIME)")
	$(HELD) test "no test failed" $(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

lint: $(READY) ## ruff, its formatter and mypy
	$(HELD) lint "no finding of ruff, its formatter or mypy" bash .ci/lint $(BIN)

house: $(READY) ## which rooms of shared/ import which; fails on an upward import or a circle
	@$(BIN)/python -m build.house

lint-infra: $(READY) ## checkov over the Bicep, schema and security of the workflows, every az command by azure-cli
	$(HELD) lint-infra "infrastructure and workflows have no finding that is not explained" \
		bash infra/lint/run $(BIN)/python $(ARGS)

check-requirements: $(READY) ## whether the pinned requirements fit pyproject.toml
	$(HELD) check-requirements "the pinned requirements fit pyproject.toml" bash .ci/requirements $(BIN)/python --check

##@ Proofs

bench: $(READY) ## what a record costs, against orjson.loads of it; ARGS=--json, --latency, --memory, --heartbeats
	@$(BIN)/python -m lab.bench $(ARGS)

fuzz: $(READY) ## a million hostile bodies; ARGS="--bodies 20000 --seed 7"
	@$(BIN)/python -m lab.fuzz $(ARGS)

cases: $(READY) ## the cases of ../shared, and whether the list of those that pass is true; ARGS="--kind drift"
	@$(BIN)/python -m tests.shared_checks.cases $(ARGS)

chaos: $(READY) $(PARTS) ## workers killed and cheated on real table storage; ARGS="--scale 0.1 --only storm"
	@$(BIN)/python -m lab.chaos $(ARGS)

drill: $(READY) ## a region is lost, and its work goes on in another: docs/recovery.md
	@$(BIN)/python -m lab.drill $(ARGS)

drift-report: $(READY) ## sixty days of simulated sources with labelled faults, judged and scored, with pictures
	@$(BIN)/python -m lab.drift $(ARGS)

##@ What is made from the sources

format: $(READY) ## let ruff repair what it can
	$(HELD) format "ruff repaired what it can" bash .ci/format $(BIN)

docs: $(READY) ## tables, pages and pictures of the documentation; writes only what changed
	@bash .ci/docs $(BIN)/python

package: $(READY) ## what is published to Azure, in dist/; ARGS="--python 3.13 --declarations FILE"
	@bash .ci/package $(BIN)/python $(ARGS)

requirements: $(READY) ## pin what pyproject.toml asks for; ARGS=--upgrade takes the newest versions
	$(HELD) requirements "what pyproject.toml asks for is pinned" bash .ci/requirements $(BIN)/python $(ARGS)

clean: ## remove environments, caches and what was made
	rm -rf .venv .venv313 .venv-infra .venv-azure-cli .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps say when the environment was last brought up to date; another PYTHON than it was made with makes it anew.
$(READY): pyproject.toml requirements-dev.txt .ci/venv
	@PYTHON="$(PYTHON)" bash .ci/venv $(VENV)
	@touch $@

ifneq ($(PYTHON),)
ifneq ($(shell PYTHON="$(PYTHON)" bash .ci/venv $(VENV) --made-with),yes)
.PHONY: $(READY)
endif
endif

$(VENV)/.part-%: lab/parts/%/package-lock.json $(READY)
	@if $(BIN)/python -m lab.parts.$* >&2; then touch $@; \
	else echo "setup: the tests that need $* will be skipped" >&2; fi
