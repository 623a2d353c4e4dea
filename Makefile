# The front door: what there is to do. How it is done stands in scripts/.

.PHONY: run watch build test check bench faults fuzz site

run: ## install what is missing, build, make demo data the first time, serve on http://127.0.0.1:3000
	@scripts/run.sh

watch: ## builds for quick changes, serves, and does both once more whenever a file is saved; open pages reload
	@scripts/watch.sh

build: ## the program with everything inside: target/release/clientele
	@scripts/build.sh

test: ## every test there is
	@scripts/test.sh

check: ## the quick part of it: formatting, licences, lints
	@scripts/check.sh

bench: ## the measurements
	@scripts/bench.sh

faults: ## the tests of what breaks, turned many times
	@scripts/faults.sh

fuzz: ## what comes in from outside, invented and broken in every way, a minute for each kind
	@scripts/fuzz.sh

site: ## the browser's half alone, into target/site
	@scripts/build-site.sh
