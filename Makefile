# Woodpecker: everything a developer or an operator starts. `make help` lists it.

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
# `make test WORKERS=0` runs the tests in one process. Each worker has a server and mostly a browser beside it.
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n < 2 ? 2 : n > 6 ? 6 : n)))
# The tests' databases lie in memory where there is room (4 GB): thousands of commits then wait for no disk.
MEMORY := $(shell df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000 { print "TMPDIR=/dev/shm" }')
# Modules are read as they were compiled the last time: without, a third of a minute goes by before the first test.
COMPILED := PYTHONDONTWRITEBYTECODE=
# `make bench-console DB=postgresql` measures with PostgreSQL.
DB ?= sqlite
# `make chaos CHAOS="--seed 7 --only intake-kills"` does one part of it again.
CHAOS ?=
# `make setup WHEELS=wheels` installs from a folder of wheels, without network (see `make bundle`).
WHEELS ?=
OFFLINE := $(if $(WHEELS),--no-index --find-links "$(abspath $(WHEELS))",)
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check $(OFFLINE) --require-hashes
LOCK := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --strip-extras \
	--allow-unsafe --resolver=backtracking --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	--no-emit-options

.PHONY: help setup setup-ocr setup-s3 setup-dev run test test-fast lint chaos bench bench-message bench-understanding bench-console bench-round fuzz audit screens bundle lock clean

help:
	@echo "make run        the whole system on this machine, with a demo contest (console 8000, WeChat stand-in 8001)"
	@echo "make setup      only the environment in $(VENV), from requirements.lock"
	@echo "make setup-ocr  also what reads the print on readers' photos (130 MB of wheels)"
	@echo "make setup-s3   also what keeps pictures in a bucket (S3) that several machines share"
	@echo "make test       every test: SQLite, PostgreSQL and a real browser"
	@echo "make test-fast  SQLite only, no browser, under three minutes"
	@echo "make lint       ruff, mypy --strict and the rules of the architecture"
	@echo "make chaos      hundreds of kills and other faults against a real installation, checked independently (CHAOS='--seed 1')"
	@echo "make bench      the webhook beside WeRoBot: ratios with their bars (about five minutes, on a quiet machine)"
	@echo "make bench-message  what one message costs: statements, instructions (valgrind), microseconds"
	@echo "make bench-understanding  how well and how fast messages are understood"
	@echo "make bench-console  every screen with 200,000 reports: queries, bytes, milliseconds beside their bars (DB=postgresql)"
	@echo "make bench-round  closing and picking 200,000 reports with the record: seconds, memory, growth (DB=postgresql)"
	@echo "make fuzz       a million spoiled deliveries for the decoder (INPUTS=, SEED= repeats a run)"
	@echo "make audit      known holes in what the lock files name; needs the network"
	@echo "make screens    pictures of every screen, from the running demo into docs/screens"
	@echo "make bundle     dist/woodpecker-bundle.tar.gz: all that a machine without network needs"
	@echo "make lock       resolves the lock files again"
	@echo "make clean      removes caches, dist and $(VENV); keeps data"

# Compiled here: the service may not write into the program's folder, and would compile all of it at each start.
setup: $(VENV)/.installed
	@$(BIN)/python -m compileall -q bot models web wsgi.py || true

setup-ocr: $(VENV)/.installed-ocr

setup-s3: $(VENV)/.installed-s3

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

$(VENV)/.installed-s3: requirements-s3.lock $(VENV)/.installed
	@echo "Installing what reaches a bucket into $(VENV) ..."
	@$(PIP_INSTALL) -r requirements-s3.lock
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what the tests need into $(VENV) ..."
	@$(PIP_INSTALL) -r requirements-dev.lock
	@touch $@

run: setup
	@exec $(BIN)/python -m web

test: setup-dev
	@.ci/browser
	$(MEMORY) $(COMPILED) $(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder

test-fast: setup-dev
	$(MEMORY) $(COMPILED) $(BIN)/python -m pytest -n 2 --dist loadscope --db sqlite -m "not browser and not slow"

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py

chaos: setup-dev
	@$(MEMORY) $(BIN)/python -m tests.chaos $(CHAOS)

bench: setup-dev
	@$(BIN)/python -m tests.bench.webhook

bench-message: setup-dev
	@$(BIN)/python -m tests.bench.one_message

bench-understanding: setup-dev
	@$(BIN)/python -m tests.bench.understanding

bench-console: setup-dev
	@$(BIN)/python -m tests.bench.console --db $(DB)

bench-round: setup-dev
	@$(BIN)/python -m tests.bench.round --db $(DB)

fuzz: setup-dev
	@$(BIN)/python -m tests.bench.fuzz --inputs $(or $(INPUTS),1000000) $(if $(SEED),--seed $(SEED))

audit: setup-dev
	@.ci/audit "$(BIN)/python"

screens: setup-dev
	@.ci/browser
	@$(BIN)/python -m tests.pictures

bundle: setup
	@.ci/bundle "$(BIN)/python"

lock: setup-dev
	$(LOCK) -o requirements.lock pyproject.toml
	$(LOCK) --extra ocr -c requirements.lock -o requirements-ocr.lock pyproject.toml
	$(LOCK) --extra s3 -c requirements.lock -o requirements-s3.lock pyproject.toml
	$(LOCK) --extra dev --extra ocr --extra s3 -c requirements-ocr.lock -c requirements-s3.lock -o requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis ./*.egg-info
	find bot models web tests -name __pycache__ -type d -prune -exec rm -rf {} +
