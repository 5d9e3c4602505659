"""Races against `torch.nn`: two processes, the same protocol, in turn, on inputs that are new every time."""

import statistics

import torch

from ..sandbox.interpreter import Outcome
from . import compare

LEAST, MOST = 6, 30
"""Rounds run by one pair of processes, and in all where the tier is not certain after these."""
CERTAIN = 1.25
"""How far from all borders a ratio must be after the first rounds. Two processes that run the same code take times that
differ by so much: their memory lies elsewhere. Nearer to a border others take over, and the median of all counts."""
IN_DOUBT = 1.1
"""How far above its border a ratio still earns a tier."""
CALL_SECONDS = 30.0
"""How long one round may take."""
SHARE = {"gold": 1.0, "silver": 2 / 3, "bronze": 1 / 3, "none": 0.0}
"""Share of the points that a tier earns."""


def race(workload, worker, rival, seed):
    """(ratio of times, tier, problem) of two workers, the submission's and that of `torch.nn`.

    The ratio is the median of the rounds'. problem: wrong results during the race, in words, or None.
    """
    ours, theirs = [], []
    for number in range(MOST):
        if number % LEAST == 0:
            for contestant in (worker, rival):
                if number:
                    contestant.stop()
                _round(workload, contestant, seed, [])
        program_seed = seed + 1 + number
        pair = [(worker, ours), (rival, theirs)]
        results = {}
        for contestant, times in pair if number % 2 else reversed(pair):
            results[contestant is worker] = _round(workload, contestant, program_seed, times)
        problem = wrong(workload, results[False], results[True])
        if problem is not None:
            return None, "none", problem
        if len(ours) == LEAST and _is_certain(workload, _ratio(ours, theirs)):
            break
    problem = _forbidden(worker, workload.program(seed + MOST + 1))
    if problem is not None:
        return None, "none", problem
    ratio = _ratio(ours, theirs)
    return ratio, tier_of(workload, ratio / IN_DOUBT), None


def _round(workload, worker, seed, times):
    """One timed run of a program made from a seed; returns its outcomes, fetched after the clock has stopped."""
    program = workload.program(seed)
    header = {"do": "prepare", "program": program.to_json(), "until": workload.timed_from}
    worker.ask(header, program.tensors, CALL_SECONDS)
    started = worker.clock()
    worker.ask({"do": "go", "until": len(program.steps)}, seconds=CALL_SECONDS)
    times.append(worker.clock() - started)
    return worker.fetch(program, CALL_SECONDS)


def _forbidden(worker, program):
    """What a race's program does against the rules, in words, or None: timed rounds run without their watch."""
    worker.post_program(program, CALL_SECONDS)
    raised = [o.raised for o in worker.collect_outcomes(program, CALL_SECONDS).values() if o.raised is not None]
    return f"breaks the rules in the race: {raised[0].message}" if raised else None


def wrong(workload, expected, got):
    """The first observation of a race that is not what it should be, in words, or None."""
    for name, outcome in expected.items():
        problem = compare.outcomes(workload.compare, Outcome(value=torch.as_tensor(outcome.value)), got[name])
        if problem is not None:
            return f"wrong in the race: {name}: {problem}"
    return None


def _ratio(ours, theirs):
    """The median of the rounds: both runs of one meet the same machine, and what disturbs a few of them is left out."""
    return statistics.median(a / b for a, b in zip(ours, theirs))


def _is_certain(workload, ratio):
    """Whether no border is near."""
    return tier_of(workload, ratio / IN_DOUBT * CERTAIN) == tier_of(workload, ratio / IN_DOUBT / CERTAIN)


def tier_of(workload, ratio):
    """gold, silver, bronze or none."""
    for tier in ("gold", "silver", "bronze"):
        if ratio <= getattr(workload, tier):
            return tier
    return "none"


def advice(workload, ratio, tier):
    """What the ratio means and what the next tier needs."""
    following = {"none": "bronze", "bronze": "silver", "silver": "gold"}[tier]
    return f"{ratio:.1f} times torch.nn's time ({tier}); {following} needs at most {getattr(workload, following):g}"
