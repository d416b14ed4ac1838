# make demo              what TickBoost does, on a synthetic market
# make demo TICKS=FILE   the same on your ticks (CALENDAR=NSE|NYSE|24H, FEED=exchange|snapshot|dealer)
# make live              the live path on one machine: socket, topic, store, predictions; Ctrl-C ends it
# make test              all tests
# make format            formats the sources
# make lint              checks the format and the house rules

TICKS ?=
COUNT ?= 300000
CALENDAR ?=
FEED ?= exchange

.PHONY: demo live test build bootstrap format lint

demo: build
	@TICKS="$(TICKS)" COUNT="$(COUNT)" CALENDAR="$(CALENDAR)" FEED="$(FEED)" Scripts/demo

# One configuration serves demo, tests and benchmarks, so dependencies are built once.
build: bootstrap
	@echo "make: building in release mode (the first time takes some minutes)"
	@swift build -c release

live: build
	@Scripts/live

# Built with the flags of the demo, then run without building: `swift test` alone would build dependencies once more.
test: build
	@swift build -c release --build-tests
	@swift test -c release --skip-build

bootstrap:
	@Scripts/bootstrap

format:
	@swift format -i -r Package.swift Sources Examples Benchmarks Tests

lint:
	@Scripts/lint
