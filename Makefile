# make demo, make test and make lint set up $(VENV) by themselves; nothing else is needed than
# Python 3.10 or newer. Another interpreter, another folder: make test PYTHON=python3.12 VENV=/tmp/venv

PYTHON ?= python3
VENV ?= .venv
# uv installs in a tenth of the time: make test INSTALL='uv pip install --python .venv'
INSTALL ?= $(VENV)/bin/python -m pip install --disable-pip-version-check
# The tests are many small ones: one process a core, one thread each, beats torch's own threads.
PYTEST_ARGS ?= -n auto --maxprocesses 4 --durations 20 --durations-min 5
# Older than pyproject.toml: the environment is brought up to date first.
INSTALLED = $(VENV)/.nersemble-installed

.PHONY: help demo check test lint docs clean readers

help:
	@echo 'make demo    train on a small synthetic head, evaluate and render it (no GPU, no data needed)'
	@echo 'make check   ruff, and the quick tests: six minutes on two cores'
	@echo 'make test    run all tests'
	@echo 'make lint    ruff and mypy'
	@echo 'make docs    build the documentation as a site, build/site/index.html'
	@echo 'make readers what some tests compare the readers of videos with (300 MB, into .readers)'
	@echo 'make clean   remove caches and build products, but neither $(VENV) nor results'

demo: $(INSTALLED)
	$(VENV)/bin/nersemble demo

test: $(INSTALLED)
	OMP_NUM_THREADS=1 $(VENV)/bin/python -m pytest $(PYTEST_ARGS)

check: $(INSTALLED)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	OMP_NUM_THREADS=1 $(VENV)/bin/python -m pytest $(PYTEST_ARGS) -m 'not slow' --durations 10 --durations-min 1

readers: .readers/installed

.readers/installed: tests/public-readers.txt $(INSTALLED)
	$(VENV)/bin/python -m pip install --disable-pip-version-check --quiet --upgrade --no-deps --target .readers --requirement $<
	@touch $@

lint: $(INSTALLED)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/mypy --platform win32 --no-warn-unreachable src

docs: $(INSTALLED)
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --quiet
	@echo 'build/site/index.html'

# pip keeps what already satisfies pyproject.toml, so torch is downloaded once.
$(INSTALLED): pyproject.toml
	@test -x $(VENV)/bin/pip || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	  { echo '$(PYTHON) is not Python 3.10 or newer: name one that is, as in make demo PYTHON=python3.12' >&2; exit 1; }
	@test -x $(VENV)/bin/pip || $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo '$(PYTHON) cannot make virtual environments: install its venv module (Debian and Ubuntu: apt install python3-venv)' >&2; exit 1; }
	test -x $(VENV)/bin/pip || $(PYTHON) -m venv $(VENV)
	@echo 'Installing into $(VENV): the first time, torch alone is a download of up to 3 GB.'
	$(INSTALL) --editable '.[dev]'
	@touch $@

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
