# Everything a developer runs. Each target prepares what it needs in this checkout first (deploy/dev/prepare.sh).

BIN := .venv/bin
PREPARE := deploy/dev/prepare.sh

DEMO_FLAGS := $(if $(SOURCE),--source $(SOURCE)) $(if $(PORT),--port $(PORT)) \
	$(if $(CONTROL_PORT),--control-port $(CONTROL_PORT)) $(if $(NO_BROWSER)$(CI),--no-browser)

.DEFAULT_GOAL := help
.PHONY: help demo test soak check bench fuzz fmt texts gallery pictures lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 16

demo: ## the whole product with an Exchange of its own (PORT=, CONTROL_PORT=, SOURCE=ews|graph, NO_BROWSER=1)
	@$(PREPARE) run
	@$(BIN)/room-agent demo $(DEMO_FLAGS)

test: ## all tests (ARGS= for pytest)
	@$(PREPARE) dev browser
	@$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder $(ARGS)

soak: ## kill -9 in a loop, 200 times each way (KILLS=)
	@$(PREPARE) dev
	@ROOM_AGENT_KILLS=$(or $(KILLS),200) $(BIN)/python -m pytest --numprocesses 2 --dist loadfile -o faulthandler_timeout=0 -k killed \
		tests/system/test_stream.py tests/agent/store/test_opening.py

check: ## style, types, import contracts, shell scripts
	@$(PREPARE) dev shellcheck
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@deploy/dev/shellcheck.sh

bench: ## speed and size, as figures and ratios of one run (ONLY="graph syncing")
	@$(PREPARE) dev
	@$(BIN)/python -m tests.bench $(ONLY)

fuzz: ## the extractor against made-up invitations, coverage-guided (SECONDS=600, REPLAY=file, KEEP=1)
	@$(PREPARE) dev fuzzer
	@$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),600) $(if $(REPLAY),--replay $(REPLAY)) $(if $(KEEP),--keep)

fmt: ## format the code and mend what ruff can mend
	@$(PREPARE) dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

texts: ## the home screen's catalogues from deploy/texts/*.po
	@$(PREPARE) dev
	@$(BIN)/python deploy/dev/texts.py

gallery: ## the home screen in every state, language, size and theme, side by side (PORT=8090)
	@$(PREPARE) dev
	@$(BIN)/python -m tests.gallery $(PORT)

pictures: ## new pictures of the home screen for the tests to compare with; look at them before they are committed
	@$(PREPARE) dev browser
	@ROOM_AGENT_PICTURES=make $(BIN)/python -m pytest -q tests/agent/front/test_pictures.py

lock: ## new pinned versions into the three requirements*.lock (UPGRADE=1: the newest)
	@deploy/dev/lock.sh $(if $(UPGRADE),--upgrade)

clean: ## remove the virtual environment and all caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info
