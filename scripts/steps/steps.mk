# SPDX-License-Identifier: GPL-2.0
#
# The steps of scripts/check, which runs this with as many jobs as there are lanes,
# and with the names of the steps that are wanted in CHECK_STEPS (all, if it is
# empty) and a word in CHECK_FULL for --full. Each step has
#
#   what-STEP	what it looks at
#   run-STEP	its command, which ends with a line `N passed, N failed`
#   needs-STEP	what it shares with others, so that no two build it at the same time
#
# Two steps at a time, the longest first, so that both lanes end at about the same
# time. What a step builds takes its jobs from the same jobserver.

KERNEL	?= 6.1
beside	:= debug-1 debug-2 linux kunit selftests program style machine tracers
beside	+= waitprint composed model traces ktap bench-words refused newer newest cloud
beside	+= newer-cloud campaign report installed
# After them, one by one: the machine has the host to itself and a thread for each
# CPU, so that more is at the same time.
alone	:= parallel torture fuzz twins model-twins bench

what-debug-1	:= the module, in the debug kernel: half of the programs
run-debug-1	:= scripts/kselftest-run --kernel debug --no-stock --part 1/2
needs-debug-1	:= module-debug programs

what-debug-2	:= the module, in the debug kernel: the other half
run-debug-2	:= scripts/kselftest-run --kernel debug --no-stock --part 2/2
needs-debug-2	:= module-debug programs

what-linux	:= the own selftests of Linux under both waits
run-linux	:= scripts/kselftest-kernel
needs-linux	:= module cli

what-kunit	:= the KUnit suites, in the debug kernel
run-kunit	:= scripts/kunit
needs-kunit	:= module-debug

what-selftests	:= the module, in the test machine
run-selftests	:= scripts/kselftest-run
needs-selftests	:= module programs

what-newer	:= the module on a newer kernel, 6.12: a few of the programs
run-newer	:= scripts/kselftest-run --kernel 6.12 enroll zombies jobctl ptrace_threads uring
needs-newer	:= module-6.12 programs

what-newest	:= the module on the newest kernel, 7.3, and Debian 13: a few of the programs
run-newest	:= scripts/kselftest-run --kernel 7.3 enroll probes zombies uring
needs-newest	:= module-7.3 programs

what-cloud	:= the module on 6.1 for the cloud: a few of the programs
run-cloud	:= scripts/kselftest-run --kernel 6.1-cloud enroll zombies
needs-cloud	:= programs

what-newer-cloud := the module on 6.12 for the cloud: a few of the programs
run-newer-cloud	:= scripts/kselftest-run --kernel 6.12-cloud enroll zombies
needs-newer-cloud := programs

what-program	:= the command-line program
run-program	:= scripts/steps/program
needs-program	:= module cli

what-waitprint	:= the fingerprint of a kernel, and the program of each quirk
run-waitprint	:= scripts/steps/waitprint
needs-waitprint	:= module cli

what-style	:= checkpatch, sparse, shellcheck and more, on the sources
run-style	:= scripts/steps/style

what-machine	:= the test machine
run-machine	:= scripts/steps/machine
needs-machine	:= module-debug

what-tracers	:= strace, ltrace and gdb under both waits
run-tracers	:= scripts/tracers strace strace-crash ltrace ltrace-thread gdb gdb-child
run-tracers	+= gdb-parent gdb-both gdb-attach gdb-crash
needs-tracers	:= module cli

what-bench	:= what calls cost, beside what they did
run-bench	:= scripts/bench --check --if-kept
needs-bench	:= module cli

what-bench-words := how costs are compared
run-bench-words	:= scripts/steps/unit.py bench

what-composed	:= starry, put together from its quirks
run-composed	:= scripts/kselftest-run --composed
needs-composed	:= module programs

what-model	:= the vectors, in userspace
run-model	:= selftests/model/run.sh build/check

what-traces	:= what reads traces
run-traces	:= scripts/steps/unit.py traces

what-ktap	:= what counts results
run-ktap	:= scripts/steps/unit.py ktap

what-report	:= the page of altwait report, in a browser
run-report	:= scripts/steps/report
needs-report	:= cli

what-campaign	:= a table of cells over ssh, interrupted, and gone on with
run-campaign	:= scripts/steps/campaign

what-refused	:= kernels that the module does not run on
run-refused	:= scripts/steps/refused

what-installed	:= make install and make uninstall
run-installed	:= scripts/steps/installed
needs-installed	:= module cli

what-parallel	:= what depends on the moment, on CPUs that run at once
run-parallel	:= scripts/kselftest-run races steal blocking signals
needs-parallel	:= module programs

what-torture	:= loading and unloading under load, in the debug kernel
run-torture	:= scripts/torture 5
needs-torture	:= module-debug cli

what-fuzz	:= linux against stock, under 50000 random wait calls
run-fuzz	:= scripts/fuzz --seed 1 --calls 50000
needs-fuzz	:= module

what-twins	:= what linux does beside what stock does, in 100000 wait calls
run-twins	:= scripts/fuzz --twin linux --seed 1 --calls 100000
needs-twins	:= module

what-model-twins := what starry does beside what its model says, in 20000 wait calls
run-model-twins	:= scripts/fuzz --model --seed 1 --calls 20000
needs-model-twins := module

ifneq ($(CHECK_FULL),)
beside	:= debug-1 debug-2 mutants twin-mutants $(filter-out debug-1 debug-2 tracers,$(beside))
alone	:= tracers parallel torture races fuzz twins stock-twins model-twins

run-debug-1	:= scripts/kselftest-run --kernel debug --part 1/2
run-debug-2	:= scripts/kselftest-run --kernel debug --part 2/2

beside		+= campaign-slurm
what-campaign-slurm := a table of cells by Slurm, interrupted, and gone on with
run-campaign-slurm := scripts/steps/campaign-slurm

# Last: it wants the host to itself, and its figures are those of one compiler and one
# emulator.
alone	+= bench

alone	+= many-records

what-many-records := 100,000 records at once, and what they cost
run-many-records := scripts/bench --records
needs-many-records := module cli

what-mutants	:= whether the fuzzer finds what is broken on purpose
run-mutants	:= scripts/fuzz --mutants

what-twin-mutants := whether the twins find what is broken on purpose
run-twin-mutants := scripts/fuzz --twin-mutants

what-twins	:= what linux does beside what stock does, in a million wait calls
run-twins	:= scripts/fuzz --twin linux --calls 1000000

what-model-twins := what starry does beside what its model says, in 200000 wait calls
run-model-twins	:= scripts/fuzz --model --calls 200000

what-stock-twins := what the kernel leaves to chance: nothing that the twins see
run-stock-twins	:= scripts/fuzz --twin stock --calls 100000
needs-stock-twins := module

alone		+= newer-twins
what-newer-twins := what linux does beside what stock does on 6.12, in 20000 wait calls
run-newer-twins	:= scripts/fuzz --kernel 6.12 --twin linux --seed 1 --calls 20000
needs-newer-twins := module-6.12

# One more tracer is one that hangs, in a race that has to be hit.
what-tracers	:= strace, ltrace and gdb under both waits, and a tracer that hangs
run-tracers	:= scripts/tracers

run-parallel	:= scripts/kselftest-run --kernel debug --thorough races steal blocking signals
needs-parallel	:= module-debug programs

what-torture	:= 200 times loading and unloading under load, in the debug kernel
run-torture	:= scripts/torture 200

what-races	:= data races, in a kernel that looks for them
run-races	:= scripts/kselftest-run --kernel kcsan --thorough
needs-races	:= module-kcsan programs

what-fuzz	:= linux against stock, under a million random wait calls
run-fuzz	:= scripts/fuzz --calls 1000000

run-refused	:= scripts/steps/refused --rt

run-waitprint	:= scripts/steps/waitprint --all

# All programs on each kernel that is served, but for 6.1, which has its step above
run-newer	:= scripts/kselftest-run --kernel 6.12
what-newer	:= the module on a newer kernel, 6.12
run-newest	:= scripts/kselftest-run --kernel 7.3
what-newest	:= the module on the newest kernel, 7.3, and Debian 13
what-cloud	:= the module on 6.1 for the cloud
run-cloud	:= scripts/kselftest-run --kernel 6.1-cloud
what-newer-cloud := the module on 6.12 for the cloud
run-newer-cloud	:= scripts/kselftest-run --kernel 6.12-cloud
beside		+= newer-program newest-program newest-cloud debian13 packages
beside		+= newest-debug newest-kunit
what-packages	:= the Debian packages on 12 and 13, with DKMS
run-packages	:= scripts/steps/packages
what-newer-program := the command-line program on 6.12
run-newer-program := KERNEL=6.12 scripts/steps/program
needs-newer-program := module-6.12 cli
what-newest-cloud := the module on 7.3 for the cloud, and Debian 13: a few of the programs
run-newest-cloud := scripts/kselftest-run --kernel 7.3-cloud enroll zombies jobctl
needs-newest-cloud := programs
what-debian13	:= the module on the 6.12 that Debian 13 comes with
run-debian13	:= scripts/kselftest-run --kernel 6.12+deb13
needs-debian13	:= programs
what-newest-debug := the module, in a debug kernel of 7.3
run-newest-debug := scripts/kselftest-run --kernel debug-7.3 --no-stock
needs-newest-debug := module-debug-7.3 programs
what-newest-kunit := the KUnit suites, in a debug kernel of 7.3
run-newest-kunit := scripts/kunit --kernel debug-7.3
needs-newest-kunit := module-debug-7.3
what-newest-program := the command-line program on 7.3 and Debian 13
run-newest-program := KERNEL=7.3 scripts/steps/program
needs-newest-program := module-7.3 cli
endif

run-module		:= scripts/module $(KERNEL)
run-module-6.12		:= scripts/module 6.12
run-module-7.3		:= scripts/module 7.3
run-module-debug	:= scripts/module debug
run-module-debug-7.3	:= scripts/module debug-7.3
run-module-kcsan	:= scripts/module kcsan
run-programs		:= scripts/kselftest-run --build
run-cli			:= $(MAKE) cli

ifneq ($(CHECK_STEPS),)
beside	:= $(filter $(CHECK_STEPS),$(beside))
alone	:= $(filter $(CHECK_STEPS),$(alone))
endif
steps	:= $(beside) $(alone)
builds	:= $(sort $(foreach step,$(steps),$(needs-$(step))))

.PHONY: all names $(steps) $(builds)
all: $(steps)

names:
	@echo $(steps)

$(beside): export ALTWAIT_ONE_THREAD := 1
$(alone): export ALTWAIT_ONE_THREAD :=

# A step that fails is counted, and ends well here: the others run. A build that
# fails ends all.
$(steps):
	+@scripts/steps/step test $@ '$(what-$@)' $(run-$@)

$(builds):
	+@scripts/steps/step build $@ 'what the steps share' $(run-$@)

$(foreach step,$(steps),$(eval $(step): $(needs-$(step))))

before	:= $(beside)
$(foreach step,$(alone),$(eval $(step): | $(before))$(eval before := $(step)))
