"""The oracle's hold on the process that workers are forked from. Imports no torch, so that both can load it at once."""

import contextlib
import json
import socket
import subprocess
import sys
import weakref

START_SECONDS = 60
"""How long a process may take to load torch."""


class NurseryLost(RuntimeError):
    """The process that workers come from has ended, and they with it: a fault of the machine, not of a submission."""

    def __init__(self):
        super().__init__("the process that starts workers ended; is torch installed and usable?")


class Nursery:
    """The warmed process that workers are forked from (`warmed.py`); without fork, nothing but a name.

    One that was lost is replaced when the next worker is wanted.
    """

    def __init__(self, fork=sys.platform == "linux"):
        self.fork, self.process = fork, None
        if fork:
            self._begin()

    def _begin(self):
        self.control, theirs = socket.socketpair()
        command = [sys.executable, "-I", "-m", "autograder.sandbox.warmed", str(theirs.fileno())]
        self.process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True
        )  # of its own, so that an interrupt in a notebook does not end it
        theirs.close()
        self.warm = False
        self._finalizer = weakref.finalize(self, _close, self.control, self.process)

    def start(self, sock, request):
        """Start a worker that speaks on `sock`; returns its process number and a function that ends it.

        That function too raises NurseryLost.
        """
        if not self.fork:
            command = [sys.executable, "-m", "autograder.sandbox.spawned", str(sock.fileno()), json.dumps(request)]
            process = subprocess.Popen(command, pass_fds=[sock.fileno()], stdin=subprocess.DEVNULL)
            return process.pid, lambda: (process.kill(), process.wait())
        if self.process is None:
            self._begin()
        with self._losing():
            if not self.warm:
                self._answer()
                self.warm = True
            socket.send_fds(self.control, [json.dumps(request).encode()], [sock.fileno()])
            pid = int(self._answer())
        control = self.control
        return pid, lambda: self._end(control, pid)

    def _end(self, control, pid):
        if control is not self.control:
            raise NurseryLost  # that of this worker was replaced
        with self._losing():
            self.control.sendall(json.dumps({"kill": pid}).encode())
            self._answer()

    def _answer(self):
        self.control.settimeout(START_SECONDS)
        line = b""
        while not line.endswith(b"\n"):
            byte = self.control.recv(1)
            if not byte:
                raise EOFError
            line += byte
        return line.decode().strip()

    @contextlib.contextmanager
    def _losing(self):
        try:
            yield
        except (OSError, EOFError):
            self.close()
            self.process = None
            raise NurseryLost from None

    def close(self):
        if self.process is not None:
            self._finalizer()


def _close(control, process):
    control.close()
    process.kill()
    process.wait()
