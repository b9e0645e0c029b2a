# The project's commands: `make help`.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

UV := .venv/uv/bin/uv
CODE := .venv/code
TOOLS := .venv/tools
RUNTIME := .venv/runtime
PYTHON := PYTHONPATH=functions:layers/detector:layers/stylizer:layers/painter:layers/lettering:layers/spotipy $(CODE)/bin/python
export PATH := $(CURDIR)/$(TOOLS)/bin:$(PATH)
export SAM_CLI_TELEMETRY := 0
# Bytecode is kept in one place, which halves the start of later processes. The functions' layers have their own.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/build/bytecode
# The settings of deployments.
SAMCONFIG ?= samconfig.owner.toml
# Each process runs one file at a time. Three share two processors well: those with stacks and browsers often wait.
PARALLEL := --numprocesses 3 --dist loadscope --no-loadscope-reorder

.PHONY: help setup models layers check-layers demo run package release deploy configure check-deployed forget destroy test test-unit test-all test-invoke invoke soak load chromium lint gallery bench prompts clean lock audit guards

help: ## List the targets
	@grep -hE '^[a-z0-9.-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9.-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: $(CODE)/.ready $(TOOLS)/.ready .venv/runtime/.ready tests/tools/models/node_modules/.ready tests/browser/node_modules/.ready ## Create the environments inside this folder

# Any Python with venv can install uv, which then provides Python 3.13 and fills the environments.
$(UV): requirements/tools.txt
	@command -v python3 >/dev/null || { echo "Python is missing: install any Python 3.9 or later, so that 'python3' runs."; exit 1; }
	@python3 -m venv .venv/uv || { echo "Python's venv module is missing (Debian: apt-get install python3-venv)."; exit 1; }
	@awk '/^[^ ]/ {uv = /^uv==/} uv' requirements/tools.txt > .venv/uv/uv.txt
	@.venv/uv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv/uv.txt
	@touch $@

# Lambda's image has bytecode of its packages, so the environment that imitates it has, too.
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

models: setup ## Build the models and fonts from pinned packages
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

demo: models $(RUNTIME)/.ready ## Make four covers for the demo listener on this machine: out/candidates.jpg
	@$(PYTHON) -m scripts.demo

run: models $(RUNTIME)/.ready ## Run the local stack until Ctrl-C
	@$(PYTHON) -m scripts.run

# What the container image runs.
.PHONY: home
home: $(CODE)/.ready $(TOOLS)/.ready
	@$(PYTHON) -m scripts.build_models
	@$(PYTHON) -c 'from scripts.local import deployment; deployment.build()'

package: layers
	@$(PYTHON) -m scripts.package

release: package .venv/release/.ready ## Build the release bundle into dist/, to install without building
	@$(PYTHON) -m scripts.release

deploy: setup ## Deploy the stack to your AWS account; asks for its name and region the first time
	@$(PYTHON) -m scripts.owner deploy --config '$(SAMCONFIG)' $(if $(PACKAGE),--package '$(PACKAGE)')

configure: setup ## Check and store the secrets: the Spotify app and, optionally, an OpenAI key
	@$(PYTHON) -m scripts.owner configure --config '$(SAMCONFIG)'

check-deployed: setup ## Check the deployed stack with a cover of sample music for a test listener
	@$(PYTHON) -m scripts.owner check-deployed --config '$(SAMCONFIG)'

forget: setup ## Delete everything about a listener (LISTENER=id; without it, list the listeners)
	@$(PYTHON) -m scripts.owner forget --config '$(SAMCONFIG)' --listener '$(LISTENER)'

destroy: setup ## Delete the stack and all its data, after a confirmation
	@$(PYTHON) -m scripts.owner destroy --config '$(SAMCONFIG)'

test: chromium models .venv/awscli/.ready ## Run all checks that CI runs
	@$(MAKE) --no-print-directory --jobs 3 lint-python lint-web lint-template suites

# In parallel with the linters, which are silent without problems.
.PHONY: suites
suites:
	@$(PYTHON) -m pytest $(PARALLEL) --durations 20 -m "not long and not docker"

test-unit: models ## Test the functions without a stack or a browser, about a fifth of the time (F=watch: one folder)
	@$(PYTHON) -m pytest $(if $(F),,$(PARALLEL)) -m "not long" tests/unit/$(F)

test-all: test .venv/litellm/.ready ## Run the tests that take minutes, too
	@$(PYTHON) -m pytest -m long
	@$(PYTHON) -m pytest tests/security --hypothesis-profile=long --timeout=1800

invoke: models bytecode ## Run a function in Docker: FUNCTION=DetectFunction (EVENT=events/detect.json); without FUNCTION, run the stack for SAM
	@$(PYTHON) -m scripts.invoke $(FUNCTION) $(if $(EVENT),--event $(EVENT))

test-invoke: models bytecode ## Run every function with every example event in Docker
	@$(PYTHON) -m pytest --numprocesses 0 -m docker

soak: models ## Make 500 covers in bulk on the local stack (COVERS=50)
	@$(PYTHON) -m scripts.load soak $(if $(COVERS),--covers $(COVERS))

load: models ## Make 100 covers at once on the local stack, over the API and by events (COVERS=6)
	@$(PYTHON) -m scripts.load load $(if $(COVERS),--covers $(COVERS))

chromium:
	@command -v $(or $(CHROMIUM),chromium-headless-shell chromium) >/dev/null || { echo "Chromium is missing: install it (Debian: apt-get install chromium-headless-shell), or set CHROMIUM to its path."; exit 1; }
	@command -v curl >/dev/null || { echo "curl is missing: install it; the docs' examples need it."; exit 1; }

lint: lint-python lint-web lint-template lint-pins ## Check formatting, types, the page and the template, and the pins for vulnerabilities

.PHONY: lint-python lint-web lint-template lint-pins
# Not in `make test`, because the result changes from day to day and needs the network. Here, a registry that does not
# respond is no failure.
lint-pins: setup .venv/audit/.ready
	@report=$$($(MAKE) --no-print-directory audit 2>&1) || ! { tail -n 20 <<< "$$report" >&2; grep -qE '[1-9][0-9]* (known |[a-z]+ severity )?vulnerabilit' <<< "$$report"; }

lint-python: setup
	@ruff=$(CODE)/bin/ruff; $$ruff format --check --quiet . && $$ruff check --quiet . && $(CODE)/bin/zuban mypy --python-executable $(CODE)/bin/python --no-error-summary

# JavaScript, CSS and HTML; `tests/browser/node_modules/.bin/biome check --write` formats them.
lint-web: tests/browser/node_modules/.ready
	@report=$$(tests/browser/node_modules/.bin/biome ci --error-on-warnings 2>&1) || { echo "$$report"; exit 1; }

# It transforms the template as `sam validate` does, and checks the result as well.
# It looks through a state machine's definition line by line, deeper than Python's recursion limit.
lint-template: setup
	@$(TOOLS)/bin/python -c 'import sys; sys.setrecursionlimit(5000); from cfnlint.runner import main; main()' template.yaml

guards: models ## Check that the test of each guard in SECURITY.md fails without it
	@$(PYTHON) -m scripts.verify_guards

# File by file, because pip-audit rejects a package that is in two files. A package without data is a failure.
AUDIT := .venv/audit/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off
audit: setup .venv/audit/.ready ## Check all pins for known vulnerabilities; needs the network
	@for pins in requirements/*.txt layers/*/requirements*.txt; do timeout 120 $(AUDIT) --requirement $$pins; done
	@for project in tests/browser tests/tools/models; do timeout 120 npm audit --prefix $$project; done

gallery: models ## Draw covers of sixteen tastes into out/gallery (ONLY="lettered photographs looks"; DOCS=1: also into docs/ and the page)
	@$(PYTHON) -m scripts.gallery $(if $(ONLY),--only $(ONLY)) $(if $(DOCS),--docs)

bench: models bytecode ## Measure imports, steps and covers into out/bench.json (ONLY="imports peers", RUNS=3)
	@$(PYTHON) -m scripts.bench $(if $(ONLY),--only $(ONLY)) $(if $(RUNS),--runs $(RUNS))

prompts: models ## Write the prompts of sixteen tastes into docs/prompts.md
	@$(PYTHON) -m scripts.prompts

lock: $(TOOLS)/.ready ## Update the hashes of the pins, after a change to a .in file
	@$(TOOLS)/bin/python -m scripts.lock

clean: ## Delete build results, but not downloads
	@rm -rf .aws-sam build/local build/bytecode out .pytest_cache .ruff_cache
	@find functions -name __pycache__ -prune -exec rm -rf {} +
