"""How long a forward and a backward take: every module of `solutions` beside `torch.nn` with autograd.

float32, one thread, both in turn, medians:    python -m benchmarks.modules [--seconds 2] [--only ReLU]
"""

import argparse
from statistics import geometric_mean

import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table

import solutions
from labkit.race import measure

GOAL = 0.8  # for the geometric mean of the ratios


def images():
    return [torch.randn(100, 3, 10, 10)]


def logits():
    return [torch.randn(1000, 10)]


def regression():
    return [torch.randn(1000, 10), torch.randn(1000, 10)]


def classification():
    return [torch.randn(1000, 10), torch.randint(10, (1000,))]


# A module is one line: its class, its arguments, its inputs.
MODULES = [
    ("Linear", (10, 10), images),
    ("ReLU", (), images),
    ("Sigmoid", (), images),
    ("Tanh", (), images),
    ("LogSoftmax", (1,), logits),
    ("MSELoss", (), regression),
    ("L1Loss", (), regression),
    ("CrossEntropyLoss", (), classification),
]


def compare(name, arguments, inputs, seconds):
    """Race one module of `solutions` against its namesake; returns a `labkit.race.Race`."""
    torch.manual_seed(0)
    return measure(
        getattr(solutions, name)(*arguments), getattr(torch.nn, name)(*arguments), *inputs(), seconds=seconds
    )


def table(races):
    """The races as a table of rich, the geometric mean of their ratios in the last line."""
    result = Table("module", title="forward + backward, one thread, float32")
    for column in ("solutions, µs", "torch.nn, µs", "ratio"):
        result.add_column(column, justify="right")
    for race in races:
        result.add_row(race.name, f"{race.ours * 1e6:.1f}", f"{race.theirs * 1e6:.1f}", f"{race.ratio:.2f}")
    mean = geometric_mean(race.ratio for race in races)
    result.add_section()
    result.add_row(
        f"geometric mean (goal: at most {GOAL})", "", "", f"{mean:.2f}", style="green" if mean <= GOAL else "red"
    )
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2, help="for each module (default: 2)")
    parser.add_argument("--only", help="one module, by name", choices=[name for name, *_ in MODULES])
    options = parser.parse_args()
    chosen = [module for module in MODULES if options.only in (None, module[0])]
    console = Console()
    races = [compare(*module, options.seconds) for module in track(chosen, "racing", console=console, transient=True)]
    console.print(table(races))


if __name__ == "__main__":
    main()
