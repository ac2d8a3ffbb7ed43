# make run    starts everything and prints the address
# make test   runs every test on private services of its own
# make check  everything CI checks, the tests last
.PHONY: setup run test check bench lint types docs lock
.DEFAULT_GOAL := run
SHELL := /bin/sh

VENV := .venv
PYTHON := $(VENV)/bin/python
# A second call is instant: the stamp is newer than the lock file it was made from.
STAMPS := $(VENV)/.stamps
PIP := $(PYTHON) -m pip --disable-pip-version-check --quiet install --require-hashes --use-pep517

setup: $(STAMPS)/run

run: $(STAMPS)/run
	@exec $(PYTHON) manage.py up --stop-with-parent

test: $(STAMPS)/dev
	@$(PYTHON) -m tests.browser
	@$(PYTHON) -m pytest -n 2 --dist loadgroup

bench: $(STAMPS)/bench
	@$(PYTHON) -m benchmarks

check: lint types docs
	@$(MAKE) --no-print-directory test

lint: $(STAMPS)/dev
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(VENV)/bin/djlint --lint --quiet templates
	$(PYTHON) -m djhtml --check templates
	$(VENV)/bin/lint-imports
	$(VENV)/bin/deptry .

types: $(STAMPS)/dev
	$(PYTHON) -m mypy .

docs: $(STAMPS)/dev
	$(VENV)/bin/zensical build --strict --clean

# Resolves pyproject.toml anew for every platform and Python it allows; no address of an index is written.
COMPILE := $(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11
lock: $(STAMPS)/dev
	$(COMPILE) pyproject.toml -o requirements/run.txt
	$(COMPILE) pyproject.toml --group dev -o requirements/dev.txt
	$(COMPILE) pyproject.toml --group dev --group bench -o requirements/bench.txt

$(PYTHON):
	@sh scripts/venv $(VENV)

$(STAMPS)/%: requirements/%.txt | $(PYTHON)
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || sh scripts/venv $(VENV)  # a broken-off one is made again
	@echo "Installing requirements/$*.txt"
	@$(PIP) -r $<
	@mkdir -p $(STAMPS) && touch $@
