# Everything here sets itself up: a fresh machine needs only make and a Python of 3.11 or newer.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
READY := $(VENV)/.ready
BENCH_READY := $(VENV)/.bench-ready
SAMPLE := build/demo/bank
AS_OF := 2026-06-30

# The newest Python that really starts and can make a virtual environment.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	if $$name -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
	then echo $$name; break; fi; done)

.PHONY: setup demo test parity lint types arrows bench docs soak lock clean

setup: $(READY)

$(READY): pyproject.toml constraints.txt $(wildcard plugins/*/pyproject.toml)
	@test -x $(BIN)/python || { test -n "$(PYTHON)" || { \
		echo "No Python of 3.11 or newer with venv was found; name one: make PYTHON=..." >&2; exit 1; }; \
		$(PYTHON) -m venv $(VENV); }
	$(PIP) install -c constraints.txt pip
	$(PIP) install -c constraints.txt --group dev
	$(PIP) install -c constraints.txt --no-build-isolation -e '.[sql,batch,cli,report,spark,tables,testing,verify]'
	@for plugin in plugins/*/pyproject.toml; do test -e "$$plugin" || continue; \
		$(PIP) install --no-deps --no-build-isolation -e "$$(dirname "$$plugin")" || exit 1; done
	@touch $@

$(BENCH_READY): $(READY)
	$(PIP) install -c constraints.txt --group bench
	@touch $@

demo: $(READY)
	@rm -rf build/demo
	$(BIN)/relationship-core sample $(SAMPLE) --customers 20000 --seed 7
	$(BIN)/relationship-core review $(SAMPLE) --as-of $(AS_OF) --out build/demo/reviews
	$(BIN)/relationship-core explain $(SAMPLE) "$$(sed -n '2s/,.*//p' $(SAMPLE)/customers.csv)" --as-of $(AS_OF) \
		--benchmarks build/demo/reviews/benchmarks.json

# The laws of money and rules are where a branch untested is a customer wronged: nothing less than all of them.
PROVED := src/relationship_core/domain/*,src/relationship_core/rules/*,src/relationship_core/decisions/*
# Half of it is asked only by Spark, which is tried where PySpark and a Java runtime are.
SPARK := src/relationship_core/rules/compile_frame/dialect.py

# Dossiers are reviewed one by one, so that the parity of a larger bank has a target of its own.
test: $(READY)
	@mkdir -p build
	PARITY_CUSTOMERS=1000 $(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report=
	$(BIN)/python -m coverage report --skip-empty --show-missing | tail -n 25
	$(BIN)/python -m coverage report --skip-empty --include '$(PROVED)' --omit '$(SPARK)' --fail-under 100

parity: $(READY)
	PARITY_CUSTOMERS=20000 $(BIN)/python -m pytest -n 2 tests/portfolio/parity

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/python -m mypy
	@for plugin in plugins/*/src; do MYPYPATH=$$plugin $(BIN)/python -m mypy $$plugin || exit 1; done

arrows: $(READY)
	$(BIN)/lint-imports --no-logo --no-cache

bench: $(BENCH_READY)
	@for script in benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

docs: $(READY)
	NO_COLOR=1 $(BIN)/zensical build --strict --clean

# Bounded by the profile's number of examples; the same SEED tries the same ones.
SEED ?= 1

soak: $(READY)
	HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -n 2 --dist worksteal --hypothesis-seed=$(SEED)

# Pins anew, from whatever is newest today: run the gates before you commit what it wrote.
lock:
	rm -rf $(VENV)
	@printf '# Every version that the gates and benchmarks run on. `make lock` writes it anew.\n' > constraints.txt
	@$(MAKE) --no-print-directory $(BENCH_READY)
	@$(BIN)/python -m pip list --format=freeze --exclude-editable | grep -v '^setuptools==' >> constraints.txt

clean:
	rm -rf $(VENV) build dist .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
