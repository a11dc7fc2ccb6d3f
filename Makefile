# Daily commands. Needs Python 3.11 and make; everything else is installed into .venv.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3.11
BIN := .venv/bin
DEMO := build/demo

# Telemetry of every dependency is off, and one thread a process is steady on shared cores.
export MLFLOW_DISABLE_TELEMETRY := true
export DO_NOT_TRACK := 1
export BENTOML_DO_NOT_TRACK := True
export MPLBACKEND := Agg
export PYTHONHASHSEED := 0
# Some containers forbid Python to keep bytecode: each process would compile every library again, three times as long
# as it takes to load them.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/build/bytecode

.PHONY: help setup demo serve test check bench prove docs requirements clean

help:  ## list the commands
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: .venv/.ready  ## create .venv and install the pinned requirements

.venv/.ready: requirements-dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null 2>&1 && py=$(PYTHON) || py=python3; \
	  $$py -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
	    || { echo "matac-ml needs Python 3.11; $$py is $$($$py --version). Set PYTHON=/path/to/python3.11"; exit 2; }; \
	  [ -x $(BIN)/python ] || $$py -m venv .venv
	@echo "Installing the pinned requirements into .venv (about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep '^uv==' requirements-dev.txt)"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements-dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@$(BIN)/python -c 'import lightgbm' 2>/dev/null \
	  || { echo "LightGBM needs the OpenMP runtime of the system, which is not there:" \
	    "on Debian or Ubuntu install libgomp1, on macOS libomp. Then run this again."; exit 2; }
	@touch $@

demo: setup  ## make up a force, train, audit, write the papers, serve, and print one explained nomination
	@$(BIN)/python -m examples.demo $(DEMO)

serve: setup  ## the page and the API on http://127.0.0.1:3000, from the demo's run
	@[ -d $(DEMO)/bundle ] || $(BIN)/python -m examples.demo $(DEMO)
	@$(BIN)/matac-ml serve --extract $(DEMO)/extract --bundle $(DEMO)/bundle --ledger sqlite:///$(DEMO)/ledger.db

test: setup  ## every test
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: setup  ## style, types and import contracts
	@$(BIN)/ruff check --no-cache . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports --no-cache

bench: setup  ## benchmarks: tables of ratios measured in one run (BENCH=name for one)
	@$(BIN)/python -m benchmarks $(BENCH)

prove: setup  ## what takes longer than the tests: soak, full fuzzing, simulations, documented commands that train
	@$(BIN)/python -m benchmarks --prove
	@MATAC_DOCS_LONG=1 $(BIN)/python -m pytest tests/examples/test_documented_commands.py
	@MATAC_PROVE=1 $(BIN)/python -m pytest tests/rfg tests/records tests/casework tests/asof/test_properties.py tests/explain \
	  $$(grep -rlE "tests.proving|MATAC_PROVE" tests --include="test_*.py")

docs: setup  ## write again the pages generated from the code
	@$(BIN)/python -m tests.docs.generate

requirements: setup  ## compile the pinned requirements again, without any index address
	@$(BIN)/uv pip compile --quiet --upgrade pyproject.toml --extra train --extra serve --extra workbook --extra spreadsheets --extra link --constraint requirements-held.txt \
	  --no-emit-index-url --no-header --no-annotate --python-version 3.11 --output-file requirements.txt
	@$(BIN)/uv pip compile --quiet pyproject.toml --all-extras --constraint requirements.txt \
	  --no-emit-index-url --no-header --no-annotate --python-version 3.11 --output-file requirements-dev.txt
	@$(BIN)/uv pip compile --quiet pyproject.toml --extra serve --constraint requirements.txt \
	  --no-emit-index-url --no-header --no-annotate --python-version 3.11 --output-file requirements-serve.txt

clean:  ## remove what was built, not .venv
	@rm -rf build dist
