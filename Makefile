# For GNU make, Python 3.10 or newer and the package index. "make help" lists the targets.

PLONE ?= 6.2
PYTHON ?= python3
PORT ?= 8080
ARGS ?=
WORKERS ?= auto
BENCHMARKS ?= push_rate commit_profile push_bytes losses reading recording noticing two_editors

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
INSTANCE := var/$(PLONE)
POT := src/collective/appendonly/locales/collective.appendonly.pot

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
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "PLONE=6.1 takes Plone 6.1 instead of $(PLONE); PYTHON=$(PYTHON), PORT=$(PORT); ARGS go to pytest, in WORKERS=$(WORKERS) processes, BENCHMARKS names some of the benchmarks."

.PHONY: start
start: $(ENV)/.ready ## Serve a Plone site with the add-on and a small demo
	@$(ENV)/bin/python -m demo.start $(INSTANCE) $(PORT)

.PHONY: test
test: $(ENV)/.ready ## Run all tests; ARGS="tests/structures -k archive" runs some
	@$(ENV)/bin/python -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadfile $(ARGS)

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
pot: $(TOOLS)/.ready ## Collect the texts for translators
	@cd $(dir $(POT)).. && $(CURDIR)/$(TOOLS)/bin/i18ndude rebuild-pot \
	    --pot locales/$(notdir $(POT)) --create collective.appendonly .
	@sed -i -e '1,3c # Texts of collective.appendonly for translators. $${actor}, $${item} and the like stand\n# for names, titles and numbers: put them where your language wants them.' \
	    -e 's/PACKAGE VERSION/collective.appendonly/' $(POT)

.PHONY: docs
docs: $(TOOLS)/.ready ## Build the documentation into docs/_build/html
	@$(TOOLS)/bin/sphinx-build -q -W --keep-going -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

.PHONY: bench
bench: $(BENCH)/.ready ## Run the benchmarks, and write the tables of the documentation
	@set -e; for name in $(BENCHMARKS) tables; do \
	    echo "benchmarks/$$name.py"; $(BENCH)/bin/python -W ignore -m benchmarks.$$name; done

.PHONY: clean
clean: ## Remove environments, sites and everything built
	rm -rf .venv var build dist docs/_build .pytest_cache .ruff_cache .hypothesis src/*.egg-info
	find src tests demo benchmarks \( -name __pycache__ -o -name '*.mo' \) -prune -exec rm -rf {} +

$(ENV)/.ready: Makefile pyproject.toml constraints/plone-$(PLONE).txt scripts/environment
	@scripts/environment $(PYTHON) $(ENV) constraints/plone-$(PLONE).txt "Plone $(PLONE)" \
	    Plone $(PACKAGES) -e ".[plone,test,zeo,relstorage]"

$(BENCH)/.ready: Makefile pyproject.toml constraints/bench.txt constraints/plone-6.2.txt scripts/environment
	@scripts/environment $(PYTHON) $(BENCH) constraints/bench.txt "the benchmarks" \
	    Plone -e ".[plone,test,zeo,relstorage,bench]"

$(TOOLS)/.ready: Makefile pyproject.toml constraints/tools.txt scripts/environment
	@scripts/environment $(PYTHON) $(TOOLS) constraints/tools.txt "the tools" -e ".[tools]"
