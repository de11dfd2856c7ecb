# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Sourced by the scripts that need a kernel. find_kernel NAME sets
#   kernel_release	uname -r
#   kernel_image	what the test machine starts
#   kernel_headers	what a module is built against
#   kernel_modules	the directory of the kernel's own modules; empty if it
#			needs none
#   kernel_config	the configuration that it was built with; empty, like the image,
#			where there are only headers
#   kernel_root	the root of the release that it belongs to, in which a module is
#			built and the test machine runs; empty: this one
# NAME is a series of Debian's, as 6.12, 6.12-cloud or 6.12+deb13 (fetched by
# scripts/setup), or a release under build/kernel, or a flavour of scripts/kernel-config,
# as debug, or debug-7.3 of another series than 6.1 (built by scripts/kernel), or the
# directory that scripts/kernel prints, or one that a module is built against, as
# /lib/modules/RELEASE/build.

# shellcheck disable=SC2034 # the caller's
find_kernel() {
	local top dir
	top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

	if [ -e "$top/scripts/kernel-config/$1.config" ]; then
		dir=$("$top/scripts/kernel" --flavour "$1" --path) || return
	elif [[ $1 =~ ^([a-z]+)-([0-9]+\.[0-9]+)$ ]] &&
		[ -e "$top/scripts/kernel-config/${BASH_REMATCH[1]}.config" ]; then
		dir=$("$top/scripts/kernel" --flavour "${BASH_REMATCH[1]}" \
			--version "${BASH_REMATCH[2]}" --path) || return
	elif [ "${1#*/}" != "$1" ]; then
		dir=$(realpath -e "$1") || return
	elif [ -e "$top/build/kernel/$1" ]; then
		dir=$(realpath -e "$top/build/kernel/$1")
	elif [[ $1 =~ ^[0-9]+\.[0-9]+(\+deb13)?(-cloud|-rt)?$ ]]; then
		dir=$("$top/scripts/setup" kernel "$1") || return
		dir=$top/build/kernel/$dir
	else
		echo "no kernel $1" >&2
		echo "Hint: a series of Debian's, as 6.12 or 6.12-cloud, is fetched;" \
			"scripts/kernel-config has the flavours that are built, debug or debug-7.3" >&2
		return 1
	fi

	kernel_root=
	kernel_image=$dir/vmlinux
	if [ -e "$dir/release" ]; then
		kernel_release=$(< "$dir/release")
		# A kernel without ACPI finds its CPUs in the BIOS's tables,
		# which only a start through the BIOS gives it.
		kernel_image=$dir/bzImage
		kernel_headers=$dir/build
		kernel_modules=
		kernel_config=$dir/config
	elif [ -e "$dir/include/generated/utsrelease.h" ]; then
		# as the kernel itself was told: in the headers of Debian's 6.1,
		# include/config/kernel.release has another one
		kernel_release=$(sed -n 's/^#define UTS_RELEASE "\(.*\)"$/\1/p' \
			"$dir/include/generated/utsrelease.h")
		kernel_image=
		kernel_headers=$dir
		kernel_modules=
		kernel_config=
	elif [ ! -d "$dir/lib/modules" ]; then
		echo "in $dir there is no kernel that was built" >&2
		echo "Hint: build it there, or at least: make modules_prepare" >&2
		return 1
	else
		kernel_release=$(basename "$dir"/lib/modules/*)
		kernel_headers=$dir/headers
		if [ -e "$dir/root" ]; then
			kernel_root=$(< "$dir/root")
			# there
			kernel_headers=/usr/src/linux-headers-$kernel_release
		fi
		kernel_modules=$dir/lib/modules/$kernel_release
		kernel_config=$dir/boot/config-$kernel_release
	fi
}
