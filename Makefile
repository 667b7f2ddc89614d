# What there is to do; `make help` lists it. Written for GNU make 3.81 and any POSIX shell.

# Which Python sets up .venv, if not the first of these that is 3.11 or newer.
PYTHON =
PYTHONS = python3.13 python3.12 python3.11 python3 python
# What `make test` hands on to pytest, as in: make test ARGS="tests/test_show.py -n0"
ARGS =

PIP = .venv/bin/python -m pip --disable-pip-version-check --no-input install --quiet
PINNED = --only-binary :all: -c constraints.txt

.PHONY: episode test torture lint check bench clean help
.NOTPARALLEL:

episode: .venv/installed
	@.venv/bin/episode build

test: .venv/installed-dev
	@.venv/bin/python -m pytest $(ARGS)

torture: .venv/installed-dev
	@EPISODE_TORTURE=1 .venv/bin/python -m pytest -n0 tests/test_script_torture.py $(ARGS)

lint: .venv/installed-dev
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m ruff check .
	.venv/bin/python -m mypy
	.venv/bin/lint-imports --no-logo

check: lint test

bench: .venv/installed
	@.venv/bin/python benchmarks/run.py

clean:
	rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	@echo "What was built is kept: .vault (takes cannot always be had again) and public."

help:
	@echo "make episode   build the newest episode; the first time, set up .venv (PYTHON=... chooses)"
	@echo "make test      run the tests (ARGS=... goes to pytest)"
	@echo "make torture   read 20,000 hostile scripts; takes a few minutes"
	@echo "make lint      check format, lint, types and import contracts"
	@echo "make check     lint, then test"
	@echo "make bench     measure against the script one would write otherwise"
	@echo "make clean     remove .venv and caches; what was built is kept"

.venv/installed: pyproject.toml constraints.txt
	@$(find_python); $(make_venv)
	@echo "Installing what the program needs: about 15 seconds, 185 MB, once."
	@$(PIP) $(PINNED) -e . || { $(say_failed); }
	@touch $@

.venv/installed-dev: pyproject.toml constraints.txt
	@$(find_python); $(make_venv)
	@echo "Installing what the program and its tests need: about 30 seconds, 380 MB, once."
	@$(PIP) $(PINNED) -e ".[dev]" || { $(say_failed); }
	@touch .venv/installed $@

# Sets $python to a Python that is new enough, or says what to install.
define find_python
python=; seen=; \
if [ -n "$(PYTHON)" ]; then set -- "$(PYTHON)"; else set -- $(PYTHONS); fi; \
for candidate in "$$@"; do \
	version=`"$$candidate" -c 'import platform; print(platform.python_version())' 2>/dev/null` || continue; \
	seen="$$seen$${seen:+, }$$candidate is $$version"; \
	if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
		python=$$candidate; break; \
	fi; \
done; \
if [ -z "$$python" ]; then \
	echo "Python 3.11 or newer is needed, and was not found ($${seen:-there is none at all})." >&2; \
	echo "Install it (Debian, Ubuntu: apt install python3 python3-venv; Fedora: dnf install python3;" >&2; \
	echo "macOS: brew install python@3.13; or python.org), or name one: make PYTHON=python3.12" >&2; \
	exit 1; \
fi
endef

# Makes .venv with $python, unless there is one that works.
define make_venv
if ! .venv/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$$python ($$version) cannot make virtual environments." >&2; \
		echo "Install that part of it (Debian, Ubuntu: apt install python3-venv), or name another" >&2; \
		echo "one: make PYTHON=python3.12" >&2; \
		exit 1; \
	fi; \
	echo "Setting up .venv with $$python ($$version)."; \
	"$$python" -m venv --clear .venv || exit 1; \
fi
endef

define say_failed
echo "Set-up failed; what pip says stands above. Is the package index reachable? There are" >&2; \
echo "wheels for Python 3.11 to 3.13 on macOS and on Linux with glibc (not musl, as in Alpine)." >&2; \
exit 1
endef
