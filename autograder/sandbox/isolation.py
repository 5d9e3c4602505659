"""What a worker is cut off from, by what the platform offers. Every step is tried; what held is named in the report."""

import contextlib
import ctypes
import os
import sys

MEMORY_LIMIT = 4 * 2**30
"""Bytes of address space; the CPU build of torch alone takes about 0.8 GiB."""
CPU_SECONDS = 120
"""Processor time of one worker over its whole life."""

_CLONE = {"user": 0x10000000, "net": 0x40000000, "ipc": 0x08000000, "pid": 0x20000000}
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_LANDLOCK_CREATE, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT = 444, 445, 446
_READ_FILE, _READ_DIR, _EXECUTE = 1 << 2, 1 << 3, 1 << 0
_ALL_ACCESS_V1 = (1 << 13) - 1


def limit_resources():
    """POSIX limits: address space, processor time, no file of any size, no core dump. Returns the level's name."""
    try:
        import resource
    except ImportError:
        return []
    for name, limit in (("AS", MEMORY_LIMIT), ("CPU", CPU_SECONDS), ("FSIZE", 0), ("CORE", 0), ("NOFILE", 64)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))
    return ["rlimits"]


def leave_namespaces():
    """On Linux: a user and network namespace of its own, so no socket reaches anything. Returns the level's names."""
    if sys.platform != "linux":
        return []
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0)
    for wanted in (("user", "net", "ipc"), ("net", "ipc")):
        if libc.unshare(sum(_CLONE[name] for name in wanted)) == 0:
            return ["netns"]
    return []


def confine_files(readable):
    """On Linux with Landlock: no file can be written, and only those below `readable` can be read."""
    if sys.platform != "linux":
        return []
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    handled = (ctypes.c_uint64 * 1)(_ALL_ACCESS_V1)
    ruleset = libc.syscall(_LANDLOCK_CREATE, handled, ctypes.c_size_t(8), 0)
    if ruleset < 0:
        return []
    try:
        for path in readable:
            _allow_reading(libc, ruleset, path)
        return ["landlock"] if libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0) == 0 else []
    finally:
        os.close(ruleset)


def _allow_reading(libc, ruleset, path):
    class PathBeneath(ctypes.Structure):
        _pack_ = 1
        _fields_ = (("allowed", ctypes.c_uint64), ("fd", ctypes.c_int32))

    with contextlib.suppress(OSError):
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = PathBeneath(_READ_FILE | _READ_DIR | _EXECUTE, fd)
        libc.syscall(_LANDLOCK_ADD_RULE, ruleset, 1, ctypes.byref(rule), 0)
        os.close(fd)


def describe(levels):
    """The levels that held as one string for the report."""
    return "+".join(sorted(levels)) or "process"
