"""Batches of submissions: how long one takes, how much memory, and what is left of them when they are killed."""

import random
import resource
import subprocess
import sys
import time
from dataclasses import dataclass

from .comparing import differences, results
from .machine import memory, tree, watched

WORKERS = 2
ENDS = 10
"""How many of the first and of the last submissions are compared."""


@dataclass
class Batch:
    """One batch. early, late: peak bytes over its first and last submissions. computing: seconds of processor time."""

    count: int
    seconds: float
    computing: float
    early: int
    late: int


def command(folder, out, *options):
    words = ["batch", folder, "--out", out, "--no-speed", "--workers", WORKERS, *options]
    return [sys.executable, "-m", "autograder", *map(str, words)]


def measure(folder, out, *options):
    """Grade a folder; returns a Batch."""
    started, before = time.time(), _computed()
    process = subprocess.Popen(command(folder, out, *options), stdout=subprocess.DEVNULL)
    with watched(process.pid) as seen:
        if process.wait():
            raise RuntimeError(f"the batch ended with exit code {process.returncode}")
    done = sorted(path.stat().st_mtime for path in out.glob("*.json"))
    first, last = [b for t, b in seen if t <= done[ENDS - 1]], [b for t, b in seen if done[-ENDS - 1] <= t <= done[-1]]
    seconds = time.time() - started
    return Batch(len(done), seconds, _computed() - before, max(first), max(last))


def _computed():
    """Seconds of processor time of all processes that have ended below this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@dataclass
class Kill:
    """A batch that was killed. done: results there were then. left: seconds until its processes had ended, or None."""

    done: int
    left: float | None


def kill_and_resume(folder, out, undisturbed, kills, *options, seed=0):
    """Kill a batch's first process at random moments and resume it; returns (Kills, differences to an undisturbed one).

    The moments are drawn by the results that a run has written by then, and a second more: a clock would, on a busy
    machine, kill only processes that are still starting. After every other kill it is waited for what was left.
    """
    chance, found, whole = random.Random(seed), [], len(list(undisturbed.glob("*.json")))
    for number in range(kills):
        process = subprocess.Popen(command(folder, out, "--resume", *options), stdout=subprocess.DEVNULL)
        wanted = min(_count(out) + chance.randint(0, max(1, 2 * whole // kills)), whole - 1)
        while _count(out) < wanted and process.poll() is None:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 1))
        family = tree(process.pid)
        process.kill()
        process.wait()
        found.append(Kill(_count(out), _until_gone(family) if number % 2 else None))
    subprocess.run(command(folder, out, "--resume", *options), check=True, stdout=subprocess.DEVNULL)
    return found, differences(results(undisturbed), results(out), "results")


def _count(out):
    return len(list(out.glob("*.json")))


def _until_gone(family, patience=60):
    """Seconds until no process of a family computes any more. Raises RuntimeError if one goes on."""
    started = time.monotonic()
    while any(map(memory, family)):
        if time.monotonic() - started > patience:
            raise RuntimeError(f"still there {patience} s after their parent was killed: {family}")
        time.sleep(0.05)
    return time.monotonic() - started
