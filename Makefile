# Everything a clone needs: Python 3.11 or newer with venv, and make. Nothing is installed outside this directory.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
UV ?= uv
PYTEST_ARGS ?=
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
  $(if $(UPGRADE),--upgrade) pyproject.toml --group build
NODE_MODULES := tests/sdk_node/node_modules/.package-lock.json

.PHONY: help setup setup-test run test test-deep bench lint format lock clean

help: ## this list
	@echo "dialgate stands between dialers and the carrier. To see it work: make run. Before a commit: make test."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  Another Python:     make PYTHON=python3.12 setup"
	@echo "  Some of the tests:  make test PYTEST_ARGS='tests/unit/domain -k number'"
	@echo "  A new dependency:   add it to pyproject.toml, then make lock (UPGRADE=1 moves every pin)"

setup: .venv/.runtime-installed ## the environment in .venv, from hash-locked requirements

run: setup ## the gate on 127.0.0.1:8080 with embedded stores, a carrier simulator and a demo tenant; Ctrl-C ends it
	@exec $(BIN)/python -m dialgate serve --demo

test: lint $(NODE_MODULES) ## lint, types, import contracts, container files, and every test in random order
	$(BIN)/pytest -n 2 $(PYTEST_ARGS)

test-deep: setup-test $(NODE_MODULES) ## the tests with many more examples, rounds and races; takes hours
	DIALGATE_TEST_PROFILE=deep $(BIN)/pytest -n 2 --timeout 14400 $(PYTEST_ARGS)

bench: setup-test ## the benchmarks, as ratios against baselines of the same run
	@exec $(BIN)/python -m tests.bench

lint: setup-test ## style, format, types, import contracts, unused requirements, Dockerfile, compose file
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry src
	$(BIN)/hadolint --failure-threshold style docker/Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker/compose.yaml

format: setup-test ## write the code in its one format, with the mends that are safe
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

lock: $(NODE_MODULES) ## the locked requirements anew from pyproject.toml and package.json (needs uv)
	$(COMPILE) --extra postgres --output-file requirements.txt
	$(COMPILE) --all-extras --constraint requirements.txt --output-file requirements-test.txt
	cd tests/sdk_node && PATH="$(CURDIR)/$(BIN):$$PATH" npm install --package-lock-only --ignore-scripts --no-audit --no-fund

clean: ## remove what can be made again; var/ stays, it holds opt-outs
	rm -rf .venv build dist src/*.egg-info tests/sdk_node/node_modules \
	  .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

setup-test: .venv/.test-installed

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "dialgate needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' \
	  || { echo "this Python lacks venv; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.runtime-installed: requirements.txt pyproject.toml | .venv/.python
	$(INSTALL) --require-hashes --only-binary :all: --requirement requirements.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.test-installed: requirements-test.txt .venv/.runtime-installed
	$(INSTALL) --require-hashes --only-binary :all: --requirement requirements-test.txt
	@touch $@

# The locked Node of .venv installs the carrier's SDK; nothing of it runs at installation.
$(NODE_MODULES): tests/sdk_node/package-lock.json .venv/.test-installed
	cd tests/sdk_node && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts --no-audit --no-fund
	@touch $@
