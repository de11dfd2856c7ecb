# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Bash completion for altwait: commands, options, policies, quirks, and quirks in the
# middle of linux+A+B or starry-A-B. What there is, the program itself is asked for.

# The names of all quirks, a line each
_altwait_quirks() {
	"$1" quirks 2> /dev/null | sed -n 's/^  \([a-z0-9-][a-z0-9-]*\).*/\1/p'
}

# Those of them that only later revisions of Starry brought
_altwait_later() {
	"$1" policies 2> /dev/null | sed -n 's/^    brings  //p'
}

_altwait_commands() {
	"$1" --help 2> /dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\)  .*/\1/p'
}

# _altwait_options PROGRAM [COMMAND]
_altwait_options() {
	"$@" --help 2> /dev/null | sed -n '/^  /s/^\( *-[^-],\)\{0,1\} *\(--[a-z-]*\).*/\2/p'
}

# Policies that begin as $2. A name of a quirk has the sign of starry- in it: where
# what stands there may end in one place or go on, both are offered.
_altwait_policies() {
	local begun=$2 head quirks later quirk next is sign='' seeds=''

	case $begun in
	linux+*) head=linux+ sign=+ ;;
	starry[-+]*) head=${begun:0:7} sign=-+ seeds=1 ;;
	*)	if [[ $begun =~ ^starry@([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9a-f]{7,})[+-] ]]; then
			head=${BASH_REMATCH[0]} sign=+-
		elif [[ $begun == starry@* ]]; then
			"$1" policies 2> /dev/null | sed -n 's/^\(starry@[0-9a-f]*\) .*/\1/p' |
				grep -e "^$begun"
			return
		else
			printf '%s\n' stock starry linux starry- starry+ starry@ linux+ |
				grep -e "^$begun"
			return
		fi ;;
	esac
	mapfile -t quirks < <(_altwait_quirks "$1")
	later=$(_altwait_later "$1")
	while :; do
		next=''
		for quirk in "${quirks[@]}"; do
			# the seed has all but the later ones, which can be added
			if [ -n "$seeds" ]; then
				[[ $'\n'$later$'\n' == *$'\n'$quirk$'\n'* ]] && is=+ || is=-
				[ "$is" = "${head: -1}" ] || continue
			fi
			[[ $head$quirk != "$begun"* ]] || echo "$head$quirk"
			# the longest, where one begins as another
			[[ $begun != "$head$quirk"[$sign]* || ${#quirk} -lt ${#next} ]] ||
				next=$quirk
		done
		[ -n "$next" ] || return 0
		head+=$next${begun:${#head} + ${#next}:1}
	done
}

_altwait() {
	local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]}
	local before=${COMP_WORDS[COMP_CWORD - 1]} command='' split='' here=$COMP_CWORD at i

	COMPREPLY=()
	# starry@d41ca5f2e is three words, where @ parts them
	if [ "$word" = @ ] && [ "$here" -ge 2 ]; then
		here=$((here - 1)) split=${COMP_WORDS[here]}@ word=$split
	elif [ "$before" = @ ] && [ "$here" -ge 3 ]; then
		here=$((here - 2)) split=${COMP_WORDS[here]}@ word=$split$word
	fi
	before=${COMP_WORDS[here - 1]}
	# --policy=linux is three words here
	if [ "$word" = = ]; then
		word=''
	elif [ "$before" = = ] && [ "$here" -ge 2 ]; then
		before=${COMP_WORDS[here - 2]}
	fi
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--shadow|-[cos])
			# run's and compare's have no value
			[ "$command" != report ] || i=$((i + 1)) ;;
		-[bdemprt]|--buffer|--compare|--device|--events|--fail-on|--markdown|--output|--policy|--repeat|--sarif|--save|--summary|--test|--timeout)
			# and its value, with the sign in between or not
			[ "${COMP_WORDS[i + 1]}" != = ] || i=$((i + 1))
			i=$((i + 1)) ;;
		--)	at=$((i + 1)); break ;;
		@)	i=$((i + 1)) ;;
		-*|=)	;;
		*)	[ -z "$command" ] || { at=$i; break; }
			command=${COMP_WORDS[i]} ;;
		esac
	done
	# What is run under a policy is completed as anywhere.
	if [[ -n ${at:-} && $command =~ ^(run|compare|bisect)$ ]]; then
		if declare -F _command_offset > /dev/null; then
			_command_offset "$at"
		elif [ "$at" = "$COMP_CWORD" ]; then
			mapfile -t COMPREPLY < <(compgen -c -- "$word")
		else
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
		fi
		return
	fi
	[[ ! "$command $before" =~ ^report\ (--shadow|-[cos])$ ]] || before=--events
	case $before in
	--policy|-p)
		mapfile -t COMPREPLY < <(_altwait_policies "$program" "$word")
		COMPREPLY=("${COMPREPLY[@]#"$split"}")
		# A policy may go on.
		compopt -o nospace 2> /dev/null
		return ;;
	--fail-on)
		mapfile -t COMPREPLY < <(compgen -W \
			"control unexplained $(_altwait_quirks "$program")" -- "$word")
		return ;;
	--markdown|-m)
		mapfile -t COMPREPLY < <(compgen -W \
			"$("$program" quirks 2> /dev/null | grep -x '[a-z]*')" -- "$word")
		return ;;
	--save)	mapfile -t COMPREPLY < <(compgen -d -- "$word")
		return ;;
	--compare|--device|-d|--events|--output|--test|-e|--sarif|--summary)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return ;;
	esac
	case $command:$word in
	*:-*)	# shellcheck disable=SC2086 # none, without a command
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_altwait_options "$program" $command)" -- "$word") ;;
	:*)	mapfile -t COMPREPLY < <(compgen -W "$(_altwait_commands "$program")" -- "$word") ;;
	quirks:*)
		mapfile -t COMPREPLY < <(compgen -W "$(_altwait_quirks "$program")" -- "$word") ;;
	enroll:*|dismiss:*|status:*)
		mapfile -t COMPREPLY < <(compgen -W "$(cd /proc && echo [0-9]*)" -- "$word") ;;
	run:*|compare:*|bisect:*)
		mapfile -t COMPREPLY < <(compgen -c -- "$word") ;;
	esac
} && complete -F _altwait altwait
