# Two commands do everything: `make run` shows the product, `make test` guards it.

PYTHON ?= python3
PY := .venv/bin/python
INSTALLED := .venv/.installed
# Every temporary server, and every one of a test, begins with a copy of it (flows/cli/reach.py), where there is one.
EMPTY_DATABASE := .venv/share/vanity-gap

# Nothing leaves this machine on behalf of a demonstration or a test.
export DO_NOT_TRACK = 1
export PREFECT_SERVER_ANALYTICS_ENABLED = false
export PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT = false

.PHONY: help run serve test lint types contracts unit browser pictures test-server test-faults bench evaluate test-bi dictionary format lock lock-bi clean

help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: $(INSTALLED) ## Live Frank's summer and show the reports; with FILE=export.csv your own (HANDLE=name where it is asked for)
ifdef FILE
	@.venv/bin/vanity-gap import $(if $(HANDLE),--handle "$(HANDLE)") "$(FILE)"
	@.venv/bin/vanity-gap show
else
	@$(PY) -m sandbox.demo
endif

serve: $(INSTALLED) ## Prefect server, worker and schedules on this machine; Ctrl-C ends them
	@.venv/bin/vanity-gap serve

# The checks run beside the tests, which leave half of the machine idle.
test: $(INSTALLED) ## Everything that guards the project
	@$(MAKE) --no-print-directory -j2 lint types contracts unit

lint: $(INSTALLED) ## Style and format
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .

types: $(INSTALLED)
	@.venv/bin/mypy

contracts: $(INSTALLED)
	@.venv/bin/lint-imports --no-cache

# A file's tests share servers and lived days, so each file stays with one worker; the long ones, with few tests, first.
unit: $(INSTALLED) browser
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# The page is tested in a real browser; where none can be installed, those tests skip and say so.
browser: ## Install Debian's Chromium, in which the page is tested, when run as root
	@test -x /usr/bin/chromium || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } || \
	  echo "no Chromium: the page's tests will skip; as root on Debian, make browser installs it"

pictures: $(INSTALLED) ## The README's pictures, from the demonstration that make run lived
	@$(PY) -m sandbox.pictures

test-server: $(INSTALLED) ## Ended runs, cloned code, PostgreSQL, Dask and a busy machine, on real servers (half an hour)
	@VANITY_GAP_SLOW=1 $(PY) -m pytest tests/flows/test_endings.py tests/flows/test_fetched_code.py tests/flows/test_load.py tests/flows/test_postgres.py tests/storage/test_dask.py

test-faults: $(INSTALLED) ## X goes wrong in a thousand ways, and every flow is killed at 320 instants (an hour and more)
	@VANITY_GAP_FAULTS=all $(PY) -m pytest -q tests/faults_x
	@FORGETTINGS=300 DAMAGES=300 HOSTILE_FILES=800 HONEST_FILES=300 FAULT_INSTANTS=320 $(PY) -m pytest tests/faults tests/storage/test_kills.py

bench: $(INSTALLED) ## Speed, memory and cost, each figure beside its reference and its bar; also as build/bench.parquet
	@$(PY) -m tests.benchmarks

evaluate: $(INSTALLED) ## Accuracy of the judgement on labelled worlds, beside two rivals
	@$(PY) -m tests.evaluation --worlds 20 --seeds final --side-worlds 2 --interval-worlds 250 --write build/evaluation.md
	@$(PY) -m tests.evaluation.lists --lists 20 --seeds final --write build/evaluation-lists.md

# Each engine set has an environment of its own; one that cannot install here is said, and its tests skip.
BI := tests/bi
BI_ENVIRONMENTS := $(patsubst $(BI)/environments/requirements-%.lock,.venv-%/.installed,$(wildcard $(BI)/environments/*.lock))

test-bi: $(INSTALLED) ## Real engines and a real BI tool read the reports and agree (installs them: 2 GB)
	@$(MAKE) --no-print-directory --keep-going $(BI_ENVIRONMENTS) $(BI)/engines/node_modules/.installed || true
	@TEST_BI=1 $(PY) -m pytest $(BI)

.venv-%/.installed: $(BI)/environments/requirements-%.lock
	@echo "Installing into .venv-$* (once) ..."
	@$(PYTHON) -m venv .venv-$*
	@.venv-$*/bin/python -m pip install --quiet --no-deps --require-hashes -r $<
	@touch $@

$(BI)/engines/node_modules/.installed: $(BI)/engines/package-lock.json
	@cd $(BI)/engines && npm ci --silent --no-audit --no-fund --omit-lockfile-registry-resolved
	@touch $@

lock-bi: $(INSTALLED) ## Renew the locks of the engines and of the BI tool
	@for name in bi pyarrow-10 superset; do $(PY) -m uv pip compile $(BI)/environments/requirements-$$name.in \
	  --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --no-strip-extras --upgrade --quiet -o $(BI)/environments/requirements-$$name.lock || exit 1; done

dictionary: $(INSTALLED) ## Write data/README.md from the declared tables, and the page's charts from their declaration
	@$(PY) -m tasks.schema
	@$(PY) -m tasks.page.chart_specifications

format: $(INSTALLED)
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

lock: $(INSTALLED) ## Renew requirements.lock from pyproject.toml
	@$(PY) -m uv pip compile pyproject.toml --extra dev --extra dask --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --no-strip-extras --upgrade -o requirements.lock

clean: ## Remove the environment and what the demonstration wrote; your data stays
	rm -rf .venv .venv-* tests/bi/engines/node_modules data/demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# The lock is complete, so pip need not resolve anything (and older pips stumble over extras when they do).
$(INSTALLED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	@echo "Installing into .venv (once) ..."
	@$(PYTHON) -m venv .venv
	@$(PY) -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	@$(PY) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(PY) -m pip check
	@rm -rf $(EMPTY_DATABASE) && mkdir -p $(EMPTY_DATABASE)
	@PREFECT_HOME=$(abspath $(EMPTY_DATABASE)) $(PY) -m prefect server database upgrade --yes >/dev/null 2>&1 || rm -rf $(EMPTY_DATABASE)
	@touch $(INSTALLED)
