# `make` alone lists what there is. Everything runs in .venv, which is made on first use.
PYTHON ?= python3
BIN := .venv/bin
EXTRAS := train,hub,tasks,sandbox,endpoint,zstd,archive,peers,dev
TORCH := $(if $(PIP_FIND_LINKS),--find-links "$(PIP_FIND_LINKS)",)
UV := $(shell command -v uv 2>/dev/null)
INSTALL = $(if $(UV),uv pip install --quiet --python $(BIN)/python,$(BIN)/pip install --quiet) $(TORCH) -c constraints.txt
export OMP_NUM_THREADS := 1

.PHONY: help demo test test-slow study pretrained bench lint clean
.DEFAULT_GOAL := help

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

demo: .venv/ready ## Two loops on a real transformer, one collapsing and one compounding; ends with a page
	$(BIN)/headway run collapse --seeds 1 --domain puzzles --ablations no --out runs/demo

test: .venv/ready ## The tests, without the slow ones
	$(BIN)/python -m pytest -q

test-slow: .venv/ready ## The tests that train for minutes, and those of Ray, which is installed for them
	$(INSTALL) -e '.[$(EXTRAS),ray]'
	$(BIN)/python -m pytest -q -m slow

study: .venv/ready ## The whole study `collapse`: 8 seeds, two domains, all ablations
	$(BIN)/headway run collapse --seeds 8 --out runs/collapse

pretrained: .venv/ready ## Fetch SmolLM2-135M and run five judges on it, one seed: the loop on a real language model
	$(BIN)/headway models fetch smollm2-135m
	$(BIN)/headway run pretrained --seeds 1

bench: .venv/ready ## Every claim of speed beside its peer, as one table; some peers need a C++ compiler
	$(INSTALL) -e '.[$(EXTRAS),bench]'
	$(BIN)/python -m bench

lint: .venv/ready ## Formatting, lint, types, and the floors of the architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

clean: ## Remove the environment and everything that tools leave behind
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist

.venv/ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(if $(UV),uv venv --quiet --python $(PYTHON) .venv,$(PYTHON) -m venv .venv)
	$(INSTALL) -e '.[$(EXTRAS)]'
	@touch $@
