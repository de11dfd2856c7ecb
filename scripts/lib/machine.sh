# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Sourced after common.sh by the commands that build something and run it in the
# test machine. They set $kernel, as scripts/vm takes it, and $out, where logs go.
# What fails here is counted, or ends the script with one failure.

# shellcheck disable=SC2154 # the caller's, as said above
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

log() {
	"$@" 2>> "$out/build.log"
}

# build WHY COMMAND... - its words go to $out/build.log; if it fails, WHY is the reason
build() {
	local why=$1
	shift

	working "building" log "$@" >> "$out/build.log" || {
		tail -n 20 "$out/build.log"
		give_up "$why" "the whole log is $out/build.log"
	}
}

# build_module [ARGUMENT...] - as scripts/module takes them; sets $module to the file
build_module() {
	# shellcheck disable=SC2034 # for the caller
	module=$(working "building the module" log "$scripts/module" "$@") || {
		tail -n 20 "$out/build.log"
		give_up "the module does not build for kernel $kernel" \
			"the whole log is $out/build.log"
	}
}

# in_machine FILE ARGUMENT... - runs scripts/vm; the output goes to FILE, and
# standard output too where $aloud is set. Sets $status. An end with another status
# than 0 and 1 is counted as a failure: 1 is the guest's own verdict.
in_machine() {
	local output=$1
	shift

	status=0
	set -- "$scripts/vm" --kernel "$kernel" --console "$out/console.log" "$@"
	if [ -n "${aloud:-}" ]; then
		"$@" 2> "$out/vm.log" | tee "$output" || status=${PIPESTATUS[0]}
	else
		"$@" > "$output" 2> "$out/vm.log" || status=$?
	fi
	cat "$out/vm.log" >&2
	case $status in
	0|1) ;;
	*) not_ok "$me: the machine ended with status $status" "$out/console.log" ;;
	esac
}

# ktap KIND FILE [ARGUMENT...] - counts the results in FILE as report/ktap.py does,
# and prints those that failed
ktap() {
	local source text before=$failed

	source=$("$scripts/setup" source)
	text=$(python3 "$scripts/report/ktap.py" "$source/tools/testing/kunit" "$@") || :
	sed '$d' <<< "$text"
	add_up "$text" || not_ok "$me: report/ktap.py ended without a result"
	[ "$status" != 1 ] || [ "$failed" -gt "$before" ] ||
		not_ok "$me: the guest's part has failed, and no result says so" "$2"
}
