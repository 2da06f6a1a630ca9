# Visio-relais. `make` alone prints what can be asked.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
PACKAGE_LISTS := $(wildcard provisioning/debian-packages-*.txt)
PYTHON_FILES := $(wildcard *.py) hub kiosk provisioning tests
QML_DIR := kiosk/ui/qml
SERVED_JS := $(if $(wildcard hub/web),$(shell find hub/web -name '*.js'))
DEMO := build/demo
KIOSK_CONFIG ?= assets/demo/kiosk.toml
HUB_CONFIG ?= $(DEMO)/hub.toml

# A stamp is named after what it stands for: it is out of date when a list changes, not when a date does.
hash_of = $(firstword $(shell cat $(1) 2>/dev/null | sha256sum))
ENVIRONMENT_STAMP := $(STAMPS)/environment-$(call hash_of,requirements.lock pyproject.toml)
NODE_LOCK := $(wildcard tests/web/package-lock.json)
NODE_STAMP := $(if $(NODE_LOCK),tests/web/node_modules/.stamp-$(call hash_of,$(NODE_LOCK)))
PEER := tests/bench/socketio
PEER_STAMP := $(PEER)/node_modules/.stamp-$(call hash_of,$(PEER)/package-lock.json)
KILLS ?= 50

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: packages $(ENVIRONMENT_STAMP) $(NODE_STAMP) ## Install what is missing: Debian packages, virtual environment, page tests

.PHONY: packages
packages:
	@.ci/install-packages $(PACKAGE_LISTS)

# `packages` is order-only: it always runs first, and never makes the environment stale.
$(ENVIRONMENT_STAMP): | packages
	[ -x $(BIN)/python ] && $(BIN)/python -c 'import pip' || "$$(.ci/find-python)" -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	mkdir -p $(STAMPS) && rm -f $(STAMPS)/environment-* && touch $@

ifneq ($(NODE_STAMP),)
$(NODE_STAMP): | packages
	npm ci --prefix tests/web --no-audit --no-fund --ignore-scripts
	touch $@
endif

.PHONY: lock
lock: $(ENVIRONMENT_STAMP) ## Rewrite requirements.lock from pyproject.toml (UPGRADE=1: to the newest versions)
	$(BIN)/uv pip compile pyproject.toml --output-file requirements.lock --universal --python-version 3.11 --all-extras \
	    --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet $(if $(UPGRADE),--upgrade)
	! grep -nE '://|--(index|extra-index|find-links|trusted-host)' requirements.lock

.PHONY: demo
demo: setup ## Open a kiosk and a station page and let you play (without a display: the story)
	$(BIN)/python -m tests.system.demo

.PHONY: story
story: setup ## Play one whole call on real parts; writes build/story/story.json and pictures
	$(BIN)/python -m tests.system.story

.PHONY: screenshots
screenshots: setup ## Play the story and keep its pictures for the README
	$(BIN)/python -m tests.system.story --screenshots assets/screenshots

.PHONY: test
test: check ## Everything: check, then all tests
	status=0; \
	$(BIN)/pytest -m 'not serial' -n 2 || status=$$?; \
	$(BIN)/pytest -m serial || status=$$?; \
	exit $$status

.PHONY: check
check: setup check-python check-qml check-js ## Linters, types, import contracts, QML and JavaScript

.PHONY: check-python
check-python: $(ENVIRONMENT_STAMP)
	$(BIN)/ruff check $(PYTHON_FILES)
	$(BIN)/ruff format --check $(PYTHON_FILES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

.PHONY: check-qml
check-qml: $(ENVIRONMENT_STAMP)
	find $(QML_DIR) -name '*.qml' -print0 | xargs -0 -r $(BIN)/pyside6-qmllint -I $(QML_DIR) --max-warnings 0

.PHONY: check-js
check-js: $(NODE_STAMP)
	@for file in $(SERVED_JS); do node --check --input-type=module < "$$file" || { echo "in $$file" >&2; exit 1; }; done
	node --check $(PEER)/server.js
	if [ -n "$(NODE_LOCK)" ]; then npm run --silent --prefix tests/web lint; fi

.PHONY: bench
bench: setup ## Measure; prints medians, fails only when a measure cannot be taken
	$(BIN)/python -m tests.bench

.PHONY: bench-hub
bench-hub: setup $(PEER_STAMP) ## Measure the hub beside a Socket.IO server (QUICK=1: four minutes)
	$(BIN)/python -m tests.bench.hub_against $(if $(QUICK),--quick)

.PHONY: bench-media
bench-media: setup ## Measure calls over bad links beside Chromium as a kiosk (QUICK=1: eight minutes; PROFILES=L2,L5: only these)
	$(BIN)/python -m tests.bench.media $(if $(QUICK),--quick) $(if $(PROFILES),--profiles $(PROFILES))

$(PEER_STAMP): | packages
	npm ci --prefix $(PEER) --no-audit --no-fund --ignore-scripts
	touch $@

.PHONY: chaos
chaos: setup ## Kill the hub KILLS times under load (50), judge what became of the calls (SEED=n: again; POSTGRES=1: two hubs)
	$(BIN)/python -m tests.chaos --kills $(KILLS) $(if $(SEED),--seed $(SEED)) $(if $(POSTGRES),--postgres)

.PHONY: run-hub
run-hub: setup ## Run a hub: the demonstration's, or HUB_CONFIG=file
	$(if $(filter $(DEMO)/%,$(HUB_CONFIG)),$(BIN)/python -m tests.system.demo prepare-hub)
	$(BIN)/visio-hub run --config $(HUB_CONFIG)

.PHONY: run-kiosk
run-kiosk: setup ## Run a kiosk in a window, beside make run-hub: the demonstration's, or KIOSK_CONFIG=file
	$(if $(filter assets/%,$(KIOSK_CONFIG)),$(BIN)/python -m tests.system.demo prepare-kiosk)
	$(BIN)/visio-kiosk --config $(KIOSK_CONFIG) --window

.PHONY: clean
clean: ## Remove what was built; the environment stays
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find hub kiosk provisioning tests -name __pycache__ -type d -prune -exec rm -rf {} +
