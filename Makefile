.DEFAULT_GOAL := help
.PHONY: help tour test check fmt vet lint bench bench-test build-cost db-up db-down fuzz

FUZZTIME ?= 30s
LINT := go tool -modfile=tools/go.mod golangci-lint
LINT_BENCH := go tool -modfile=../tools/go.mod golangci-lint
BENCH ?= # flags, such as -rounds 15

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-10s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

tour: ## run the guided tour on an SQLite database in memory
	go run ./examples/tour

test: ## find or start the databases, then check and run every test on all of them
	scripts/databases.sh -- $(MAKE) --no-print-directory fmt vet test-run

# On its own it expects the databases in the environment; the layers come first because they fail fast. The tag has each
# statement that is kept for its shape compared with one made anew. The race detector turns on checkptr too, which
# checks what row.go does with unsafe.
.PHONY: test-run
test-run:
	race=$$(scripts/race.sh) && \
		go test $$race -run TestLayers . && \
		LUCID_REQUIRE=all go test $$race -tags lucid_checkshapes -count=1 -timeout 30m ./... && \
		go test -count=1 -run TestAllocations ./internal/tests/read # the race detector and the tag allocate

check: fmt vet lint ## check format and code without running tests

fmt:
	@unformatted=$$(gofmt -l .) && if [ -n "$$unformatted" ]; then \
		echo "run gofmt -w on:" >&2; echo "$$unformatted" >&2; exit 1; fi

vet:
	go vet ./... && go vet -tags lucid_checkshapes .

lint: ## run the linters of .golangci.yml, in the version of tools/go.mod
	$(LINT) run

# Servers of our own, whose settings are known: a commit that waits for the disk measures the disk.
bench: ## measure lucid and other libraries, and write docs/performance.md
	LUCID_DB_PRIVATE=1 scripts/databases.sh -- sh -c 'cd bench && \
		go run ./cmd/bench -report ../docs/performance.md $(BENCH) && \
		go run ./cmd/bench -growth -report ../docs/performance.md'

bench-test: ## verify what is measured, and run each benchmark once
	scripts/databases.sh -- sh -c 'cd bench && go vet ./... && $(LINT_BENCH) run && LUCID_REQUIRE=all go test -count=1 ./...'

build-cost: ## measure what a build costs users, and write the table of docs/performance.md
	cd bench && go run ./cmd/buildcost -report ../docs/performance.md $(BENCH)

db-up: ## find or start the databases and print their URLs
	@scripts/databases.sh up

db-down: ## stop the databases that were started and remove their data
	@scripts/databases.sh down

fuzz: ## run every fuzz test for FUZZTIME (30s) each
	@set -e; for package in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done
