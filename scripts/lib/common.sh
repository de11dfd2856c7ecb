# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Sourced by the scripts, on the host and in the test machine: how they talk, count
# and wait. A script's manual is the comment at its top: -h or --help as the first
# argument prints it and ends the script. To source this with an argument of its
# own, as in `. common.sh -`, leaves those options alone.

me=${0##*/}
passed=0 failed=0
export PYTHONDONTWRITEBYTECODE=1

# A pipe to which nothing is ever written: reading it is a clock without a process
exec {never}<> <(:)

print_help() {
	awk 'NR > 3 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"
}

case ${1:-} in
-h|--help) print_help; exit 0 ;;
esac

say() {
	echo "$me: $*" >&2
}

hint() {
	[ -z "${1:-}" ] || echo "Hint: $1"
}

# die WHY [HINT] - ends with $die_status, or 1
die() {
	say "$1"
	hint "${2:-}" >&2
	exit "${die_status:-1}"
}

# ------------------------------------------------------------------- counting

# ok WHAT | not_ok WHAT [LOG] - the verdict of one test, with the end of LOG
ok() {
	echo "ok     $1"
	passed=$((passed + 1))
}

not_ok() {
	echo "FAILED $1"
	failed=$((failed + 1))
	[ -z "${2:-}" ] || tail -n 20 "$2" | sed 's/^/       /' || :
}

# failures LOG - each FAILED with what was said below it; without one, the "not ok"s
failures() {
	awk '!/^(FAILED |       )/ { on = 0 } /^FAILED / { on = 1 } on' "$1" | grep . ||
		grep -A 20 '^not ok' "$1" || :
}

# Prints the last line; succeeds if something has passed and nothing failed.
sum_up() {
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

# give_up WHY [HINT] - nothing that can be counted has run: one failure
give_up() {
	echo "FAILED $me: $1"
	hint "${2:-}"
	echo "0 passed, 1 failed"
	exit 1
}

# add_up TEXT - adds what its last line counts; fails if that counts nothing
add_up() {
	[[ ${1##*$'\n'} =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]] || return 1
	passed=$((passed + BASH_REMATCH[1]))
	failed=$((failed + BASH_REMATCH[2]))
}

# -------------------------------------------------------------------- waiting

nap() {
	read -r -t "$1" -u "$never" || :
}

# within SECONDS WHAT COMMAND... - until COMMAND succeeds; past the deadline says
# what it has waited for, and fails
within() {
	local seconds=$1 what=$2 end=$((SECONDS + $1))
	shift 2

	until "$@"; do
		if [ "$SECONDS" -ge "$end" ]; then
			say "waited $seconds s in vain for $what"
			return 1
		fi
		nap 0.05
	done
}

# The process is gone, or was never ours.
gone() {
	! kill -0 -- "$1" 2> /dev/null
}

# working WHAT COMMAND... - says every 20 s that COMMAND still runs
working() {
	local what=$1 begin=$SECONDS clock status=0
	shift

	(
		next=$((SECONDS + 20))
		until gone $$; do
			nap 1
			[ "$SECONDS" -ge "$next" ] || continue
			next=$((SECONDS + 20))
			say "$what, $((SECONDS - begin)) s"
		done
	) > /dev/null &
	clock=$!
	"$@" || status=$?
	kill "$clock" 2> /dev/null || :
	wait "$clock" 2> /dev/null || :
	return $status
}

# ------------------------------------------------------------------- building

# The option for a make: its share of the jobserver's, or a job for each CPU. A make
# above that keeps its jobserver to itself still names it.
jobs_option() {
	local auth='--jobserver-auth=(fifo:|([0-9]+),)'

	if [[ ${MAKEFLAGS:-} =~ $auth ]]; then
		[ -n "${BASH_REMATCH[2]}" ] || return 0
		[ ! -p "/dev/fd/${BASH_REMATCH[2]}" ] || return 0
	fi
	echo "-j$(nproc)"
}
