# Each target works on a fresh machine with Python 3.11, git and make: it makes the environment that it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BENCH_VENV := .bench-venv
BENCH_STAMP := $(BENCH_VENV)/.installed
WORKERS ?= auto
VENDOR_WORKERS ?= 4
comma := ,
# Strict: a link or an anchor that leads nowhere, or a page that no menu names, is an error.
SITE := NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs

.PHONY: demo pictures first-release bench bench-page run simulate simulate-long mutants storm fuzz audit test test-fast test-slow browser check docs format clean

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or newer is needed (PYTHON=...)'; exit 1; }
	@# Debian keeps what venv needs in a package of its own.
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { [ "$$(id -u)" = 0 ] && apt-get install -qq -y python3-venv; } \
		|| { echo 'Install the package python3-venv first'; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

## A Slack workspace in the browser, with the bot in it. FRESH=1 begins anew, REPO=path takes another history,
## WITH=gitlab,jenkins,asana other providers.
## HEADLESS=1: one scripted release on the terminal, all three stages; KEEP=1 leaves that running.
demo: $(STAMP)
	$(BIN)/stationmaster demo $(if $(HEADLESS),--headless) $(if $(KEEP),--keep) $(if $(FRESH),--fresh) $(if $(REPO),--repo '$(REPO)') $(if $(WITH),--with '$(WITH)')

## The README's pictures, made from the page and the bot as they are
pictures: $(STAMP)
	$(BIN)/python -m tests.pictures

## A newcomer's way from a fresh clone to the first whole release, each step timed
first-release: $(STAMP)
	$(BIN)/python -m tests.bench.first_release

## The product beside its peers, in one run: a table and bench.json. ONLY=B1,B4 some of them, FULL=1 the whole sizes,
## TINY=1 only to see that they run, ROUNDS=n
bench: $(STAMP) $(BENCH_STAMP)
	$(BIN)/python -m tests.bench $(if $(ONLY),--only $(ONLY)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(FULL),--full) $(if $(TINY),--tiny)

## The page docs/benchmarks.md and its pictures, from the bench.json that was measured last
bench-page: $(STAMP)
	$(BIN)/python -m tests.bench --page

# The peers need other versions of some libraries than we do: they have an environment of their own.
$(BENCH_STAMP): tests/bench/peers/requirements.txt tests/bench/peers/constraints.txt
	$(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/python -m pip install --quiet --constraint tests/bench/peers/constraints.txt --requirement tests/bench/peers/requirements.txt
	touch $@

## The bot itself: needs the tokens of a Slack app in the environment or in .env
run: $(STAMP)
	$(BIN)/stationmaster run

## Whole releases under a seeded scheduler in virtual time. SEEDS=n so many, FROM=n beginning with this one,
## WITHIN=s for so many seconds, SHRINK=1 with the fewest faults that a failing one needs
simulate: $(STAMP)
	$(BIN)/python -m tests.simulation --seeds $(or $(SEEDS),2000) --from $(or $(FROM),1) $(if $(WITHIN),--within $(WITHIN)) $(if $(SHRINK),--shrink)

## The long run, taken up where it ended: the next of 100,000 schedules, for WITHIN seconds or to the end; its ledger
## and the document keep what was played
simulate-long: $(STAMP)
	$(BIN)/python -m tests.simulation.long $(if $(WITHIN),--within $(WITHIN))

## Bugs planted into ourselves, one at a time: the table says who noticed each. WRITE=1 keeps it in the document,
## UNTRIED=1 tries those alone that the document does not say to be noticed
mutants: $(STAMP)
	$(BIN)/python -m tests.mutants $(if $(UNTRIED),--untried) $(if $(WRITE),--write)

## Real bots under storms, and the table of each. STORM=kill,postgres those alone; RELEASES=n, FOR=s so long, SEED=n
storm: $(STAMP)
	$(BIN)/python -m tests.storms $(subst $(comma), ,$(STORM)) $(if $(RELEASES),--releases $(RELEASES)) $(if $(FOR),--seconds $(FOR)) $(if $(SEED),--seed $(SEED))

## Bodies, cursors, commands, forms, callbacks and blocks, each under the fuzzer for SECONDS; TARGET=name for one alone
fuzz: $(STAMP)
	$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),60) $(if $(TARGET),--target $(TARGET))

## The pinned libraries against the advisories: needs pip-audit and a network, and says loudly where they are missing
audit: $(STAMP)
	$(BIN)/python -m tests.audit

## Everything: the fast tier in parallel, then the tests that start processes and databases
test: test-fast test-slow

test-fast: $(STAMP)
	$(BIN)/python -m pytest -n $(WORKERS) -m 'not slow'

# A vendor's tests wait for answers that do not come, more than they compute: several fit on a core. The bot that is
# killed again and again and the storms come late, each file of theirs on one core; the simulated worlds come last, one
# test after the other, since each of these deals its seeds out to all cores.
test-slow: $(STAMP) browser
	$(BIN)/python -m pytest -n $(VENDOR_WORKERS) -m slow tests/integrations tests/sandbox tests/upgrades
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m slow --ignore=tests/integrations --ignore=tests/sandbox --ignore=tests/upgrades --ignore=tests/crash --ignore=tests/mutants --ignore=tests/simulation --ignore=tests/storms
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m slow tests/crash tests/mutants tests/storms
	$(BIN)/python -m pytest -n 0 -m slow tests/simulation

## Debian's Chromium, where it is missing and we may install it; without it the browser tests say how to get it
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq \
		&& DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium >/dev/null; } \
		|| echo 'The browser tests need the package chromium: install it as root, or leave them out'

## Lint, types, import contracts, what the manifest, the documents and the rooms promise, and the site
check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/architecture
	$(SITE) build

## The documents as a site, on loopback; a page that changes is shown at once. PORT=n takes another port
docs: $(STAMP)
	$(SITE) serve --dev-addr 127.0.0.1:$(or $(PORT),8000)

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

## What was made here, and the demo's world. The bot's own database and key ring, which lie in `data` too, stay
clean:
	rm -rf $(VENV) $(BENCH_VENV) build data/demo .mypy_cache .ruff_cache .hypothesis .import_linter_cache .site
