# Needs Python >= 3.11, make and a package index; everything else is installed into .venv.
PYTHON ?= python3
PIPELINE ?= stock_lstm
PORT ?= 5001
BIN := .venv/bin
STAMP := .venv/.installed
export DO_NOT_TRACK := 1
export MLFLOW_DISABLE_TELEMETRY := true
# Empty, whatever the machine says: the tests start many processes, which would compile all anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run test test-all lint format venv docs docs-serve ui serve bench audit lock clean

help: ## Show the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

run: $(STAMP) ## Run a pipeline: make run PIPELINE=stock_lstm
	$(BIN)/kedro run --pipelines $(PIPELINE)

test: lint ## Every check and the quick tests
	$(BIN)/pytest -n 2

test-all: lint ## All tests, also those that train on the full data, with their coverage
	$(BIN)/pytest --cov --cov-report=term -n 2 -m "not gpu and not network"

lint: $(STAMP) ## Style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(STAMP) ## Let ruff format and mend what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

venv: $(STAMP) ## Create .venv with the locked requirements

# The lock constrains the versions; only the packages the project asks for are installed.
$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "dl_pipelines needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable ".[dev]"
	@touch $@

docs: $(STAMP) ## Build the documentation into build/docs
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable ".[docs]"
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

docs-serve: docs ## Show the documentation while you write it, on port 8000
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve

ui: $(STAMP) ## Browse the runs in MLflow
	$(BIN)/mlflow ui --workers 1

serve: $(STAMP) ## Serve the champion of stock_lstm over HTTP: make serve PORT=5001
	$(BIN)/python -m dl_pipelines.serve --port $(PORT)

# Resumes: what has a result in data/08_reporting/benchmarks is not measured again.
bench: $(STAMP) ## Measure every figure of the README, bare loops and other libraries; hours: make bench BENCH=--quick
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable ".[bench]"
	$(BIN)/python benchmarks/run_all.py $(BENCH)

# In an environment of its own, so that the lock need not hold what only looks at it.
AUDIT := .venv/audit/bin
audit: $(STAMP) ## Look up the locked packages' known vulnerabilities, and whether all fit together
	$(BIN)/pip check
	@test -x $(AUDIT)/pip-audit || { $(PYTHON) -m venv .venv/audit && \
	  $(AUDIT)/pip install --quiet --disable-pip-version-check 'pip-audit>=2.9,<3'; } || \
	  { echo "pip-audit cannot be installed: run make audit with a package index."; exit 2; }
	$(BIN)/python tools/audit.py $(AUDIT)/pip-audit requirements.lock

# A local build tag such as +cpu is dropped: the same version from any index will do.
lock: $(STAMP) ## Renew requirements.lock from pyproject.toml
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --upgrade --strip-extras --no-emit-options \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	  --extra airflow --extra bench --extra browser --extra dask --extra dev --extra docs --extra services --extra viz --output-file requirements.lock pyproject.toml
	sed -i.bak -E 's/^([a-z0-9_.-]+==[^+ ]+)\+[a-z0-9.]+/\1/' requirements.lock && rm requirements.lock.bak

clean: ## Remove the environment and the tools' caches; data and mlflow.db stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage* build dist src/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
