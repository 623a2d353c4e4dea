# The entry points of the project. The scripts in scripts/ do the work.

.PHONY: run watch build test check bench faults fuzz site

run: ## install missing tools, build, create demo data the first time, serve on http://127.0.0.1:3000
	@scripts/run.sh

watch: ## build for quick changes, serve, and repeat both whenever a file is saved; open pages reload
	@scripts/watch.sh

build: ## build the program as a single file: target/release/clientele
	@scripts/build.sh

test: ## run all checks and tests
	@scripts/test.sh

check: ## run the quick part of the tests: formatting, style, licences, lints
	@scripts/check.sh

bench: ## run the benchmarks
	@scripts/bench.sh

faults: ## run the fault tests many times
	@scripts/faults.sh

fuzz: ## fuzz the parsers of untrusted input, a minute each
	@scripts/fuzz.sh

site: ## build only the browser's files, into target/site
	@scripts/build-site.sh
