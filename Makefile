# Every target makes what it needs: nothing is asked for beforehand but Python >= 3.11 and make.
#   make demo     shows the guard at work: a real package, a local index, two refusals, one release
#   make test     runs every test
# PYTHON=… names the interpreter, VENV=… the folder of the environment, TESTS=… what pytest is given,
# WHEEL=dist/….whl tests that wheel instead of the sources.

SHELL := /bin/sh
VENV ?= .venv
TESTS ?=
WHEEL ?=
PYTHON ?=
BIN := $(VENV)/bin
# A lock is installed exactly as it is written, and nothing of it is built here.
PIP := $(BIN)/python -I -m pip --disable-pip-version-check --no-input
INSTALL := install --quiet --require-hashes --only-binary :all:

# Settings that would put packages elsewhere, or other code before ours. Mirrors, proxies and CA bundles stay.
unexport PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_REQUIRE_VIRTUALENV PIP_NO_BINARY PIP_ONLY_BINARY PIP_CONSTRAINT
unexport PIP_NO_DEPS PIP_REQUIREMENT PIP_EDITABLE PIP_DRY_RUN PIP_PYTHON PIP_REPORT
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTEST_ADDOPTS VIRTUAL_ENV

.DELETE_ON_ERROR:
.PHONY: FORCE help demo test lint types benchmark lock docs-check wheel clean

help:
	@sed -n 's/^# \{0,1\}//p;/^$$/q' Makefile

demo: $(VENV)/.test
	$(BIN)/python tools/demo.py

test: $(VENV)/.test
	$(BIN)/python -m pytest -q -n 2 --dist loadfile $(TESTS)

docs-check: $(VENV)/.test
	$(BIN)/python -m pytest -q tests/test_docs.py tests/test_meta.py

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/shellcheck .ci/run tools/*.sh

types: $(VENV)/.lint
	$(BIN)/mypy

benchmark: $(VENV)/.test
	$(BIN)/python benchmarks/run.py

lock: $(VENV)/.lint
	$(BIN)/python tools/lock.py $(if $(KEEP),--keep)

wheel: $(VENV)/.test
	rm -rf dist
	$(BIN)/python -I -m build --no-isolation --outdir dist .

clean:
	rm -rf .venv .venv-* build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# With PYTHON=… it is looked at each time: an environment of another version is made anew.
$(VENV)/.python: $(if $(PYTHON),FORCE)
	@chosen=$$(sh tools/find-python.sh $(if $(PYTHON),"$(PYTHON)")) || exit 1; \
	version='import sys; print(sys.version)'; clear=; \
	if test -e $@; then \
		test "$$($(BIN)/python -I -c "$$version" 2>&1)" != "$$("$$chosen" -I -c "$$version")" || exit 0; \
		clear=--clear; \
	fi; \
	echo $$chosen -m venv $$clear $(VENV); "$$chosen" -I -m venv $$clear $(VENV) && touch $@

$(VENV)/.locked: requirements/test.txt $(VENV)/.python
	$(PIP) $(INSTALL) --requirement requirements/test.txt
	@touch $@

$(VENV)/.test: $(VENV)/.locked pyproject.toml $(WHEEL)
	$(PIP) install --quiet --no-deps --no-index --no-build-isolation $(if $(WHEEL),--force-reinstall $(WHEEL),--editable .)
	@touch $@

$(VENV)/.lint: requirements/lint.txt $(VENV)/.test
	$(PIP) $(INSTALL) --requirement requirements/lint.txt
	@touch $@
