"""What a worker is cut off from, by what the platform offers. Every step is tried; what held is named in the report."""

import contextlib
import ctypes
import os
import sys

from . import syscalls

LEVELS = ("landlock", "netns", "rlimits", "seccomp")
"""The names of all levels that there are, sorted."""
NONE = "process"
"""What stands for none of them: a process of its own."""

MEMORY_LIMIT = 4 * 2**30
"""Bytes of address space; the CPU build of torch alone takes about 0.8 GiB."""
CPU_SECONDS = 120
"""Processor time of one worker over its whole life."""

_CLONE = {"user": 0x10000000, "net": 0x40000000, "ipc": 0x08000000}
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_LANDLOCK_CREATE, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
"""How many rights over files there are to take away, from which version of Landlock on (3: also truncating)."""
_TCP_RIGHTS, _SCOPES = 0b11, 0b11
"""Binding and connecting, from version 4 on; abstract sockets and signals to other processes, from version 6 on."""


def limit_resources():
    """POSIX limits: address space, processor time, no written file, no new process. Returns the level's name."""
    try:
        import resource
    except ImportError:
        return []
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")  # where memory runs out all the same, this process is the one to go
    limits = {"AS": MEMORY_LIMIT, "CPU": CPU_SECONDS, "FSIZE": 0, "CORE": 0, "NOFILE": 64, "NPROC": 0}
    for name, limit in limits.items():
        with contextlib.suppress(ValueError, OSError, AttributeError):
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
    """On Linux with Landlock: no file can be written, and only those below `readable` can be read.

    Newer kernels also refuse TCP, and signals to processes outside. Returns the level's name.
    """
    if sys.platform != "linux":
        return []
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), _ASK_VERSION)
    if version < 1:
        return []
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    rights = max(count for since, count in _FILE_RIGHTS.items() if since <= version)
    refused = [(1 << rights) - 1] + [_TCP_RIGHTS] * (version >= 4) + [_SCOPES] * (version >= 6)
    attributes = (ctypes.c_uint64 * len(refused))(*refused)
    ruleset = libc.syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(8 * len(refused)), 0)
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
        rule = PathBeneath(_READ_FILE | _EXECUTE | (_READ_DIR if os.path.isdir(path) else 0), fd)
        libc.syscall(_LANDLOCK_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
        os.close(fd)


def restrict_calls():
    """On Linux: only the system calls of `syscalls.py`. Threads and processes end here for root too."""
    return syscalls.restrict() if sys.platform == "linux" else []


def describe(levels):
    """The levels that held as one string for the report."""
    return "+".join(sorted(levels)) or NONE
