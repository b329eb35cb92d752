# What a person or a CI machine calls. Each target does its own set-up; tools/setup.sh returns at once when nothing changed.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.NOTPARALLEL:
.PHONY: help setup run test check lock clean

BIN := .venv/bin
# Worlds of faults, run without coverage: they take many minutes with it, and the same code is measured elsewhere.
CAMPAIGN := tests/simulation/test_campaign.py tests/simulation/test_mutants.py
STAGE := @tools/stage.sh
WEB := npm --prefix web run --silent
# Compiled strategies, which the tests have made by then: the processes of the real journey need not compile them again.
KERNELS := $(CURDIR)/.cache/botswain-kernels
# Test processes. Three suit two cores: a fifth of the tests' time is waiting for processes of their own.
WORKERS ?= 3

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

setup: ## create .venv and web/node_modules with exactly what the locks name, and build the web application
	@tools/setup.sh
	@tools/setup_web.sh

run: setup ## everything: a market of its own, five bots, the API with the page; no keys, no network
	@$(BIN)/botswain up --demo

check: setup ## lint, format, types, import direction, shape of files
	$(STAGE) "ruff check" $(BIN)/ruff check .
	$(STAGE) "ruff format" $(BIN)/ruff format --check .
	$(STAGE) "mypy" $(BIN)/mypy
	$(STAGE) "import-linter" $(BIN)/lint-imports --no-logo --cache-dir .cache/import-linter
	$(STAGE) "shape" $(BIN)/python tools/check_shape.py
	$(STAGE) "description" $(BIN)/python tools/openapi.py --check web/openapi.json
	$(STAGE) "web types" $(WEB) api:check
	$(STAGE) "eslint" $(WEB) lint
	$(STAGE) "typescript" $(WEB) typecheck

test: check ## everything in check, then the tests with branch coverage
	@mkdir -p .cache
	$(STAGE) "pytest" $(BIN)/pytest -n $(WORKERS) --dist worksteal --cov --cov-report=json:.cache/coverage.json $(CAMPAIGN:%=--ignore=%)
	$(STAGE) "campaign" $(BIN)/pytest -n $(WORKERS) --dist worksteal $(CAMPAIGN)
	$(STAGE) "coverage" $(BIN)/python tools/check_coverage.py .cache/coverage.json
	$(STAGE) "vitest" $(WEB) test
	$(STAGE) "first load" $(WEB) size
	@CHROMIUM="$$(tools/setup_browser.sh)" tools/stage.sh "journey" $(WEB) journey
	@CHROMIUM="$$(tools/setup_browser.sh)" BOTSWAIN_CACHE_DIR="$(KERNELS)" tools/stage.sh "real journey" $(WEB) real-journey

lock: setup ## resolve pyproject.toml again and rewrite requirements.lock
	@tools/lock.sh

clean: ## remove .venv and every cache and build product (never data)
	@rm -rf web/node_modules web/.bench src/botswain/web_app .venv .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* build dist
	@find src tests tools -type d -name __pycache__ -prune -exec rm -rf {} +
