# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Sourced by scripts whose manual is the comment at their top: -h or --help prints
# it and ends the script. print_help does the first alone.

print_help() {
	awk 'NR > 3 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"
}

case ${1:-} in
-h|--help) print_help; exit 0 ;;
esac
