# Two commands matter: `make run` and `make test`. Each says what it is doing while it does it.

SWIFT ?= swift
PYTHON ?= /usr/bin/python3
KUBECTL ?= kubectl
# The C++ and system libraries are linked dynamically; the Swift runtime is not.
RELEASE = -c release --static-swift-stdlib --product martlet
BINARY = .build/release/martlet
STRIPPED = .build/martlet
# End-to-end tests that run side by side: most of their time is waiting for a minute to pass.
TEST_WORKERS ?= 4

# One run of the stress program for each seed; without a seed it takes one and prints it.
SECONDS ?= 600
SEED ?=
# What is written: usual, or rotations (one folder in which files are rotated all the time).
WORKLOAD ?= usual
# Ten minutes of it in `make test`, and one of rotations.
TEST_SECONDS = 300
TEST_SEEDS = 1 2
ROTATIONS_SECONDS = 60

# How long each fuzzer runs.
FUZZ_SECONDS ?= 60

.DEFAULT_GOAL := help
.PHONY: help run build release test unit end-to-end stress lint format bench fuzz image manifests clean
.PHONY: packages-build packages-test packages-bench

help: ## list the targets
	@awk -F ': .*## ' '/^[a-z-]+: .*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: release ## build the agent and start it with built-in defaults
	@echo "==> Starting $(STRIPPED) run: it prints its page's address; Ctrl-C stops it"
	@exec $(STRIPPED) run

build: packages-build ## debug build of everything
	@echo "==> Building (debug)"
	$(SWIFT) build

release: packages-build ## release build, stripped, in .build/martlet
	@echo "==> Building (release, static Swift runtime); the first time takes several minutes"
	$(SWIFT) build $(RELEASE)
	@strip -o $(STRIPPED) $(BINARY)
	@echo "==> Built $(STRIPPED): $$(du -h --apparent-size $(STRIPPED) | cut -f1), stripped"

test: packages-build packages-test ## lint, unit tests, end-to-end tests, ten minutes of stress
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory release
	@$(MAKE) --no-print-directory end-to-end
	@$(MAKE) --no-print-directory stress SECONDS=$(TEST_SECONDS) SEED="$(TEST_SEEDS)"
	@$(MAKE) --no-print-directory stress SECONDS=$(ROTATIONS_SECONDS) SEED=1 WORKLOAD=rotations
	@echo "==> All tests passed"

lint: ## style of every Swift file
	@echo "==> Linting"
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Fuzz

format: ## rewrite every Swift file in the house style
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests Fuzz

unit: packages-build ## unit tests
	@echo "==> Building (debug, with tests); the first time takes several minutes"
	$(SWIFT) build --build-tests
	@echo "==> Unit tests"
	$(SWIFT) test --skip-build --no-parallel

end-to-end: packages-test ## the release binary against real programs
	@echo "==> End-to-end tests: $(BINARY) against real programs, about six minutes"
	@test -x $(BINARY) || { echo "$(BINARY) is missing: run 'make release' first" >&2; exit 1; }
	MARTLET_BINARY=$(CURDIR)/$(BINARY) $(PYTHON) -m pytest -n $(TEST_WORKERS) --dist loadfile \
	    --verbose -ra Tests/EndToEnd

stress: packages-test ## the release binary while it is killed, cut off and lied to: SECONDS, SEED, WORKLOAD
	@test -x $(BINARY) || { echo "$(BINARY) is missing: run 'make release' first" >&2; exit 1; }
	MARTLET_BINARY=$(CURDIR)/$(BINARY) $(PYTHON) Tests/Stress/stress.py --seconds $(SECONDS) --workload $(WORKLOAD) \
	    $(addprefix --seed ,$(SEED))

bench: release packages-bench ## throughput beside the peers that are installed
	@echo "==> Benchmarks: several minutes, two cores"
	$(PYTHON) Benchmarks/logs.py
	$(PYTHON) Benchmarks/log_rules.py
	$(PYTHON) Benchmarks/journal.py
	$(PYTHON) Benchmarks/metrics.py
	$(PYTHON) Benchmarks/node.py

fuzz: packages-build ## parsers on inputs that libFuzzer makes up, FUZZ_SECONDS each
	@echo "==> Building the fuzzers; the first time takes several minutes"
	@for name in $$(cd Fuzz && ls Fuzz*.swift | sed 's/\.swift$$//'); do \
	    MARTLET_FUZZ=1 $(SWIFT) build -c release --scratch-path .build/fuzz --product $$name \
	    || exit 1; done
	@echo "==> Fuzzing, $(FUZZ_SECONDS) seconds each"
	@scripts/fuzz .build/fuzz/release $(FUZZ_SECONDS)

image: ## container image martlet:latest
	@echo "==> Building the image martlet:latest"
	docker build --tag martlet:latest .

manifests: ## regenerate manifests/martlet.yaml from the kustomization
	@echo "==> Rendering manifests/martlet.yaml"
	$(KUBECTL) kustomize manifests > manifests/martlet.yaml.new
	mv manifests/martlet.yaml.new manifests/martlet.yaml

clean: ## remove build output
	rm -rf .build Benchmarks/.data

packages-build:
	@scripts/install-packages build

packages-test:
	@scripts/install-packages test

packages-bench:
	@scripts/install-packages bench
