# Everything a newcomer needs: `make demo` shows the product, `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help setup demo test check accept soak bench docs lock clean

help:
	@echo "make demo    set up, build the example company, score it, write the report"
	@echo "make test    set up and run all tests (no root needed; names what it skipped)"
	@echo "make check   format, lint, types, imports, sizes, tests, docs"
	@echo "make accept DATA=folder   checks on a folder of outside data"
	@echo "make soak    the full counts (long); writes docs/proof.md"
	@echo "make bench   speed and memory; writes docs/benchmarks.md"
	@echo "make docs    build the documentation site into site/"

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "keepwell needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY)
	$(BIN)/keepwell demo demo --force

test: $(READY)
	$(BIN)/python -m pytest -n 2 -m "not accept" tests src

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test
	$(MAKE) docs

accept: $(READY)
	@test -d "$(DATA)" || { echo "make accept DATA=folder: no folder '$(DATA)'"; exit 2; }
	KEEPWELL_ACCEPT_DATA="$(abspath $(DATA))" $(BIN)/python -m pytest -m accept tests/accept

soak: $(READY)
	KEEPWELL_SOAK=1 $(BIN)/python -m benchmarks.soak

bench: $(READY)
	$(BIN)/python -m benchmarks

docs: $(READY)
	$(BIN)/zensical build --strict

lock:
	$(BIN)/uv pip compile --quiet --all-extras --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) site build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
