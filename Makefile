# All commands for work in a clone of Gatescope. `make` alone lists them.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh

PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11 python,\
  $(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input $(if $(CI),--quiet)
HOST ?= 127.0.0.1
PORT ?= 8000
ARGS ?=
SEED ?= 1
SECONDS ?= 120
WORKERS ?= $(if $(ARGS),0,3)

TYPESCRIPT := typescript@7.0.2
PRETTIER := prettier@3.10.1
SCHEMATHESIS := schemathesis==4.32.5
NPX := npx --yes --package=$(TYPESCRIPT) --package=$(PRETTIER) --

.PHONY: help run test lint lint-python lint-javascript format bench fuzz soak train install clean

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1#/p' $(firstword $(MAKEFILE_LIST)) | awk -F'#' '{ printf "%-24s%s\n", $$1, $$2 }'

run: $(VENV)/ready ## set up what is needed and serve http://127.0.0.1:8000 (HOST=… PORT=…)
	@exec $(BIN)/gatescope serve --host $(HOST) --port $(PORT) $(ARGS)

test: $(VENV)/ready-dev ## set up what is needed, a Chromium too, and run all tests (ARGS="-k scan", WORKERS=1)
	@$(BIN)/python -m tests.browser.chromium
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(if $(CI),--durations=25) $(ARGS)

lint: lint-python lint-javascript ## check style and types of the Python and the JavaScript

lint-python: $(VENV)/ready-dev
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

lint-javascript:
	@if command -v npx >/dev/null; then \
	  $(NPX) tsc --project jsconfig.json && \
	  $(NPX) prettier --log-level warn --check jsconfig.json "static/**/*.{js,css}" && \
	  echo "JavaScript: types and formatting are clean"; \
	elif [ "$(CI)" = true ]; then \
	  echo "npx (it comes with Node.js) is missing: the JavaScript cannot be checked" >&2; exit 1; \
	else \
	  echo "npx (it comes with Node.js) is missing: the checks of the JavaScript are SKIPPED here" >&2; \
	fi

format: $(VENV)/ready-dev ## format Python, JavaScript and CSS
	@$(BIN)/ruff check --fix-only
	@$(BIN)/ruff format
	@$(NPX) prettier --log-level warn --write jsconfig.json "static/**/*.{js,css}"

bench: $(VENV)/ready-dev ## measure the capture and the stream; prints ratios and writes a JSON file
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m benchmarks $(ARGS)

fuzz: $(VENV)/ready-dev $(VENV)/schemathesis/ready ## send generated messages, requests and files to a server, for 2 minutes each (SEED=1, SECONDS=120)
	@$(BIN)/python -m tests.fuzz.openapi $(CURDIR)/$(VENV)/schemathesis/bin/schemathesis $(SEED) $(SECONDS)
	@FUZZ_EXAMPLES=100000 FUZZ_SECONDS=$(SECONDS) $(BIN)/pytest --hypothesis-seed=$(SEED) tests/fuzz $(ARGS)

soak: $(VENV)/ready-dev ## stream a million steps to one reader; fails if its memory grows by 5% (ARGS="--steps 100000")
	@$(BIN)/python -m benchmarks.soak $(ARGS)

train: $(VENV)/ready ## train the models of models/ again (ARGS=counter for one)
	@for recipe in $(or $(ARGS),counter python-char-lm); do \
	  $(BIN)/gatescope train $$recipe || exit; \
	done

install: $(VENV)/ready-dev ## set up .venv and nothing else

clean: ## remove .venv and every cache
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build test-results

# The stamp files make a repeated `make` instantaneous. hatchling is installed first, so that building the package
# needs no separate, isolated environment.
$(VENV)/ready: pyproject.toml constraints.txt hatch_build.py | $(VENV)/pip
	@echo "Setting up $(VENV): once, a few minutes with a fast line"
	@$(PIP) install -c constraints.txt hatchling
	@$(PIP) install -c constraints.txt --no-build-isolation -e .
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[dev]'
	@touch $@

# A separate environment: Gatescope needs none of its many requirements.
$(VENV)/schemathesis/ready: | $(VENV)/pip
	@$(PYTHON) -m venv $(VENV)/schemathesis
	@$(VENV)/schemathesis/bin/python -m pip --disable-pip-version-check --no-input --quiet install $(SCHEMATHESIS)
	@touch $@

$(VENV)/pip:
	@test -n "$(PYTHON)" || { echo "Gatescope needs Python 3.11 or newer, but found none on the PATH" >&2; exit 1; }
	@$(PYTHON) -m ensurepip --version >/dev/null 2>&1 || { \
	  echo "$(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv" >&2; \
	  test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -q && apt-get install -yq python3-venv; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@
