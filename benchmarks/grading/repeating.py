"""The same submission graded again and again, on a quiet machine and on a busy one."""

import contextlib
from collections import Counter

import torch

from autograder.judge.grader import Grader
from autograder.judge.submission import read

from .comparing import differences, without_timings
from .machine import busy

BUSY = 2
"""Processes that compute all the time beside half of the gradings."""


def grade_again(path, times, advance=lambda done: None):
    """[(how many processes were busy beside it, the verdict's JSON)] of so many gradings, every other one disturbed."""
    torch.set_num_threads(1)
    verdicts = []
    for number in range(times):
        disturbing = BUSY * (number % 2)
        with busy(disturbing) if disturbing else contextlib.nullcontext(), Grader() as grader:
            verdicts.append((disturbing, grader.grade(read(path)).to_json()))
        advance(number + 1)
    return verdicts


def unlike(verdicts):
    """{how verdicts differ from the first one: how many do so}."""
    first, *others = [without_timings(verdict) for _, verdict in verdicts]
    return Counter(d for other in others for d in differences(first, other))


def tiers(verdicts):
    """{race: (its tiers, ratios on a quiet machine, ratios on a busy one)}."""
    found = {}
    for disturbing, verdict in verdicts:
        for race in verdict["speed"]:
            name = f"{race['name']}, {race['workload']}"
            seen = found.setdefault(name, (set(), [], []))
            seen[0].add(race["tier"])
            seen[2 if disturbing else 1].append(race["ratio"])
    return found
