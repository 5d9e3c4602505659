"""How far the solved package is from `torch.nn` in float64: the largest difference over many drawn cases.

    python -m benchmarks.agreement [TOPIC …] [--cases 2000]

The cases are those that submissions are judged with, only many more: every kernel size, stride, padding and dilation
that the topics draw. Differences are relative to the largest entry of the right answer (to 1 if that is smaller).
"""

from collections import defaultdict
from typing import Annotated

import torch
import typer
from rich.console import Console
from rich.table import Table
from tqdm import tqdm

import solutions
from autograder.judge.oracle import draw, run
from autograder.sandbox.interpreter import Interpreter
from autograder.topics import reference_package, topics

SEED = 1
JUDGED = ("forward", "gradient")


def differences(topic, cases):
    """{class or function: [number of cases, largest difference]} over all spaces of a topic."""
    ours, theirs = Interpreter(solutions), Interpreter(reference_package())
    found = defaultdict(lambda: [0, 0.0])
    subjects = defaultdict(set)
    for check in topic.checks:
        if check.kind in JUDGED and check.compare in ("values", "number"):
            subjects[check.name.partition(":")[0].partition(".")[0], check.space].update(check.observes)
    spaces = defaultdict(int)
    for subject, _ in subjects:
        spaces[subject] += 1
    for (subject, space), observed in tqdm(subjects.items(), desc=topic.name, leave=False):
        for case in draw(space.cases, -(-cases // spaces[subject]), SEED):
            program = space.build(case)
            right, got = run(program, theirs), run(program, ours)
            found[subject][0] += 1
            for name in observed:
                found[subject][1] = max(found[subject][1], _difference(right[name].value, got[name].value))
    return found


def _difference(right, got):
    right, got = torch.as_tensor(right, dtype=torch.float64), torch.as_tensor(got, dtype=torch.float64)
    if right.numel() == 0:
        return 0.0
    return ((right - got).abs().max() / max(1.0, right.abs().max().item())).item()


def main(
    names: Annotated[list[str] | None, typer.Argument(help="Topics; all by default.")] = None,
    cases: Annotated[int, typer.Option(help="At least so many cases for each class and function.")] = 2000,
):
    """Print the largest differences to `torch.nn`."""
    torch.set_num_threads(1)
    table = Table("Topic", "Class or function", "Cases", "Largest difference")
    for topic in topics():
        if not names or topic.name in names:
            for subject, (count, largest) in differences(topic, cases).items():
                table.add_row(topic.name, subject, f"{count}", f"{largest:.1e}")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
