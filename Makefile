# Everything a developer runs. Each target prepares what it needs in this checkout first (deploy/dev/prepare.sh).

BIN := .venv/bin
PREPARE := deploy/dev/prepare.sh

DEMO_FLAGS := $(if $(SOURCE),--source $(SOURCE)) $(if $(PORT),--port $(PORT)) \
	$(if $(CONTROL_PORT),--control-port $(CONTROL_PORT)) $(if $(NO_BROWSER)$(CI),--no-browser)

DISPLAY_DEMO_FLAGS := $(if $(PORT),--port $(PORT)) $(if $(SIZE),--size $(SIZE)) $(if $(WINDOW),--window) \
	$(if $(NO_BROWSER)$(CI),--no-browser)

.DEFAULT_GOAL := help
.PHONY: help demo display-demo test soak check bench fuzz fmt texts gallery pictures lock clean \
	deb deb-test boot-test alerts-test image vm-test

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 20

demo: ## the whole product with an Exchange of its own (PORT=, CONTROL_PORT=, SOURCE=ews|graph, NO_BROWSER=1)
	@$(PREPARE) run
	@$(BIN)/room-agent demo $(DEMO_FLAGS)

display-demo: ## a whole box with a screen, cables to plug in and accidents (PORT=, SIZE=WxH, WINDOW=1, NO_BROWSER=1)
	@$(PREPARE) run display
	@$(BIN)/room-display demo $(DISPLAY_DEMO_FLAGS)

test: ## the tests, but for those that say a thing once more (ARGS= for pytest)
	@$(PREPARE) dev browser display
	@deploy/dev/test.sh -m "not long" $(ARGS)

soak: ## the tests that `make test` leaves out, then kill -9 in a loop, 200 times each way (KILLS=)
	@$(PREPARE) dev browser display
	@$(BIN)/python -m pytest --numprocesses 3 --dist loadfile -m long $(ARGS)
	@ROOM_AGENT_KILLS=$(or $(KILLS),200) $(BIN)/python -m pytest --numprocesses 2 --dist loadfile -o faulthandler_timeout=0 -k killed \
		tests/system/test_stream.py tests/agent/store/test_opening.py

boot-test: ## the units on a real systemd: a minimal Debian in a container, as root, in minutes (SUITE=bookworm, ARGS=)
	@$(PREPARE) dev boot
	@ROOM_AGENT_BOOT=1 $(BIN)/python -m pytest -o faulthandler_timeout=0 --durations=5 $(ARGS) tests/boot

alerts-test: ## a real Prometheus, and each alert made to fire by its fault (root, about 20 minutes; ARGS= for pytest)
	@$(PREPARE) dev prometheus
	@$(BIN)/python -m pytest -o faulthandler_timeout=0 $(ARGS) tests/alerts/by_fault.py tests/alerts/by_fault_inside.py \
		tests/alerts/afterwards.py

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

texts: ## the catalogues of home screen and display from deploy/texts/**.po
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

deb: ## the Debian packages, into dist/ (VERSION= to build another version than pyproject.toml's)
	@VERSION=$(VERSION) deploy/debian/build

deb-test: ## the packages of dist/ in a Debian of their own: installed, upgraded, taken back, cut off, purged (as root; ARGS=night)
	@$(PREPARE) dev packages_test
	@$(BIN)/python -m tests.deb $(ARGS)

image: ## a disk for a whole box, build/image/room.img, from the packages in dist/ (root on Debian; MIRROR=)
	@deploy/image/build.sh

vm-test: ## that disk in a virtual machine: a box's life, with times and pictures in build/vm (ARGS= for single steps)
	@$(PREPARE) dev display vm
	@$(BIN)/python -m tests.vm $(ARGS)

clean: ## remove the virtual environment and all caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info
