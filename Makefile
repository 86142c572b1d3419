# 签发 Qianfa. `make run` and `make test` need Python 3.11 or newer, git and make; they fetch the rest.
PYTHON ?= python3
BIN := .venv/bin
BUNDLE := web/static/dist/manifest.json
FRONT := web/front/package.json web/front/package-lock.json web/front/build.mjs $(wildcard web/front/src/* web/front/src/*/* web/front/src/*/*/*)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard web/translations/*/LC_MESSAGES/messages.po))
INSTALLED := setup.cfg pyproject.toml constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run setup test check bench translations clean

help: ## show these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

run: setup ## set up everything and serve on http://127.0.0.1:8000
	@$(BIN)/qianfa init
	@exec $(BIN)/qianfa serve $(ARGS)

setup: .venv/.runtime $(BUNDLE) $(CATALOGUES) ## install what running needs
	@:

test: setup .venv/.test ## run all tests: SQLite, PostgreSQL, a real Chromium
	@$(BIN)/python -m scripts.postgresql
	@$(BIN)/python -m scripts.chromium
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal $(ARGS)

check: setup .venv/.test ## check style, types, import contracts, templates, translations, the catalogue
	@failed=0; for step in "ruff check ." mypy lint-imports "python -m scripts.check_templates" \
	  "python -m scripts.check_translations" "python -m scripts.catalogue" "python -m scripts.lint_diagrams"; do \
	  echo "==> $$step"; $(BIN)/$$step || failed=1; done; exit $$failed

bench: setup .venv/.test ## measure what a decision costs
	@$(BIN)/python -m tests.bench

translations: setup ## collect the pages' texts for the translators
	@$(BIN)/python -m scripts.collect_translations

clean: ## remove what was built or installed; the database in var/ stays
	@rm -rf .venv web/static/dist web/front/node_modules $(CATALOGUES)

.venv/.runtime: $(INSTALLED)
	@$(PYTHON) -m scripts.make_venv runtime

.venv/.test: $(INSTALLED) | .venv/.runtime
	@$(PYTHON) -m scripts.make_venv test

$(BUNDLE): $(FRONT) | .venv/.runtime
	@$(BIN)/python -m scripts.build_front_end

%.mo: %.po | .venv/.runtime
	@$(BIN)/pybabel -q compile -i $< -o $@
