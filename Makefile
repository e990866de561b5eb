# Everything a person needs, on a machine with Python 3.11 or newer and nothing else.
#   make demo    set up, and run the whole mission once on a synthetic county
#   make check-source    what your case system can and cannot tell
#   make test    set up, and run every test
#   make up      the Airflow UI over the demo's state; make down stops it
#   make report MONTH=2026-10 [AS_AT=2026-11-06] [DELIVER=1 | DRY_RUN=1]

PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
RUN := PYTHONPATH=plugins $(VENV)/bin/python
READY := $(VENV)/.ready

# Compiled once, imported often: each command starts processes that import Airflow.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test up down report check-source reconcile render compare year evidence-pack check docs benchmark lock clean

demo: $(READY)
	@$(RUN) -m readiness demo

report: $(READY)
	@$(RUN) -m readiness report "$(MONTH)" $(if $(AS_AT),--as-at "$(AS_AT)") $(if $(filter 1,$(DELIVER)),--deliver) $(if $(filter 1,$(DRY_RUN)),--dry-run)

# What the case system can and cannot tell; the first thing to do with a source of your own.
check-source: $(READY)
	@$(RUN) -m readiness check-source $(if $(DAY),--day "$(DAY)")

# Figures returned or published beside the records: returned.csv, or FILE= with FROM= and TO=.
reconcile: $(READY)
	@$(RUN) -m readiness reconcile $(if $(FILE),"$(FILE)" --from "$(FROM)" --to "$(TO)")

# A frozen version made again and compared with what was kept, two reports held beside each other, a year's verdicts.
render: $(READY)
	@$(RUN) -m readiness render "$(MONTH)" $(if $(VERSION),--version "$(VERSION)")

compare: $(READY)
	@$(RUN) -m readiness compare $(MONTHS) $(if $(VERSIONS),--versions $(VERSIONS))

year: $(READY)
	@$(RUN) -m readiness year $(if $(MONTH),"$(MONTH)")

# Inspectors arrive on Monday: everything behind a report in one encrypted archive; it asks for the passphrase.
evidence-pack: $(READY)
	@$(RUN) -m readiness evidence-pack $(if $(MONTH),"$(MONTH)") $(if $(TO),--to "$(TO)") $(if $(filter 1,$(CASE_LISTS)),--case-lists)

up: $(READY)
	@$(RUN) -m readiness up

down: $(READY)
	@$(RUN) -m readiness down

test: $(READY) check
	@bash tests/prepare.sh
	$(VENV)/bin/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --durations 25

check: $(READY)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	PYTHONPATH=plugins $(VENV)/bin/lint-imports

# Renew the pages of docs/ that are made from definitions and tests.
docs: $(READY)
	@PYTHONPATH=plugins:. $(VENV)/bin/python docs/generate.py

benchmark: $(READY)
	$(RUN) benchmarks/rebuild.py

$(READY): requirements.lock Makefile
	$(PYTHON) -c 'import sys; sys.exit("Readiness needs Python 3.11 or newer.") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(VENV)/bin/uv pip sync --quiet --require-hashes requirements.lock
	@touch $(READY)

# Renew the lock after a change of pyproject.toml.
lock:
	$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes \
		--no-emit-index-url --no-header --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache
