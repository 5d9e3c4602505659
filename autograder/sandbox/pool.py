"""The oracle's hold on its workers: start, ask within a time limit, kill, replace."""

import contextlib
import socket
import sys
import time

from . import wire
from .nursery import START_SECONDS, NurseryLost

_ALL_ITS_THREADS = 2
"""What Linux's number of a process's clock ends with, for the time on a processor (CPUCLOCK_SCHED)."""


class WorkerLost(Exception):
    """The worker ended, hung or sent nonsense; `reason` says which, in words for the report."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def request(program):
    """The packed message that asks a worker to run a program."""
    return wire.pack({"do": "run", "program": program.to_json()}, program.tensors)


class Worker:
    """One package in one process. It is started at the first question, and again after it was lost."""

    def __init__(self, nursery, folder, trusted=False, device="cpu"):
        self.nursery = nursery
        self.request = {"folder": str(folder), "trusted": trusted, "device": device}
        self.sock = self.pid = self.end = None
        self.levels = []

    def ask(self, header, tensors=None, seconds=None):
        """Send a message and return the answer (header, tensors). Raises `WorkerLost`.

        But where it is not the submission that ended the worker, it raises RuntimeError, as all other methods do.
        """
        self.post(wire.pack(header, tensors), seconds)
        return self.collect(seconds)

    def post(self, frame, seconds=None):
        """Send a packed message without waiting for the answer."""
        if self.sock is None:
            self.start()
        with self._losing(seconds):
            self.sock.settimeout(seconds)
            self.sock.sendall(frame)

    def collect(self, seconds=None):
        """The answer to the message that was posted."""
        with self._losing(seconds):
            return wire.receive(self.sock, seconds)

    @contextlib.contextmanager
    def _losing(self, seconds):
        try:
            yield
        except (wire.Timeout, TimeoutError):
            self._end()
            raise self._lost(f"no answer within {seconds:g} s; is there a loop that never ends?") from None
        except (wire.WireError, OSError) as error:
            self._end()
            text = "sent a malformed answer" if "malformed" in str(error) else "ended while it ran this"
            raise self._lost(f"the process that runs your code {text}") from None

    def _lost(self, reason):
        if self.request["trusted"]:
            return RuntimeError("the process that runs torch.nn was lost")
        return WorkerLost(reason)

    def import_file(self, file, seconds):
        """Import one file of the package: an Outcome. Raises `WorkerLost`."""
        header, tensors = self.ask({"do": "import", "file": file.removesuffix(".py")}, seconds=seconds)
        return self._outcomes(["import"], header, tensors)["import"]

    def post_program(self, program, seconds):
        """Send a program to be run."""
        self.post(request(program), seconds)

    def collect_outcomes(self, program, seconds):
        """What the posted program gave: {observed name: Outcome}. Raises `WorkerLost`."""
        return self._outcomes(program.observed, *self.collect(seconds))

    def clock(self):
        """Seconds of processor time that the process has taken: others that the machine is busy with do not count.

        Read from outside, so that nothing in the process can change it. A moment in seconds where that is not known,
        or where it is not the processor that computes.
        """
        if sys.platform == "linux" and self.request["device"] == "cpu":
            return time.clock_gettime(~self.pid << 3 | _ALL_ITS_THREADS)
        return time.perf_counter()

    def fetch(self, program, seconds):
        """The outcomes of the program that was prepared and timed."""
        return self._outcomes(program.observed, *self.ask({"do": "fetch"}, seconds=seconds))

    def _outcomes(self, names, header, tensors):
        try:
            return wire.unpack_outcomes(header.get("outcomes"), tensors, names)
        except wire.WireError as error:
            self.stop()
            raise WorkerLost(f"the process that runs your code sent a {error}") from None

    def start(self):
        """Start the process, and wait until it is ready."""
        sock, theirs = socket.socketpair()
        with theirs:
            self.pid, self.end = self.nursery.start(theirs, self.request)
        self.sock = sock
        try:
            header, _ = wire.receive(self.sock, START_SECONDS)
        except (wire.WireError, wire.Timeout, OSError):
            self._end()
            raise RuntimeError("a worker did not start") from None
        self.levels = header["ready"]

    def stop(self):
        """End the process, if there is one."""
        with contextlib.suppress(NurseryLost):
            self._end()

    def _end(self):
        """The same; but it raises NurseryLost if that is why the process has ended."""
        if self.sock is not None:
            self.sock.close()
            end, self.sock, self.pid, self.end = self.end, None, None, None
            end()
