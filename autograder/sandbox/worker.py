"""The untrusted side: holds the submission, runs programs on it, returns what came out; never sees expected values."""

import contextlib
import ctypes
import gc
import importlib
import os
import random
import sys

import torch

from . import isolation, visible, wire
from .interpreter import Interpreter, Outcome, describe
from .rules import Guard
from .visible import PACKAGE


def serve(sock, folder, trusted, device):
    """Answer messages until the other side hangs up.

    sock: the only way in and out. folder: holds the package. trusted: run the reference instead, for timing.
    device: where its tensors live.
    """
    levels = [] if trusted else _confine(folder, device)
    if device != "cpu":  # even the default device, once set, costs time in every call of torch's
        torch.set_default_device(device)
    interpreter = None
    torch.set_grad_enabled(trusted)
    wire.send(sock, {"ready": levels})
    timed, raced = None, False
    while True:
        try:
            header, tensors = wire.receive(sock)
            tensors = {name: tensor.to(device) for name, tensor in tensors.items()}
        except wire.WireError:
            return
        if interpreter is None:
            interpreter = _reference() if trusted else _submission(folder)
        torch.set_grad_enabled(trusted)
        visible.TRESPASSES.timed = header["do"] in ("prepare", "go")
        match header["do"]:
            case "import":
                described, values = wire.pack_outcomes({"import": _import(header["file"], folder)})
                answer = ({"outcomes": described}, values)
            case "run":
                with contextlib.nullcontext() if raced else _dirty_memory():
                    outcomes = interpreter.run(header["program"], tensors)
                described, values = wire.pack_outcomes(outcomes)
                answer = ({"outcomes": described}, values)
            case "prepare":
                if not raced:
                    _keep_memory()
                raced = True  # from now on, what is watched looks to the package like what is timed
                timed = _unguarded(interpreter).start(header["program"], tensors)
                timed.advance(header["until"])
                gc.collect()
                answer = ({"prepared": True}, None)
            case "go":
                timed.advance(header["until"])
                answer = ({"done": True}, None)
            case "fetch":
                described, values = wire.pack_outcomes(timed.outcomes())
                timed = None
                answer = ({"outcomes": described}, values)
        wire.send(sock, *answer)


def _confine(folder, device):
    """Shut the doors, from the widest to the narrowest, before any line of the submission runs."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.chdir(folder)
    os.environ.clear()
    sys.argv = [PACKAGE]
    sys.dont_write_bytecode = True
    libraries = [p for p in sys.path if p and ("site-packages" in p or p.startswith((sys.prefix, sys.base_prefix)))]
    sys.path[:] = [str(folder), *libraries]
    sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in repr(finder).lower()]
    for name in ("solutions", "autograder", "labkit", "benchmarks", "tests"):
        for loaded in [m for m in sys.modules if m == name or m.startswith(name + ".")]:
            del sys.modules[loaded]
        sys.modules[name] = None
    sys.modules.pop(PACKAGE, None)
    readable = [str(folder), *libraries, sys.base_prefix, sys.prefix, "/usr/lib", "/lib", "/proc/self", "/dev/urandom"]
    if device != "cpu":  # a driver needs its device files and far more address space than it has memory
        return isolation.leave_namespaces()
    levels = isolation.leave_namespaces() + isolation.limit_resources() + isolation.confine_files(readable)
    return levels + isolation.restrict_calls()


def _submission(folder):
    random.seed(0)
    torch.manual_seed(0)
    visible.install(folder)
    return Interpreter(_Lazy(), source=os.path.join(folder, PACKAGE), guard=visible.TRESPASSES.guard)


def _reference():
    from autograder import topics

    package = topics.reference_package()
    gc.freeze()
    return Interpreter(package)


def _unguarded(interpreter):
    """The same package without the run-time rules, which would cost time that is not the submission's."""
    return Interpreter(interpreter.package, interpreter.source, contextlib.nullcontext)


def _keep_memory():
    """Let glibc keep what is freed: it gives some back, now and then, and who asks for it again loses time."""
    with contextlib.suppress(AttributeError, OSError):  # other allocators decide for themselves
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, 2**25)
        mallopt(_M_TRIM_THRESHOLD, 2**30)


_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


@contextlib.contextmanager
def _dirty_memory():
    """Let `torch.empty` give nan: what relies on memory that nobody filled must fail every time, not now and then."""
    torch.set_deterministic_debug_mode("warn")
    try:
        yield
    finally:
        torch.set_deterministic_debug_mode("default")


class _Lazy:
    """The package, imported at the first use of a name."""

    def __getattr__(self, name):
        return getattr(importlib.import_module(PACKAGE), name)


def _import(file, folder):
    """Import one file of the package; an Outcome, whose value is True."""
    try:
        with Guard():
            importlib.import_module(f"{PACKAGE}.{file}")
    except BaseException as error:  # SystemExit and the like too: it is the student's file that raises
        return Outcome(raised=describe(error, os.path.join(folder, PACKAGE)))
    return Outcome(value=True)
