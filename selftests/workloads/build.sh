#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# make -j4 builds a small program in this directory, which should be empty, and
# builds again after a change; both times the program is run.

set -eu
cp "$(dirname "$0")"/project/* .

make -s -j4
./total 1 2 3
rm mean.o
make -s -j4
./total 4 5 6
make -s -j4 broken 2>make.err || echo "a recipe that fails: make leaves with $?"
grep -c 'Error 3' make.err
