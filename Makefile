# Everything a clone needs: Python 3.11 or newer with venv, and make. Nothing is installed outside .venv.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup setup-test run test test-deep bench lint format lock clean

help: ## this list
	@echo "dialgate: a gate between dialers and the carrier. Start with 'make run'; before a commit, 'make test'."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.runtime-installed ## the environment in .venv, from hash-locked requirements

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "dialgate needs Python 3.11 or newer; say which one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.runtime-installed: requirements.txt pyproject.toml | .venv/.python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup-test: .venv/.test-installed

.venv/.test-installed: requirements-test.txt .venv/.runtime-installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-test.txt
	@touch $@
