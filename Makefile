# Everything a developer or an administrator does. Nothing is installed outside .venv except through apt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
COMMUNE ?= anh-son
.DEFAULT_GOAL := help
.PHONY: help setup run chat check check-content test bench simulate eval fmt lock clean

help: ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

setup: $(READY) ## prepare .venv (done by every other command)

$(READY): requirements.lock pyproject.toml
	@deploy/prepare.sh $(PYTHON) $(VENV)
	@touch $(READY)

run: $(READY) ## start the service: http://127.0.0.1:8080/
	@$(BIN)/python -m bot serve

chat: $(READY) ## talk to it in the terminal (COMMUNE=anh-son)
	@$(BIN)/python -m bot chat --commune $(COMMUNE)

check-content: $(READY) ## check the content files
	@$(BIN)/python -m bot content check

check: $(READY) ## formatting, types, import rules, content
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m bot content check

test: $(READY) ## all checks and all tests
	@deploy/test_tools.sh
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow"
	@$(BIN)/python -m pytest -n auto --dist loadfile -m slow

bench: $(READY) ## measure speed and memory on this machine
	@$(BIN)/python -m tests.bench

simulate: $(READY) ## a year of reminders for 77 officials: who is told how often
	@$(BIN)/python -m tests.simulate

eval: $(READY) ## how well questions find their guide (QUESTIONS=file.tsv)
	@$(BIN)/python -m tests.eval $(QUESTIONS)

fmt: $(READY) ## format and sort
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: $(READY) ## write requirements.lock anew from pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --all-extras --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock

clean: ## remove .venv and caches
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
