# Emberlake. `make demo` and `make test` are all that a stranger needs.
SHELL := /bin/bash
BIN := .venv/bin
DEMO := --lakehouse demo/lakehouse
export PYTHONDONTWRITEBYTECODE := 1


.PHONY: demo test check setup lock real bench clean format help properties faults chain

help: ## What there is to make
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

setup: ## Install what is locked; a second call does nothing
	@bash infra/setup.sh

demo: setup ## The sample company from raw extracts to an inventory that explains itself
	@bash infra/demo.sh

real: setup ## Real extracts (AdventureWorks), in a lakehouse of their own
	@bash infra/real/real.sh

check: setup ## Format, lint, types, import rules, contracts, render drift, unit tests: under a minute
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/emberlake contracts check
	@$(BIN)/python -m pytest tests/unit tests/architecture

test: check ## The checks, and every test
	@bash infra/contracts/lint.sh
	@$(BIN)/python -m pytest tests --ignore tests/unit --ignore tests/architecture --ignore tests/chain --durations 15

chain: setup ## PostgreSQL, Debezium and Kafka with restarts and kills: what lands is the tables
	@bash infra/stream/setup.sh
	@$(BIN)/python -m pytest tests/chain

properties: setup ## The properties of following changes, drawn wider: three companies, every way of every path
	@EMBERLAKE_TEST_SEEDS="1 2 3" EMBERLAKE_TEST_WAYS=0 $(BIN)/python -m pytest tests/since tests/real/test_since.py --durations 15

faults: setup ## Deaths drawn wider (200 and more; the seed is told), and every other fault that tests/faults knows
	@EMBERLAKE_TEST_KILLS=$${EMBERLAKE_TEST_KILLS:-200} $(BIN)/python -m pytest tests/faults --durations 15

bench: setup ## Measure what benchmarks/ publishes
	@$(BIN)/python benchmarks/run.py

format: setup
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix . && $(BIN)/emberlake contracts render

lock: setup ## Resolve requirements.in anew
	@cd infra/python && ../../.venv/installer/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade requirements.in -o lock.txt

clean: ## Leave nothing that was made here
	@rm -rf .venv .venv-odcs demo real build lakehouse landing .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache spark-warehouse metastore_db derby.log
	@find . -name __pycache__ -prune -exec rm -rf {} + ; find . -name '*.egg-info' -prune -exec rm -rf {} +
