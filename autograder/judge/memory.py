"""How much memory a workload takes at its peak, beside `torch.nn`'s; read from outside, so nothing can be hidden."""

from pathlib import Path

from .timing import CALL_SECONDS, tier_of, wrong

OWN_RESULTS = 2**20
"""Bytes that are granted before ratios are formed, so that an allocator's whims do not decide."""


class Unmeasurable(Exception):
    """This platform does not tell a process's peak memory."""


def race(workload, worker, rival, seed):
    """(ratio of peak extra memory, tier, problem) of two workers. Raises Unmeasurable."""
    (ours, got), (theirs, expected) = (_peak(workload, contestant, seed) for contestant in (worker, rival))
    problem = wrong(workload, expected, got)
    if problem is not None:
        return None, "none", problem
    return ours / theirs, tier_of(workload, ours / theirs), None


def _peak(workload, worker, seed):
    """(bytes, outcomes): what the timed steps take at their peak, over what is held before, in a fresh process."""
    worker.stop()
    program = workload.program(seed)
    header = {"do": "prepare", "program": program.to_json(), "until": workload.timed_from}
    worker.ask(header, program.tensors, CALL_SECONDS)
    before = _kibibytes(worker.pid, "VmRSS")
    try:
        Path(f"/proc/{worker.pid}/clear_refs").write_text("5")
    except OSError:
        raise Unmeasurable from None
    worker.ask({"do": "go", "until": len(program.steps)}, seconds=CALL_SECONDS)
    extra = 1024 * (_kibibytes(worker.pid, "VmHWM") - before)
    outcomes = worker.fetch(program, CALL_SECONDS)
    worker.stop()
    return extra + OWN_RESULTS, outcomes


def _kibibytes(pid, field):
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith(f"{field}:")))
    except (OSError, StopIteration):
        raise Unmeasurable from None
