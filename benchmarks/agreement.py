"""How far the solved package is from `torch.nn` in float64: the largest difference over many drawn cases.

The cases are those that submissions are judged with, only many more: every kernel size, stride, padding and dilation
that the topics draw. Differences are relative to the largest entry of the right answer (to 1 if that is smaller).
"""

from collections import defaultdict

import torch

import solutions
from autograder import topics
from autograder.judge import oracle
from autograder.sandbox.interpreter import Interpreter

from .experiment import Experiment

SEED = 1
JUDGED = ("forward", "gradient")


def agreement(topic, cases):
    """{class or function: {"cases": how many, "difference": the largest}} over all spaces of a topic."""
    (chosen,) = (each for each in topics.topics() if each.name == topic)
    ours, theirs = Interpreter(solutions), Interpreter(topics.reference_package())
    subjects = defaultdict(set)
    for check in chosen.checks:
        if check.kind in JUDGED and check.compare in ("values", "number"):
            subjects[check.name.partition(":")[0].partition(".")[0], check.space].update(check.observes)
    spaces = defaultdict(int)
    for subject, _ in subjects:
        spaces[subject] += 1
    found = {subject: {"cases": 0, "difference": 0.0} for subject in spaces}
    for (subject, space), observed in subjects.items():
        for case in oracle.draw(space.cases, -(-cases // spaces[subject]), SEED):
            program = space.build(case)
            right, got = oracle.run(program, theirs), oracle.run(program, ours)
            largest = max(difference(right[name].value, got[name].value) for name in observed)
            of_subject = found[subject]
            of_subject["cases"] += 1
            of_subject["difference"] = max(of_subject["difference"], largest)
    return found


def difference(right, got):
    right, got = torch.as_tensor(right, dtype=torch.float64), torch.as_tensor(got, dtype=torch.float64)
    if right.numel() == 0:
        return 0.0
    return ((right - got).abs().max() / max(1.0, right.abs().max().item())).item()


CONVOLUTIONS = ("conv", "upsampling", "fast")
"""Topics whose cases have more dimensions than others: kernel, stride, padding, dilation, each for height and width."""

EXPERIMENTS = (
    Experiment(
        "agreement",
        agreement,
        tuple(
            {"topic": topic.name, "cases": 2000 if topic.name in CONVOLUTIONS else 1000} for topic in topics.topics()
        ),
        uses=(topics, oracle),
    ),
)
