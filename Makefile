# Every target installs what it needs into .venv first.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
UNCOMPILED := tests/rules tests/world tests/evidence # quicker than the compiler takes
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile

.PHONY: help setup run browser slurm test test-all check docs lab figures bench fuzz mutants soak releases clean
help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(STAMP): pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $(STAMP)

setup: $(STAMP) ## install into .venv

run: setup ## the main job: every thesis on the long scenario
	$(BIN)/alliances run

slurm: ## Debian's SLURM, for its test; where it cannot be installed the test is skipped
	test -x /usr/sbin/slurmctld || { apt-get update -qq && apt-get install -y -qq slurm-wlm munge; } || { sudo -n apt-get update -qq && sudo -n apt-get install -y -qq slurm-wlm munge; } || echo "SLURM cannot be installed here: its test is skipped"

browser: ## Debian's Chromium, for the tests of the lab
	command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium; } || { sudo apt-get update -qq && sudo apt-get install -y -qq chromium; }

test: setup browser check ## everything that CI runs
	NUMBA_DISABLE_JIT=1 $(PYTEST) $(UNCOMPILED) -m "not slow"
	$(PYTEST) tests -m "not slow" $(UNCOMPILED:%=--ignore=%)

test-all: setup browser slurm check ## the slow ones too
	NUMBA_DISABLE_JIT=1 $(PYTEST) $(UNCOMPILED)
	$(PYTEST) tests $(UNCOMPILED:%=--ignore=%)

check: setup ## lint, format, types, layers
	$(BIN)/ruff check sim tests .ci
	$(BIN)/ruff format --check sim tests .ci
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: setup ## the site, into docs/_build/html; a warning is an error
	$(BIN)/python -m sphinx -W --keep-going -q -E -b html -d docs/_build/doctrees docs docs/_build/html
	@echo docs/_build/html/index.html

lab: setup ## the lab in a browser
	$(BIN)/alliances lab

figures: setup ## the papers' figures, full quality
	$(BIN)/alliances figures quality=full

bench: setup ## speed of both engines on this machine
	$(BIN)/alliances bench

FUZZ_EXAMPLES ?= 2000
fuzz: setup ## odd input at every door, new every time (an hour or two; FUZZ_EXAMPLES=400 for a short one)
	FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(BIN)/python -m pytest tests/doors -q

SAMPLE ?= 9999
mutants: setup ## change the rules one place at a time: does a test notice? (about an hour; SAMPLE=400 for less)
	.ci/mutants/run $(BIN)/python $(SAMPLE)

SOAK_MINUTES ?= 60
soak: setup ## a sweep killed, starved and damaged at random: is a run lost, or double? (SOAK_MINUTES=5 for less)
	$(BIN)/python .ci/soak.py $(SOAK_MINUTES)

PYTHONS ?= 3.11 3.12 3.13
releases: setup ## wheel and sdist, installed with the oldest and the newest dependencies on PYTHONS, and tried there
	$(BIN)/python .ci/releases/run $(PYTHONS)

clean: ## remove the environment and caches
	rm -rf .venv .mutants .pytest_cache .ruff_cache .mypy_cache .hypothesis
