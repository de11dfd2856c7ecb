#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Which functions of a kernel are sealed against calls through a pointer.

usage: sealed.py VMLINUX KALLSYMS NAME...

VMLINUX   of a kernel with CONFIG_X86_KERNEL_IBT, as build/kernel/RELEASE/vmlinux
KALLSYMS  /proc/kallsyms of that kernel, booted with nokaslr

objtool lists in .ibt_endbr_seal where a function begins whose address nobody takes; at
boot, on a CPU with IBT, the kernel overwrites what would let a call through a pointer
in.  Prints each NAME with "sealed", "open" or "missing".
"""
import struct
import sys


def section(image, wanted):
    """Address and content of a section of an ELF file of 64 bits."""
    (table,) = struct.unpack_from("<Q", image, 0x28)
    size, count, names = struct.unpack_from("<HHH", image, 0x3a)

    def header(number):
        return struct.unpack_from("<IIQQQQ", image, table + number * size)

    strings = header(names)[4]
    for number in range(count):
        name, _, _, address, offset, length = header(number)
        end = image.index(b"\0", strings + name)
        if image[strings + name:end].decode() == wanted:
            return address, image[offset:offset + length]
    raise SystemExit(f"sealed.py: there is no {wanted} in this kernel")


def sealed_addresses(path):
    """Each entry is relative to where it stands."""
    with open(path, "rb") as file:
        address, content = section(file.read(), ".ibt_endbr_seal")
    return {address + 4 * i + offset
            for i, (offset,) in enumerate(struct.iter_unpack("<i", content))}


def main(vmlinux, kallsyms, names):
    sealed = sealed_addresses(vmlinux)
    place = {}
    with open(kallsyms, encoding="ascii") as file:
        for line in file:
            address, _, name = line.split()[:3]
            place.setdefault(name, int(address, 16))
    for name in names:
        if name not in place:
            print(name, "missing")
        else:
            print(name, "sealed" if place[name] in sealed else "open")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
