# The only two commands anyone needs: `make demo` and `make test`. Both install what is missing first.

# The first Python on the path that is new enough. Another: make demo PYTHON=/path/to/python3.12
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-all check format bench setup setup-tests

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 20

demo: setup  ## One spoken turn on the shipped samples: writes reply.wav
	@$(BIN)/python run_agent.py demo

test: setup-tests  ## The tests, without the slow ones
	@$(BIN)/python -m pytest -q

test-slow: setup-tests  ## Only the slow tests: servers, long audio
	@$(BIN)/python -m pytest -q -m slow

test-all: test test-slow  ## Every test, each once

check: setup  ## Lint, format, types, direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: setup  ## Mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: setup  ## Engine overhead, time to first audio, memory
	@$(BIN)/python -m benchmarks

setup:  ## Install what is missing; a second run does nothing
setup setup-tests:
	@if [ -z "$(PYTHON)" ]; then \
	  echo "Python 3.11 or newer is needed and was not found. On Debian or Ubuntu: sudo apt-get install python3"; \
	  exit 2; fi
	@$(PYTHON) setup/install.py $(if $(filter setup-tests,$@),--for-tests)
