# Everything a newcomer needs: `make demo` shows the product, `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV := $(VENV)/.ready-dev
DBT := .venv-dbt
DBT_READY := $(DBT)/.ready
LOCKS := requirements
INSTALL := -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r
EDITABLE := -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11

.PHONY: help setup demo test check accept soak bench docs lock clean

help:
	@echo "make demo    set up, build the example company, score it, write the report"
	@echo "make test    set up and run all tests (no root needed; names what it skipped)"
	@echo "make check   format, lint, types, imports, sizes, tests, docs"
	@echo "make accept DATA=folder   checks on a folder of outside data"
	@echo "make soak    the full counts (long); writes docs/proof.md"
	@echo "make bench   speed and memory; writes docs/benchmarks.md"
	@echo "make docs    build the documentation site into site/"

setup: $(DEV) $(DBT_READY)

# What the product needs, and no more.
$(READY): $(LOCKS)/runtime.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "keepwell needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python $(INSTALL) $(LOCKS)/runtime.lock
	$(BIN)/python $(EDITABLE)
	@touch $@

# All engines, tests, checks and documentation.
$(DEV): $(READY) $(LOCKS)/dev.lock
	$(BIN)/python $(INSTALL) $(LOCKS)/dev.lock
	@touch $@

# dbt, only for the test that runs a compiled project.
$(DBT_READY): $(LOCKS)/dbt.lock
	@test -x $(DBT)/bin/python || $(PYTHON) -m venv $(DBT)
	$(DBT)/bin/python $(INSTALL) $(LOCKS)/dbt.lock
	@touch $@

demo: $(READY)
	$(BIN)/keepwell demo demo --force

# Two processes with threads of their own for small matrices would only stand in each other's way.
test: setup
	PYTHONDONTWRITEBYTECODE= OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal -m "not accept" tests src

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test
	$(MAKE) docs

accept: $(DEV)
	@test -d "$(DATA)" || { echo "make accept DATA=folder: no folder '$(DATA)'"; exit 2; }
	KEEPWELL_ACCEPT_DATA="$(abspath $(DATA))" $(BIN)/python -m pytest -m accept tests/accept

soak: setup
	KEEPWELL_SOAK=1 $(BIN)/python -m benchmarks.soak

bench: $(DEV)
	$(BIN)/python -m benchmarks

docs: $(DEV)
	$(BIN)/zensical build --strict

lock: $(DEV)
	$(COMPILE) --extra build --output-file $(LOCKS)/runtime.lock pyproject.toml
	$(COMPILE) --all-extras --constraint $(LOCKS)/runtime.lock --output-file $(LOCKS)/dev.lock pyproject.toml
	$(COMPILE) --group dbt --output-file $(LOCKS)/dbt.lock

clean:
	rm -rf $(VENV) $(DBT) site build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
