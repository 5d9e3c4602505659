"""On Linux: the system calls that are left to a worker. Every other one is refused with EPERM, whoever runs it.

A layer computes: it needs memory, the clock, its socket, and to read files of Python's libraries. It starts no process
and no thread, opens no file to write, makes no socket, and sends signals to nobody but itself.
"""

import ctypes
import os
import platform
import struct

ALLOWED = {
    "x86_64": {
        "files": {0, 1, 3, 4, 5, 6, 7, 8, 17, 19, 20, 21, 23, 32, 72, 79, 89, 217, 262, 267, 269, 270, 271, 332, 439},
        "socket": {44, 45, 46, 47},
        "memory": {9, 10, 11, 12, 25, 27, 28},
        "scheduling": {24, 128, 202, 204, 219, 273, 309, 324, 334},
        "clock": {35, 96, 98, 99, 100, 201, 228, 229, 230},
        "itself": {13, 14, 15, 39, 60, 63, 97, 102, 104, 107, 108, 110, 131, 158, 186, 231, 318},
    },
    "aarch64": {
        "files": {23, 25, 17, 48, 57, 61, 62, 63, 64, 65, 66, 67, 72, 73, 78, 79, 80, 291, 439},
        "socket": {206, 207, 211, 212},
        "memory": {214, 215, 216, 222, 226, 232, 233},
        "scheduling": {98, 99, 123, 124, 128, 168, 283, 293},
        "clock": {101, 113, 114, 115, 153, 165, 169, 179},
        "itself": {93, 94, 132, 134, 135, 139, 160, 163, 172, 173, 174, 175, 176, 177, 178, 278},
    },
}
"""Numbers of system calls by processor, from the kernel's unistd.h. files: reading, and writing what is open."""
OPENING = {"x86_64": {2: 1, 257: 2}, "aarch64": {56: 2}}
"""Calls that open files (open, openat), and which argument holds the flags."""
SIGNALLING = {"x86_64": (62, 200, 234), "aarch64": (129, 130, 131)}
"""kill, tkill, tgkill: allowed to itself, whose number is the first argument."""

_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_FILTER, _ALL_THREADS, _PR_SET_NO_NEW_PRIVS = 1, 1, 38
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NUMBER, _PROCESSOR, _ARGUMENTS = 0, 4, 16
"""Where the kernel's description of a call holds these, in bytes."""


def restrict():
    """Leave this process, for good, the calls above. Returns the level's name."""
    machine = platform.machine()
    if machine not in ALLOWED:
        return []
    program = b"".join(struct.pack("<HBBI", *instruction) for instruction in _program(machine, os.getpid()))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))

    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    filter = Program(len(program) // 8, program)
    done = libc.syscall(_SECCOMP[machine], _SET_FILTER, _ALL_THREADS, ctypes.byref(filter))
    return ["seccomp"] if done == 0 else []


def _program(machine, pid):
    """The filter as (operation, jump if true, jump if false, value) of the kernel's little machine."""
    program = [(_LOAD, 0, 0, _PROCESSOR), (_EQUAL, 1, 0, _ARCHITECTURE[machine]), (_RETURN, 0, 0, _REFUSE)]
    program.append((_LOAD, 0, 0, _NUMBER))
    for number in sorted(set().union(*ALLOWED[machine].values())):
        program += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    for number, argument in OPENING[machine].items():
        program += _if(number, argument, (_ANY_BIT, 1, 0, _WRITING))
    for number in SIGNALLING[machine]:
        program += _if(number, 0, (_EQUAL, 0, 1, pid))
    return [*program, (_RETURN, 0, 0, _REFUSE)]


def _if(number, argument, test):
    """A call that is allowed by one of its arguments. test: jumps over one instruction to refuse."""
    load = (_LOAD, 0, 0, _ARGUMENTS + 8 * argument)
    return [(_EQUAL, 0, 4, number), load, test, (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
