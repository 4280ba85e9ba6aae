# Woodpecker: everything a developer or an operator starts. `make help` lists it.

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
# `make test WORKERS=0` runs the tests in one process.
WORKERS ?= 2
# `make setup WHEELS=wheels` installs from a folder of wheels, without network (see `make bundle`).
WHEELS ?=
OFFLINE := $(if $(WHEELS),--no-index --find-links "$(abspath $(WHEELS))",)
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check $(OFFLINE) --require-hashes
LOCK := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --strip-extras \
	--allow-unsafe --resolver=backtracking --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	--no-emit-options

.PHONY: help setup setup-ocr setup-dev run test test-fast lint bench bench-understanding bundle lock clean

help:
	@echo "make run        the whole system on this machine, with a demo contest (console 8000, WeChat stand-in 8001)"
	@echo "make setup      only the environment in $(VENV), from requirements.lock"
	@echo "make setup-ocr  also what reads the print on readers' photos (130 MB of wheels)"
	@echo "make test       every test: SQLite, PostgreSQL and a real browser"
	@echo "make test-fast  SQLite only, no browser, under three minutes"
	@echo "make lint       ruff, mypy --strict and the rules of the architecture"
	@echo "make bench      how long intake takes"
	@echo "make bench-understanding  how well and how fast messages are understood"
	@echo "make bundle     dist/woodpecker-bundle.tar.gz: all that a machine without network needs"
	@echo "make lock       resolves the lock files again"
	@echo "make clean      removes caches, dist and $(VENV); keeps data"

setup: $(VENV)/.installed

setup-ocr: $(VENV)/.installed-ocr

setup-dev: $(VENV)/.installed-dev

# The stamp is newer than the lock: nothing to do, so that a second `make run` starts at once.
$(VENV)/.installed: requirements.lock
	@.ci/environment "$(VENV)"
	@echo "Installing what woodpecker needs into $(VENV) (once, about a minute) ..."
	@$(PIP_INSTALL) -r requirements.lock
	@touch $@

$(VENV)/.installed-ocr: requirements-ocr.lock $(VENV)/.installed
	@echo "Installing what reads photos into $(VENV) ..."
	@$(PIP_INSTALL) -r requirements-ocr.lock
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what the tests need into $(VENV) ..."
	@$(PIP_INSTALL) -r requirements-dev.lock
	@touch $@

run: setup
	@exec $(BIN)/python -m web

test: setup-dev
	@.ci/browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope

test-fast: setup-dev
	$(BIN)/python -m pytest -n 2 --dist loadscope --db sqlite -m "not browser and not slow"

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py

bench: setup-dev
	$(BIN)/python -m tests.bench.intake

bench-understanding: setup-dev
	@$(BIN)/python -m tests.bench.understanding

bundle: setup
	@.ci/bundle "$(BIN)/python"

lock: setup-dev
	$(LOCK) -o requirements.lock pyproject.toml
	$(LOCK) --extra ocr -c requirements.lock -o requirements-ocr.lock pyproject.toml
	$(LOCK) --extra dev --extra ocr -c requirements-ocr.lock -o requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis ./*.egg-info
	find bot models web tests -name __pycache__ -type d -prune -exec rm -rf {} +
