# `make run` and `make test` need Python 3.11 or newer with venv, and make; nothing else.

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
UV_VERSION := 0.13.9
IMAGE ?= duijie
ARGS ?=
EXTRAS := meaning cluster bench

# Wheels only: nothing is compiled here, and no package's own code runs while it is installed.
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
INSTALL := $(PIP) install --require-hashes --only-binary :all:
COMPILE = $(UV) pip compile --quiet --universal --fork-strategy fewest --generate-hashes \
	--no-emit-index-url --python-version 3.11 --custom-compile-command 'make lock' $(ARGS)

# What builds the project, and what hatchling needs to install it in place.
BUILD := 'hatchling>=1.27' 'editables>=0.5'

# An environment whose Python is gone (or was interrupted half-way) is made again.
$(shell test -x $(BIN)/python || rm -f $(VENV)/pyvenv.cfg)

ifeq ($(origin PORT),command line)
export DUIJIE_PORT := $(PORT)
endif
ifeq ($(origin HOST),command line)
export DUIJIE_HOST := $(HOST)
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run test lint extra bench lock image clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.run ## install, migrate, load the seed, serve; PORT=8001 and DUIJIE_* change it
	@exec $(BIN)/duijie serve

test: $(VENV)/.test ## every check and the whole suite; ARGS="-k name" goes to pytest
	@.ci/browser
	@$(MAKE) --no-print-directory checks && checks=0 || checks=1; \
	$(BIN)/python -m pytest -n 2 -m 'not slow' $(ARGS) || exit $$?; \
	[ $$checks -eq 0 ] || { echo 'The tests passed; a check above them did not.' >&2; exit 1; }

lint: $(VENV)/.test checks ## ruff, mypy and the import contracts

.PHONY: checks
checks:
	@failed=0; for check in 'ruff check' 'ruff format --check' mypy lint-imports; do \
		echo "$$check"; $(BIN)/$$check || failed=1; done; exit $$failed

extra: $(VENV)/.run ## install an optional part: make extra NAME=meaning
	@$(INSTALL) --requirement requirements-$(NAME).lock

bench: $(VENV)/.run ## measure speed and quality; takes minutes; ARGS="rank --format json"
	@$(BIN)/python -m benchmarks $(or $(ARGS),all)

lock: $(UV) ## pin the newest allowed packages; ARGS="--upgrade" moves all of them
	printf '%s\n' $(BUILD) | $(COMPILE) pyproject.toml - --output-file requirements.lock
	for extra in test $(EXTRAS); do \
		$(COMPILE) pyproject.toml --extra $$extra --constraint requirements.lock \
			--output-file requirements-$$extra.lock || exit 1; done

image: ## build the container image
	@command -v docker >/dev/null || { echo 'make image needs docker (or: buildah bud .)' >&2; exit 1; }
	docker build --tag $(IMAGE) .

clean: ## remove what was installed and cached; var/ with the database stays
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/pyvenv.cfg:
	@PYTHON='$(PYTHON)' .ci/venv $(VENV)

$(VENV)/.run: $(VENV)/pyvenv.cfg requirements.lock pyproject.toml
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"$(VENV) holds a Python older than 3.11: make clean, then again")'
	@$(BIN)/python -c 'import pip' 2>/dev/null || $(BIN)/python -m ensurepip >/dev/null
	@echo 'Installing the pinned packages (about a minute, once)'
	@$(INSTALL) --requirement requirements.lock
	@echo 'Installing Duijie'
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q service models migrations
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements-test.lock
	@echo 'Installing the pinned packages for the tests (once)'
	@$(INSTALL) --requirement requirements-test.lock
	@touch $@

$(UV): $(VENV)/pyvenv.cfg
	@$(BIN)/python -c 'import pip' 2>/dev/null || $(BIN)/python -m ensurepip >/dev/null
	@$(PIP) install uv==$(UV_VERSION)
	@touch $@
