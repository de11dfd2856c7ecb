#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Wait for a child by io_uring, as Linux 6.7 and later can: for test-vm.sh.

Ends with the child's exit code, or by an exception.
"""
import ctypes
import mmap
import os
import struct
import sys

IO_URING_SETUP, IO_URING_ENTER = 425, 426
OFF_SQES = 0x10000000
GETEVENTS = 1
OP_WAITID = 50
SI_PID, SI_STATUS = 4, 6  # their places in a siginfo, in ints

call = ctypes.CDLL(None, use_errno=True).syscall


def check(result):
    """Turn a failed system call into an exception."""
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


params = (ctypes.c_uint32 * 30)()
ring = check(call(IO_URING_SETUP, 1, params))
SQ_TAIL, SQ_ARRAY = params[11], params[16]
CQ_CQES = params[25]
rings = mmap.mmap(ring, max(SQ_ARRAY + 4 * params[0], CQ_CQES + 16 * params[1]))
sqes = mmap.mmap(ring, 64, offset=OFF_SQES)

child = os.fork()
if not child:
    os._exit(3)

info = (ctypes.c_int32 * 32)()
# opcode, flags, ioprio, fd, addr2, addr, len, rw_flags, user_data, buf_index,
# personality, file_index
sqes[:48] = struct.pack("=BBHiQQIIQHHI", OP_WAITID, 0, 0, child, ctypes.addressof(info), 0,
                        os.P_PID, 0, 0, 0, 0, os.WEXITED)
rings[SQ_ARRAY:SQ_ARRAY + 4] = struct.pack("=I", 0)
rings[SQ_TAIL:SQ_TAIL + 4] = struct.pack("=I", 1)
check(call(IO_URING_ENTER, ring, 1, 1, GETEVENTS, None, 0))
result = struct.unpack_from("=i", rings, CQ_CQES + 8)[0]
if result:
    raise OSError(-result, os.strerror(-result))
if info[SI_PID] != child:
    raise ValueError("the report names somebody else")
sys.exit(info[SI_STATUS])
