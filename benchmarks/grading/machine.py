"""What processes take of the machine: their memory, as Linux tells it, and processes that keep it busy."""

import contextlib
import multiprocessing
import threading
import time
from pathlib import Path

INTERVAL = 0.25
"""Seconds between two looks at the memory."""


def tree(root):
    """Process numbers of a process and all that descend from it."""
    children = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(path.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(path.parent.name))
    found, queue = [], [root]
    while queue:
        found.append(queue.pop())
        queue += children.get(found[-1], ())
    return found


def memory(root):
    """Bytes that a tree of processes takes; what several share is divided among them (PSS)."""
    return sum(map(_pss, tree(root)))


def _pss(pid):
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return 1024 * int(next(line.split()[1] for line in lines if line.startswith("Pss:")))
    return 0


@contextlib.contextmanager
def watched(root):
    """A list of (moment, bytes) that grows in the block."""
    seen, over = [], threading.Event()

    def look():
        while not over.wait(INTERVAL):
            seen.append((time.time(), memory(root)))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


@contextlib.contextmanager
def busy(processes):
    """So many processes that compute without end, in the block."""
    started = [multiprocessing.Process(target=_burn, daemon=True) for _ in range(processes)]
    for process in started:
        process.start()
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.join()


def _burn():
    while True:
        pass
