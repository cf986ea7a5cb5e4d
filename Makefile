# `make run` and `make test` are the two commands; both build everything they need.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
# Two processes share the tests out; `make test WORKERS=0` runs them in one.
WORKERS ?= 2

.PHONY: setup run test lint accuracy bench docs catalogues lock clean

run: .venv/core.stamp
	@exec $(BIN)/faceglide

setup: .venv/dev.stamp

test: .venv/dev.stamp
	@./scripts/ensure-browser
	$(BIN)/pytest --numprocesses $(WORKERS) $(PYTEST)

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@./scripts/check-frontend

accuracy: .venv/dev.stamp
	$(BIN)/python -m benchmarks.accuracy

bench: .venv/dev.stamp
	$(BIN)/python -m benchmarks.run

docs: .venv/dev.stamp
	$(BIN)/python -m scripts.contracts

catalogues: .venv/dev.stamp
	$(BIN)/python -m scripts.catalogues $(LANGUAGE)

lock:
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header -q -o constraints/core.txt
	uv pip compile pyproject.toml --extra video --extra postgres --group dev --universal --generate-hashes --no-emit-index-url --no-header -q -o constraints/dev.txt

# Everything that was made here; records are kept elsewhere and stay.
clean:
	rm -rf .venv build dist frontend/node_modules src/faceglide/web/static/built src/faceglide/models

SOURCES := pyproject.toml hatch_build.py scripts/install scripts/build_models.py \
	scripts/model_edits.py src/faceglide/tracking/data/models.json \
	$(shell find frontend -name node_modules -prune -o -type f -print)

.venv/core.stamp: constraints/core.txt $(SOURCES)
	@./scripts/install core

.venv/dev.stamp: constraints/dev.txt $(SOURCES)
	@./scripts/install dev
