#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The sources of the quirks' programs as C, for programs.c.
#
# usage: embed.sh DIRECTORY

set -eu

# A file as a string, but for its includes of the others.
text() {
	sed -e '/^#include "/d' -e 's/[\\"]/\\&/g' -e 's/.*/"&\\n"/' "$1"
}

for part in probe tasks tracer run; do
	echo "static const char part_${part}[] ="
	text "$1/$part.h"
	echo ";"
done
echo "static const struct { const char *name; bool traces; const char *text; } programs[] = {"
for file in "$1"/probes/*.c; do
	traces=false
	! grep -q '^#include "tracer.h"' "$file" || traces=true
	echo "{ \"$(basename "$file" .c)\", $traces,"
	text "$file"
	echo "},"
done
echo "};"
