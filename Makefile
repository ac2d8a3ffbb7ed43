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

# How many tests run at once. On two cores three are quickest: tests of the running product wait for much of their time.
WORKERS ?= 3
test: $(STAMPS)/dev
	@$(PYTHON) -m tests.browser
	@$(PYTHON) -m pytest -n $(WORKERS) --dist loadgroup

BENCHMARKS := engine applications provisioning dns packages certificates edge organization analytics hub websites
bench: $(STAMPS)/dev
	@for name in $(BENCHMARKS); do echo "== $$name"; $(PYTHON) -m benchmarks.$$name || exit 1; done

# The tests come last, so that their summary is the last line.
check: lint types docs
	@$(MAKE) --no-print-directory test

# CHECKED: commands that read the settings do it with a state of their own, never with a person's.
CHECKED := PORTAL_HOME=$(VENV)/.check PORTAL_DEMO=0 $(PYTHON)

lint: $(STAMPS)/dev
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(VENV)/bin/djlint --lint --quiet templates
	$(VENV)/bin/djhtml --check $$(find templates -name '*.html')
	$(VENV)/bin/lint-imports
	$(VENV)/bin/deptry .
	$(CHECKED) manage.py check --fail-level WARNING
	$(CHECKED) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(CHECKED) manage.py openapi --check

types: $(STAMPS)/dev
	$(PYTHON) -m mypy .

docs: $(STAMPS)/dev
	$(VENV)/bin/zensical build --strict --clean
	$(VENV)/bin/towncrier build --draft --version next >/dev/null

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
