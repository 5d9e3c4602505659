"""How long a forward and a backward take: every module of `solutions` beside `torch.nn` with autograd.

float32, one thread, both in turn, medians:    python -m benchmarks.modules [--seconds 2] [--group large] [--only ReLU]
"""

import argparse
from dataclasses import dataclass, field
from functools import partial
from statistics import geometric_mean

import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table

import solutions
from labkit.race import measure


@dataclass(frozen=True)
class Case:
    """One race. name: the class, here and in torch.nn. inputs: the shape of x, or a function that makes all inputs."""

    name: str
    arguments: tuple = ()
    inputs: object = (100, 3, 10, 10)
    keywords: dict = field(default_factory=dict)

    def make(self, package):
        """The module of a package."""
        return getattr(package, self.name)(*self.arguments, **self.keywords)

    def draw(self):
        """Inputs of one forward."""
        return self.inputs() if callable(self.inputs) else [torch.randn(self.inputs)]

    def __str__(self):
        options = [str(a) for a in self.arguments] + [f"{key}={value}" for key, value in self.keywords.items()]
        return f"{self.name}({', '.join(options)}) on {' and '.join('x'.join(map(str, x.shape)) for x in self.draw())}"


def regression(*shape):
    return [torch.randn(shape), torch.randn(shape)]


def classification(n, classes):
    return [torch.randn(n, classes), torch.randint(classes, (n,))]


IMAGES = (64, 64, 32, 32)

GROUPS = {
    "multilayer perceptron": [
        Case("Linear", (10, 10)),
        Case("ReLU"),
        Case("Sigmoid"),
        Case("Tanh"),
        Case("LogSoftmax", (1,), (1000, 10)),
        Case("MSELoss", (), partial(regression, 1000, 10)),
        Case("L1Loss", (), partial(regression, 1000, 10)),
        Case("CrossEntropyLoss", (), partial(classification, 1000, 10)),
    ],
    "convolutional half": [
        Case("Conv2d", (3, 8, 3)),
        Case("Conv2d", (3, 8, 3), keywords={"padding": 1}),
        Case("Conv2d", (3, 16, 5), keywords={"stride": 2, "padding": 2}),
        Case("ConvTranspose2d", (3, 8, 4), keywords={"stride": 2, "padding": 1}),
        Case("BatchNorm2d", (3,)),
        Case("Dropout", (0.5,)),
        Case("MaxPool2d", (2,)),
        Case("AvgPool2d", (2,)),
        Case("Upsample", keywords={"scale_factor": 2}),
    ],
    "large": [
        Case("Linear", (512, 512), (256, 512)),
        Case("ReLU", (), IMAGES),
        Case("Sigmoid", (), IMAGES),
        Case("Tanh", (), IMAGES),
        Case("LogSoftmax", (1,), (4096, 1000)),
        Case("CrossEntropyLoss", (), partial(classification, 4096, 1000)),
        Case("MSELoss", (), partial(regression, *IMAGES)),
        Case("L1Loss", (), partial(regression, *IMAGES)),
        Case("Conv2d", (16, 32, 3), (32, 16, 32, 32), {"padding": 1}),
        Case("Conv2d", (64, 64, 3), (16, 64, 32, 32), {"padding": 1}),
        Case("Conv2d", (32, 32, 5), (16, 32, 64, 64), {"padding": 2}),
        Case("Conv2d", (3, 32, 3), (64, 3, 32, 32), {"stride": 2, "padding": 1}),
        Case("ConvTranspose2d", (32, 32, 4), (16, 32, 16, 16), {"stride": 2, "padding": 1}),
        Case("BatchNorm2d", (64,), IMAGES),
        Case("Dropout", (0.5,), IMAGES),
        Case("MaxPool2d", (2,), IMAGES),
        Case("AvgPool2d", (2,), IMAGES),
        Case("Upsample", (), IMAGES, {"scale_factor": 2}),
    ],
}


def compare(case, seconds):
    """Race one module of `solutions` against its namesake; returns a `labkit.race.Race`."""
    torch.manual_seed(0)
    return measure(case.make(solutions), case.make(torch.nn), *case.draw(), seconds=seconds)


def table(title, races):
    """Races, {what: Race}, as a table of rich, the geometric mean of their ratios in the last line."""
    result = Table("module", title=f"{title}: forward + backward, one thread, float32")
    for column in ("solutions, µs", "torch.nn, µs", "ratio"):
        result.add_column(column, justify="right")
    for what, race in races.items():
        result.add_row(what, f"{race.ours * 1e6:.1f}", f"{race.theirs * 1e6:.1f}", f"{race.ratio:.2f}")
    result.add_section()
    result.add_row("geometric mean", "", "", f"{geometric_mean(race.ratio for race in races.values()):.2f}")
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2, help="for each module (default: 2)")
    parser.add_argument("--group", choices=GROUPS, action="append", help="one group (default: all)")
    parser.add_argument(
        "--only", choices=sorted({c.name for cases in GROUPS.values() for c in cases}), help="one class"
    )
    options = parser.parse_args()
    console = Console()
    for group in options.group or GROUPS:
        chosen = [case for case in GROUPS[group] if options.only in (None, case.name)]
        if chosen:
            racing = track(chosen, f"racing, {group}", console=console, transient=True)
            console.print(table(group, {str(case): compare(case, options.seconds) for case in racing}))


if __name__ == "__main__":
    main()
