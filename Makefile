# make run starts everything from a bare checkout; CONTRIBUTING.md explains the other targets.
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
CATALOGUES := $(BIN)/python -m revival.translations
# Four processes on two cores, as some tests wait, each with databases of its own. The tests of one file share what they
# load, and those of the browser one server and one browser (tests/conftest.py).
AT_ONCE := -n 4 --no-loadscope-reorder
# What `make test` asks beside the tests: their words come after those of the tests, and one that fails fails it.
CHECKS = $(MAKE) --no-print-directory lint && $(BIN)/python manage.py makemigrations --check --dry-run && \
	SECURE=1 ALLOWED_HOSTS=localhost $(BIN)/python manage.py check --deploy --fail-level WARNING
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
export PORT
.DEFAULT_GOAL := run
.PHONY: run setup test torture bench lint stop password lock python port venv venv-dev venv-bench chromium
.NOTPARALLEL:

run: port setup
	@$(BIN)/python manage.py demo --users
	@echo "Serving on http://127.0.0.1:$(PORT)/ (Ctrl-C ends it; make stop ends the database too)."
	@exec $(BIN)/gunicorn --config revival/serving/gunicorn.py revival.wsgi:application

# The database first: a wrong DATABASE_URL is told before anything else happens.
setup: venv
	@$(BIN)/python -m revival.database start
	@$(CATALOGUES)
	@$(BIN)/python manage.py migrate --verbosity 1
	@$(BIN)/python manage.py roles
	@$(BIN)/python manage.py reference
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@$(BIN)/python manage.py demo --if-empty

password: venv
	@$(BIN)/python manage.py demo --password

stop:
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m revival.database stop; fi

# What Python compiles is kept, whatever the environment says: every process of a run would compile it anew.
test: export PYTHONDONTWRITEBYTECODE =
test: venv-dev chromium
	@$(CATALOGUES)
	@$(BIN)/python -m revival.database start
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@($(CHECKS)) >var/checks.txt 2>&1 & checks=$$!; \
	if [ -e var/without-browser ]; then \
		echo "Browser tests are left out: no chromium that works."; \
		$(BIN)/python -m pytest $(AT_ONCE) -m "not browser"; passed=$$?; \
	else \
		$(BIN)/python -m pytest $(AT_ONCE); passed=$$?; \
	fi; \
	wait $$checks || passed=1; \
	cat var/checks.txt; \
	exit $$passed

# Faults, crowds, forged posts and the walk over all pages in full numbers: several hours, and not for CI.
# Not beside `make bench`: both make a database of the same name.
torture: venv-dev
	@$(BIN)/python -m revival.database start
	@$(CATALOGUES)
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@TORTURE=1 $(BIN)/python -m pytest -m torture

# Measures at 10,000 projects and so on up to N, in databases of its own; docs/benchmarks.md says how to read it.
N ?= 1000000
bench: venv-bench
	@$(BIN)/python -m revival.database start
	@$(CATALOGUES)
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@$(BIN)/python -m bench $(N)

# mypy's Django plugin reads the settings, which connect to nothing.
lint: venv-dev
	@$(CATALOGUES)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@find revival/templates -name '*.html' -exec $(BIN)/djade --check {} +
	@$(BIN)/mypy .

# Needs the registry; run it after a change of the dependencies in pyproject.toml. Each set takes the versions of the
# smaller one, so that what is tested is what serves.
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
	pyproject.toml
lock: venv-dev
	@$(PIP) uv
	@$(COMPILE) -o requirements.txt
	@$(COMPILE) -c requirements.txt --extra embedded -o requirements-embedded.txt
	@$(COMPILE) -c requirements-embedded.txt --extra embedded --extra dev -o requirements-dev.txt
	@$(COMPILE) -c requirements-embedded.txt --extra embedded --extra bench -o requirements-bench.txt

python:
	@command -v "$(PYTHON)" >/dev/null || { echo "There is no $(PYTHON); install Python 3.11 or newer, or set PYTHON." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than 3.11; set PYTHON to a newer one." >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) has no venv module; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

port: python
	@"$(PYTHON)" -c 'import os, socket; s = socket.socket(); \
	s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); \
	s.bind(("127.0.0.1", int(os.environ["PORT"])))' 2>/dev/null || \
		{ echo "Port $(PORT) is in use or no port; choose another: make run PORT=8001" >&2; exit 1; }

# The lock file is copied into .venv after its installation, so that a second run installs nothing. A .venv whose
# Python was removed, or that was moved with the checkout, is made anew. With DATABASE_URL no server of our own is needed.
venv: LOCK := $(if $(value DATABASE_URL),requirements.txt,requirements-embedded.txt)
venv-dev: LOCK := requirements-dev.txt
venv-bench: LOCK := requirements-bench.txt
venv venv-dev venv-bench: python
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear .venv
	@cmp -s $(LOCK) .venv/$(LOCK) || { \
		echo "Installing $(LOCK) ..."; \
		$(PIP) --require-hashes -r $(LOCK) && cp $(LOCK) .venv/$(LOCK); \
	}

# Debian's chromium; Ubuntu's is a stub for snap, which containers lack.
chromium:
	@mkdir -p var && rm -f var/without-browser
	@if [ ! -e /usr/bin/chromium ] && [ "$$(id -u)" = 0 ]; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium fonts-noto-cjk || true; \
	fi
	@/usr/bin/chromium --version >/dev/null 2>&1 || { \
		echo "No chromium that works (Debian: apt install chromium fonts-noto-cjk): browser tests will be left out." >&2; \
		touch var/without-browser; \
	}
