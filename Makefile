# For GNU make, Python 3.10 or newer and the package index. "make help" lists the targets.

PLONE ?= 6.2
PYTHON ?= python3
PORT ?= 8080
FACE ?= classic
VOLTO_PORT ?= 3000
# A PORT in the environment of its build would be built into Volto.
unexport PORT
ARGS ?=
DIST ?= dist
WAYS ?= pip buildout
WORKERS ?= auto
REQUESTS ?= 10000
SEED ?=
BENCHMARKS ?= push_rate commit_profile push_bytes losses reading searching recording noticing showing finding two_editors operating
SUITES ?= plone.app.linkintegrity plone.app.iterate plone.app.content plone.app.contenttypes plone.app.discussion plone.app.multilingual Products.CMFEditions plone.restapi Products.CMFPlone

PACKAGES :=
ifeq ($(PLONE),6.1)
# It still mixes namespace styles and needs the pkg_resources of an older setuptools.
PACKAGES := setuptools horse-with-no-namespace
# The horse tells of itself whenever Python starts.
export PYTHONWARNINGS := ignore::UserWarning:site
endif

ifeq ($(wildcard constraints/plone-$(PLONE).txt),)
$(error PLONE=$(PLONE): the choice is $(sort $(patsubst constraints/plone-%.txt,%,$(wildcard constraints/plone-*.txt))))
endif

ENV := .venv/$(PLONE)
TOOLS := .venv/tools
BENCH := .venv/bench
FUZZ := .venv/fuzz
OTHERS := .venv/suites
INSTANCE := var/$(PLONE)
FRONTEND := frontend
ADDON := $(FRONTEND)/packages/volto-appendonly
NPM := npm --prefix $(FRONTEND) --no-update-notifier

ifeq ($(FACE),volto)
INSTANCE := $(INSTANCE)-volto
BUILT := $(FRONTEND)/build/.ready
else ifneq ($(FACE),classic)
$(error FACE=$(FACE): the choice is classic volto)
endif

# The processes of a test run share compiled page templates. A file goes to one process, in the order of folders,
# or in a random order that depends on SEED.
PYTEST = mkdir -p $(ENV)/chameleon && CHAMELEON_CACHE=$(CURDIR)/$(ENV)/chameleon $(ENV)/bin/python -m pytest \
    -n $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder --timeout 600 $(if $(SEED),--shuffle $(SEED))

# Local runs mend what they can, CI only looks.
ifeq ($(CI),true)
LOOK := --check
else
MEND := --fix
endif

.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "ENTRIES=100000 starts a demo with so many entries to search in."
	@echo "PLONE=6.1 takes Plone 6.1 instead of $(PLONE); PYTHON=$(PYTHON), PORT=$(PORT); ARGS go to pytest, in WORKERS=$(WORKERS) processes, SEED=1 shuffles the test files, FACE=volto starts the demo with Volto at VOLTO_PORT=$(VOLTO_PORT), BENCHMARKS names some of the benchmarks and SUITES some of the test suites, and REQUESTS=$(REQUESTS) and SEED are for the fuzzer."

# With entries to search in, the demo has a folder of its own.
ifneq ($(ENTRIES),)
INSTANCE := $(INSTANCE)-$(ENTRIES)
start: export ENTRIES := $(ENTRIES)
endif

.PHONY: start
start: $(ENV)/.ready $(BUILT) ## Serve a Plone site with the add-on and a small demo; FACE=volto also serves Volto
	@$(ENV)/bin/python -m demo.start $(INSTANCE) $(PORT) $(if $(BUILT),$(VOLTO_PORT))

.PHONY: test
test: $(ENV)/.ready ## Run the tests, except for the slow ones; ARGS="tests/structures -k archive" runs some
	@$(if $(SEED),echo "Order of files: SEED=$(SEED)")
	@$(PYTEST) -m "not slow and not volto" $(ARGS)

.PHONY: test-all
test-all: $(ENV)/.ready ## Run the slow tests: servers, processes, Chromium, large folders; also takes ARGS
	@$(if $(SEED),echo "Order of files: SEED=$(SEED)")
	@$(PYTEST) -m "slow and not volto" $(ARGS)

.PHONY: test-frontend
test-frontend: $(FRONTEND)/node_modules/.ready ## Run the unit tests, type checks and lint of the Volto add-on
	@$(NPM) run --silent test
	@$(NPM) run --silent types
	@$(NPM) run --silent lint
	@$(PYTHON) scripts/npm_contents.py

.PHONY: test-volto
test-volto: $(ENV)/.ready $(FRONTEND)/build/.ready ## Run the tests of Volto in Chromium, with the built frontend and a real backend
	@$(PYTEST) -n 0 -m volto $(or $(filter tests/%,$(ARGS)),tests/volto) $(filter-out tests/%,$(ARGS))

.PHONY: lint
lint: $(TOOLS)/.ready ## Format and check the sources; with CI=true only check
	@echo "ruff: format and rules"
	@$(TOOLS)/bin/ruff format -q $(LOOK) .
	@$(TOOLS)/bin/ruff check -q $(MEND) .
	@echo "zpretty: zcml, xml, pt"
	@find src tests demo benchmarks docs -type f \( -name '*.zcml' -o -name '*.xml' -o -name '*.pt' \) -print0 \
	    | xargs -0 -r $(TOOLS)/bin/zpretty $(if $(LOOK),--check,--inplace)
	@echo "import-linter: arrows point down only"
	@$(TOOLS)/bin/lint-imports --no-cache
	@echo "codespell: spelling"
	@$(TOOLS)/bin/codespell
	@echo "pyroma: metadata"
	@$(TOOLS)/bin/pyroma --min 10 --skip-tests CheckManifest .
	@echo "check-manifest: the source distribution"
	@$(TOOLS)/bin/check-manifest

.PHONY: pot
pot: $(TOOLS)/.ready ## Collect the texts for translators, and update all catalogs
	@$(TOOLS)/bin/python scripts/translations.py
	@$(TOOLS)/bin/python -m scripts.frontend_translations

.PHONY: docs
docs: $(TOOLS)/.ready ## Build the documentation into docs/_build/html
	@$(TOOLS)/bin/sphinx-build -q -W --keep-going -b html docs docs/_build/html
	@echo "lychee: links, anchors and images"
	@$(TOOLS)/bin/lychee -qq --no-progress --offline --include-fragments docs/_build/html
	@echo "docs/_build/html/index.html"

.PHONY: dist
dist: $(TOOLS)/.ready ## Build wheel and source distribution into dist, and check them
	@rm -rf $(DIST)
	@$(TOOLS)/bin/python -m build --outdir $(DIST) . >$(TOOLS).build.log 2>&1 || { tail -n 40 $(TOOLS).build.log; exit 1; }
	@$(TOOLS)/bin/python scripts/contents.py $(DIST)
	@$(TOOLS)/bin/twine check --strict $(DIST)/*

.PHONY: stock
stock: dist ## Put the wheel into a stock Plone, by pip and by buildout, and try it there
	@for way in $(WAYS); do \
	    $(PYTHON) scripts/stock.py $$way $(PLONE) $(DIST) var/stock/$$way-$(PLONE) || exit 1; done

.PHONY: bench
bench: $(BENCH)/.ready ## Run the benchmarks, and write the tables of the documentation
	@set -e; for name in $(BENCHMARKS) tables; do \
	    echo "benchmarks/$$name.py"; $(BENCH)/bin/python -W ignore -m benchmarks.$$name; done

.PHONY: load
load: $(ENV)/.ready ## Measure two Zopes under load, MINUTES=10 with the add-on and 10 without, and kill one
	@$(ENV)/bin/python -W ignore -m benchmarks.load
	@$(ENV)/bin/python -m benchmarks.tables

.PHONY: fuzz
fuzz: $(FUZZ)/.ready $(ENV)/.ready ## Send REQUESTS random requests to the REST API, pages and feeds
	@$(FUZZ)/bin/python -m tests.fuzz $(ENV)/bin/python $(REQUESTS) $(or $(SEED),1)

.PHONY: suites
suites: $(OTHERS)/.ready ## Run test suites of Plone in sites with the add-on and without, and compare
	@mkdir -p $(OTHERS)/chameleon
	@CHAMELEON_CACHE=$(CURDIR)/$(OTHERS)/chameleon $(OTHERS)/bin/python -W ignore -m tests.suites $(SUITES)
	@$(OTHERS)/bin/python -m benchmarks.tables

.PHONY: clean
clean: ## Remove environments, sites and everything built
	rm -rf .venv var build dist docs/_build docs/examples/*/build docs/examples/*/*.egg-info .pytest_cache .ruff_cache .hypothesis src/*.egg-info
	rm -rf $(FRONTEND)/node_modules $(FRONTEND)/build $(FRONTEND)/cache $(FRONTEND)/locales/*.json
	find src tests demo benchmarks \( -name __pycache__ -o -name '*.mo' \) -prune -exec rm -rf {} +

$(ENV)/.ready: Makefile pyproject.toml constraints/plone-$(PLONE).txt scripts/environment
	@scripts/environment $(PYTHON) $(ENV) constraints/plone-$(PLONE).txt "Plone $(PLONE)" \
	    Plone $(PACKAGES) -e ".[plone,test,zeo,relstorage]"

$(BENCH)/.ready: Makefile pyproject.toml constraints/bench.txt constraints/plone-6.2.txt scripts/environment
	@scripts/environment $(PYTHON) $(BENCH) constraints/bench.txt "the benchmarks" \
	    Plone -e ".[plone,test,zeo,relstorage,bench]"

$(FUZZ)/.ready: Makefile pyproject.toml constraints/fuzz.txt constraints/plone-6.2.txt scripts/environment
	@scripts/environment $(PYTHON) $(FUZZ) constraints/fuzz.txt "the fuzzer" -e ".[fuzz]"

$(OTHERS)/.ready: Makefile pyproject.toml constraints/suites.txt constraints/plone-6.2.txt scripts/environment
	@scripts/environment $(PYTHON) $(OTHERS) constraints/suites.txt "the test suites" Plone -e ".[plone,suites]"

$(TOOLS)/.ready: Makefile pyproject.toml constraints/tools.txt scripts/environment
	@scripts/environment $(PYTHON) $(TOOLS) constraints/tools.txt "the tools" -e ".[tools]"

$(FRONTEND)/node_modules/.ready: $(FRONTEND)/package-lock.json $(ADDON)/package.json
	@echo "Installing Volto (a few minutes the first time) ..."
	@$(NPM) ci --no-audit --no-fund >$(FRONTEND)/npm.log 2>&1 || { tail -n 30 $(FRONTEND)/npm.log; exit 1; }
	@touch $@

$(FRONTEND)/build/.ready: $(FRONTEND)/node_modules/.ready $(shell find $(FRONTEND)/src $(ADDON)/src $(ADDON)/locales -type f 2>/dev/null)
	@echo "Building Volto (a minute or two) ..."
	@cd $(FRONTEND) && npm run --silent build >build.log 2>&1 || { tail -n 30 build.log; exit 1; }
	@touch $@
