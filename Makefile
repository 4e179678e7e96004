# apkfarm: `make demo` runs the farm's main job, `make test` passes every test.
# Both install what they need by themselves.

SHELL := /bin/sh
comma := ,
APKFARM := .build/release/apkfarm
SCRIPTS := packaging/install packaging/make-deb packaging/manuals packaging/apkfarm.openrc .ci/run .ci/layers jobs/by-daemon jobs/demo-programs/run toolchain/setup toolchain/apt-private toolchain/native/tool \
	Sources/BrowserMachine/make-site Tests/run Tests/EndToEnd/run Tests/EndToEnd/full-disk $(filter-out %.py %.md,$(wildcard Tests/Daemon/[a-z]*)) $(wildcard Tests/Fuzz/*/run) $(filter-out %/recipes,$(wildcard Tests/Torture/[a-z]*)) \
	$(filter-out %/measure,$(wildcard Tests/Benchmarks/[a-z]*)) $(filter-out %-cases %.d,$(wildcard Tests/Shell/*))

.PHONY: help setup build demo core test lint types browser world conformance torture verify-recipes bench manuals install deb clean

help:
	@echo 'make demo         build, sign, publish, install and run the demo set'
	@echo 'make test         every test'
	@echo 'make build        the release binary, $(APKFARM)'
	@echo 'make lint         formatting and shell checks'
	@echo 'make browser      the Linux of the farm in a browser tab: builds it, serves it, prints the address'
	@echo 'make world        build and test every own recipe in full; with APORTS_DIR also jobs/world'
	@echo 'make conformance  the POSIX suite in full, wasm beside native'
	@echo 'make verify-recipes  all recipes of APORTS_DIR beside a real shell'
	@echo 'make torture      hostile recipes and whatever else abuses the farm, in the long form'
	@echo 'make bench        speed, beside named peers'
	@echo 'make install      installs into PREFIX (/usr/local), below DESTDIR'
	@echo 'make deb          a Debian package of it'

# Installs what is missing; returns at once when nothing is.
setup:
	@toolchain/setup
	@$(MAKE) --no-print-directory -s -C toolchain
	@$(MAKE) --no-print-directory -s -C Sources/BrowserMachine

build: setup
	@swift build -c release --product apkfarm

demo: build
	@$(APKFARM) key new --if-missing
	@jobs/by-daemon jobs/demo
	@jobs/demo-programs/run

# The core set: the C library and what its tests, the toolchain's and the end-to-end run need.
core: build
	@$(APKFARM) key new --if-missing
	@$(APKFARM) build --set jobs/core --jobs 2 --keep-going

test: core
	@Tests/run

lint: setup
	@swift format lint --strict --recursive --parallel Package.swift Sources Tests
	@shellcheck $(SCRIPTS)
	@.ci/layers
	@$(MAKE) --no-print-directory types

# The JavaScript of the browser's machine beside what its comments say.
types:
	@tsc -p Sources/BrowserMachine

# PACKAGES names what the machine has, PORT where it is served (on loopback).
PACKAGES ?= browser-baselayout,apk,lua5.4
PORT ?= 8790
browser: build
	@$(APKFARM) key new --if-missing
	@$(APKFARM) build linux-wasm $(subst $(comma), ,$(PACKAGES))
	@Sources/BrowserMachine/make-site --packages $(PACKAGES) jobs/state/browser
	@toolchain/libexec/node Sources/BrowserMachine/node/serve.js --site jobs/state/browser --repository repo --port $(PORT)

# Own recipes but for stand-ins, which give way to a tree's.
OWN = $(filter-out $(patsubst aports-overlay/%/stand-in,%,$(wildcard aports-overlay/*/*/stand-in)),$(patsubst aports-overlay/%/APKBUILD,%,$(wildcard aports-overlay/*/*/APKBUILD)))

world: build
	@[ -z "$(APORTS_DIR)" ] || toolchain/setup world
	@$(APKFARM) key new --if-missing
	@if [ -z "$(APORTS_DIR)" ]; then \
		APKFARM_CHECK=full $(APKFARM) build --all --jobs 2 --keep-going; \
	else \
		APKFARM_CHECK=full $(APKFARM) build --aports "$(APORTS_DIR)" --set jobs/world --jobs 2 --keep-going $(OWN); \
	fi

# The Open POSIX Test Suite, wasm beside native; SHORT=--short runs a fixed tenth.
conformance: core
	@PATH="$(CURDIR)/toolchain/bin:$$PATH" FARM_RUNNER="$(CURDIR)/toolchain/libexec/runner" \
		Tests/Shell/conformance $(SHORT) \
		"$$($(APKFARM) sources fetch --file posixtestsuite_1.5.2.orig.tar.gz | cut -d' ' -f1)"

# Every recipe of the aports tree at APORTS_DIR, for three architectures, beside busybox ash and bash.
verify-recipes: setup
	@test -n "$(APORTS_DIR)" || { echo 'verify-recipes: name a checkout: make verify-recipes APORTS_DIR=DIR' >&2; exit 2; }
	@APORTS_DIR="$(APORTS_DIR)" APKFARM_VERIFY=full swift test -c release --disable-testable-imports --filter TreeVerification

torture: build
	@Tests/Torture/run

bench: build
	@Tests/Benchmarks/run

# Man pages of the program and each verb, from the definitions of the commands.
manuals: build
	@packaging/manuals .build/manuals

PREFIX ?= /usr/local
install: manuals
	@DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" packaging/install

deb: manuals
	@packaging/make-deb

clean:
	rm -rf .build repo/edge repo/keys jobs/state jobs/logs
	$(MAKE) -C toolchain clean
