# One target, one script in scripts/. `make` alone lists them.
#
# PORT   the port to listen on (demo: any free one, serve: 8080)
# DATA   the folder that serve keeps its databases and files in (./.data)
# STORE  where jobs are kept: sqlite, postgres, or for serve the URL of a PostgreSQL database (sqlite)

.POSIX:
.PHONY: help demo demo-check serve test torture bench verify format docs

DATA ?= ./.data

help: ## list the targets (what `make` alone does)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@awk '/^# [A-Z]+  / { sub(/^# /, ""); print "  " $$0 }' Makefile

demo: ## build, start the showcase on any free port and play every story in it
	@PORT='$(PORT)' STORE='$(STORE)' scripts/demo

demo-check: ## the same demo, checked and ended by itself
	@PORT='$(PORT)' STORE='$(STORE)' scripts/demo --check

serve: ## build and serve the showcase on PORT, with its data in DATA
	@PORT='$(PORT)' DATA='$(DATA)' STORE='$(STORE)' scripts/serve

test: ## build and run all tests, and prove that the embedded store builds alone
	@scripts/test

torture: ## search the model, run the tests that crash, pause and race on purpose
	@scripts/torture

bench: ## build the benchmarks in release and run them (an hour and more, 30 GiB of disk)
	@scripts/bench

verify: ## check formatting, the README's example and what else a compiler does not see
	@scripts/verify

format: ## format every Swift file
	@scripts/format

docs: ## write the diagrams and tables in docs/lifecycles and the golden dump of PostgreSQL's schema again
	@scripts/docs
