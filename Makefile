# Everything a newcomer needs: `make run` and `make test` install what they use, by themselves.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
run: export SITE_URL ?= http://127.0.0.1:$(PORT)
PACKAGES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
TEST_PACKAGES := chromium poppler-utils qpdf
BENCH_PACKAGES := wrk
export PATH := $(CURDIR)/$(BIN):$(PATH)
.DEFAULT_GOAL := help

.PHONY: help run test bench lint types unit journeys lock clean
help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.run var/.ready ## the site on http://127.0.0.1:8000, with demo content
	@python manage.py migrate --verbosity 0
	@python manage.py development_seal --verbosity 0
	@python manage.py setup_site
	@python manage.py demo
	@echo "Site : http://127.0.0.1:$(PORT)/   Gestion : http://127.0.0.1:$(PORT)/gestion/   (Ctrl+C pour arrêter)"
	@PORT=$(PORT) DJANGO_SETTINGS_MODULE=config.settings.dev honcho start

test: $(VENV)/.test ## the whole check, as continuous integration runs it
	@$(MAKE) --no-print-directory --jobs 2 --output-sync lint types
	@$(MAKE) --no-print-directory unit journeys

bench: $(VENV)/.test ## speed, as ratios against a baseline measured in the same run
	@$(call packages,$(BENCH_PACKAGES),wrk)
	python tests/benchmarks/run.py
	python tests/benchmarks/document_speed.py
	python tests/benchmarks/order_speed.py
	python tests/benchmarks/invoice_speed.py
	python tests/benchmarks/proposal_speed.py

lint:
	ruff check .
	ruff format --check .
	PYTHONPATH=site:. lint-imports
	djhtml --tabwidth 2 --check templates
	djade --target-version 5.2 --check $$(git ls-files 'templates/*.html')
	python manage.py makemigrations --check --dry-run
	SECRET_KEY=$$(python -c 'import secrets; print(secrets.token_urlsafe(50))') SITE_URL=https://www.example.org \
	  DATABASE_URL=sqlite:///var/check.sqlite3 EMAIL_URL=smtp://localhost ALLOWED_HOSTS=www.example.org \
	  DJANGO_SETTINGS_MODULE=config.settings.production python manage.py check --deploy --fail-level WARNING

types:
	mypy

unit:
	python -m pytest -n 2 -m "not journey"
	python tests/with_postgresql.py -n 2 -m "not journey" --ignore tests/users --ignore tests/pages

journeys:
	python -m pytest -n 2 --dist loadfile -m journey

lock: ## new lock files after a change of pyproject.toml
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-annotate pyproject.toml --output-file requirements.txt
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-annotate pyproject.toml --group dev --output-file requirements-dev.txt

clean: ## removes the environment, the database and everything generated
	rm -rf $(VENV) var

# $(call packages,DEBIAN PACKAGES,PROBE COMMANDS): installs what is missing when root, says what to install otherwise
define packages
missing=""; for name in $(1); do dpkg-query -W -f='$${Status}' $$name 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$name"; done; \
if [ -n "$$missing" ]; then \
  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
  else echo "Paquets à installer d'abord :$$missing  (par exemple : sudo apt-get install$$missing)"; exit 1; fi; fi
endef

$(BIN)/python:
	@$(call packages,$(PACKAGES))
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { $(call packages,python3-venv); rm -rf $(VENV); $(PYTHON) -m venv $(VENV); }

$(VENV)/.run: requirements.txt | $(BIN)/python
	@echo "Installation des dépendances…"
	@pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.test: requirements-dev.txt | $(BIN)/python
	@$(call packages,$(TEST_PACKAGES))
	@echo "Installation des dépendances de test…"
	@pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.run

var/.ready: $(VENV)/.run $(shell git ls-files 'site/*/static' 2>/dev/null)
	@mkdir -p var
	@python manage.py collectstatic --no-input --verbosity 0
	@touch $@
