# SPDX-License-Identifier: GPL-2.0
#
# The entry point for people; `make help` lists the verbs. What the kernel's
# build reads is Kbuild.

# A release or series under build/kernel, or a flavour of scripts/kernel
KERNEL	?= 6.1
# The demo's and the checks' own variables are described in their scripts
export KERNEL

help:
	@sed -n 's/^\([a-z-]*\):.*## /  make \1 - /p' Makefile | expand -t 8
	@echo "  KERNEL=debug with module or selftests: the debug kernel (default: 6.1)"

setup:	## install what is missing, fetch the guest's kernel and its source
	@scripts/setup all

tools:
	@scripts/setup tools

module:	tools	## build altwait.ko into build/module/RELEASE
	@scripts/module $(KERNEL)

model:	tools	## build build/altwait-model, the pure files in userspace
	@$(MAKE) --no-print-directory -C selftests/model

cli:	tools	## build build/altwait, the program
	@$(MAKE) --no-print-directory -C tools/altwait

waitprint:	## build build/waitprint, which says what quirks any kernel has
	@$(MAKE) --no-print-directory -C tools/waitprint

quirks-docs: cli	## write Documentation/quirks anew from the table of quirks
	@for c in arguments candidates order reports memory interruption waking; do \
		build/altwait quirks --markdown $$c > Documentation/quirks/$$c.md || exit 1; \
	done
	@build/altwait policies --table > Documentation/quirks/revisions.md

man: cli	## write the man pages into build/man
	@scripts/manpages build/altwait build/man

install: ## build and install module, program, man pages, completion (DESTDIR, PREFIX, KDIR)
	@scripts/install

uninstall: ## remove what install has installed (DESTDIR, PREFIX, KDIR)
	@scripts/install --remove

deb:	## build the Debian packages into build/deb
	@scripts/deb

selftests: tools	## run the module's selftests in the test machine
	@scripts/kselftest-run

kunit:	tools	## run the KUnit suites in the debug kernel
	@scripts/kunit

demo:	tools	## run real programs under both waits and compare
	@scripts/demo

bench:	tools	## count the instructions that calls cost, for one child and for thousands
	@scripts/bench

bench-check: tools	## a short form of it, beside the figures kept
	@scripts/bench --check

check:	setup	## run all checks
	@scripts/check

check-full: setup	## check, an hour of torture, a million random calls, data races, mutants
	@scripts/check --full

clean:	## remove what was built; the fetched kernels stay
	@[ ! -d build ] || find build -mindepth 1 -maxdepth 1 ! -name kernel -exec rm -rf {} +

.PHONY: help setup tools module model cli waitprint quirks-docs man install uninstall deb \
	selftests kunit demo bench bench-check check check-full clean
