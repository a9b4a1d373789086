# Every target does the set-up it needs, in .venv; nothing is installed outside it but,
# for `make test`, a browser (see tests/browser.sh).
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: setup run vectors test lint bench chaos lock clean

setup: .venv/.runtime

.venv/.runtime: requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@touch $@

run: setup
	$(BIN)/python -m bot serve

# Vectors of French and English words (docs/matching.md): used from the next start on.
vectors: .venv/.vectors

.venv/.vectors: .venv/.runtime requirements-vectors.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-vectors.lock
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/hadolint Dockerfile
	$(BIN)/python -m bot knowledge check

test: lint
	sh tests/browser.sh
	$(BIN)/pytest -n 3 --dist loadfile

chaos: .venv/.dev
	$(BIN)/python -m tests.chaos --updates 10000
	$(BIN)/python -m tests.chaos.requests --requests 500 --failing 0.1 --seed 1
	$(BIN)/python -m tests.chaos.requests --requests 500 --failing 0.1 --seed 1 --postgresql
	$(BIN)/python -m tests.chaos.teams --conversations 300 --failing 0.1 --seed 1
	$(BIN)/python -m tests.chaos.teams --conversations 300 --failing 0.1 --seed 1 --postgresql

.venv/.bench: .venv/.runtime requirements-bench.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-bench.lock
	@touch $@

# NLP.js, one of the systems measured; without npm its line of the tables says so.
NLPJS := benchmarks/matching/nlpjs
$(NLPJS)/node_modules: $(NLPJS)/package-lock.json
	@if command -v npm >/dev/null; then \
		cd $(NLPJS) && npm ci --ignore-scripts --no-audit --no-fund --silent && touch node_modules; \
	else echo "npm is missing: NLP.js will not be measured"; fi

bench: .venv/.bench $(NLPJS)/node_modules
	$(BIN)/python -m benchmarks.matching --markdown docs/matching-figures.md
	$(BIN)/python -m benchmarks.matching.scale --markdown docs/matching-figures.md

# After a change of pyproject.toml: pins of every dependency, with hashes and no host.
lock: .venv/.dev
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile pyproject.toml --extra vectors --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet -c requirements.lock -o requirements-vectors.lock
	$(BIN)/uv pip compile pyproject.toml --group bench --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet -c requirements.lock -o requirements-bench.lock

clean:
	rm -rf .venv $(NLPJS)/node_modules
