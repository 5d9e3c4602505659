"""The disk in full size: losses, learning rates, architectures and settings, many runs each, beside `torch.nn`.

python -m benchmarks.disk [losses] [models] [momentum] [rate] [epochs] [start]    (all by default, about 15 minutes)

A run has its own points, initial weights and order of batches, all from its seed. Every table gives the mean and the
standard deviation over the runs, in per cent of the points of the wrong class.
"""

from dataclasses import replace
from statistics import mean

from rich.console import Console
from rich.table import Table

import solutions
from labkit.data import disk_sets
from labkit.evaluation import error
from labkit.progress import progress
from labkit.recipe import Recipe, run
from labkit.sweeps import sweep

from .experiments import run_named, spread

LOSSES = ("MSELoss", "L1Loss", "CrossEntropyLoss")
DOWN_TWICE = {"milestones": (150, 225), "gamma": 10**-0.5}  # the learning rate falls to a tenth in two steps
console = Console()


def outcomes(recipe, runs, label):
    """Of that many runs of `solutions`: [training errors], [validation errors], [test errors], [seconds]."""
    found = []
    for seed in progress(range(runs), label):
        sets = disk_sets(seed)
        result = run(replace(recipe, seed=seed), solutions, sets[0])
        found.append([*(error(result.network, data) for data in sets), result.history.seconds])
    return list(zip(*found, strict=True))


def row(outcome):
    """The cells of a table for what `outcomes` returned."""
    *errors, seconds = outcome
    return [*map(spread, errors), f"{mean(seconds):.1f}"]


def losses(runs=10):
    """Three losses, 300 epochs, batch 50: a learning rate of 0.001 with both reductions, then one that is chosen."""
    table = Table("loss", "reduction", "learning rate", "train", "validation", "test", "seconds", title=losses.__doc__)
    for reduction in ("sum", "mean"):
        for loss in LOSSES:
            recipe = Recipe(loss=loss, reduction=reduction, lr=0.001, epochs=300)
            table.add_row(loss, reduction, "0.001", *row(outcomes(recipe, runs, f"{loss}, {reduction}")))
    for schedule in ({}, DOWN_TWICE):
        table.add_section()
        for loss in LOSSES:
            tried = {}
            for lr in (0.03, 0.1, 0.3, 1.0):
                tried[lr] = outcomes(Recipe(loss=loss, lr=lr, epochs=300, **schedule), runs, f"{loss}, lr {lr}")
            best = min(tried, key=lambda lr: mean(tried[lr][1]))
            for lr, found in tried.items():
                name = f"{lr} → {lr / 10:g}" if schedule else f"{lr}"
                table.add_row(loss, "mean", name, *row(found), style="bold" if lr == best else None)
    console.print(table)


def models(runs=10):
    """One output, MSE, 250 epochs, batch 50, learning rate 0.1 → 0.03 → 0.01: which activation?"""
    table = Table("hidden layers", "first weights", "train", "validation", "test", "seconds", title=models.__doc__)
    recipe = Recipe((2, 25, 25, 25, 1), loss="MSELoss", epochs=250, milestones=(100, 175), gamma=10**-0.5)
    for activation, gain in (("ReLU", None), ("Tanh", None), ("Sigmoid", None), ("Sigmoid", 1), ("Sigmoid", 4)):
        start = None if gain is None else xavier(gain)
        found = outcomes(replace(recipe, activation=activation, start=start), runs, activation)
        table.add_row(activation, "Linear's own" if gain is None else f"Xavier, gain {gain}", *row(found))
    console.print(table)


def xavier(gain):
    """A start for a recipe: Xavier's normal weights with that gain, biases zero."""

    def start(network):
        for name, parameter in network.named_parameters():
            if name.endswith("weight"):
                solutions.xavier_normal_(parameter.data, gain)
            else:
                parameter.data.zero_()

    return start


def uniform(a):
    """A start for a recipe: weights and biases from U[-a, a]."""

    def start(network):
        for parameter in network.parameters():
            solutions.uniform_(parameter.data, -a, a)

    return start


def sweep_table(title, setting, recipes, runs):
    """One table: the test error over a setting, solutions beside torch.nn, from the same weights and batches.

    recipes: {label of the column: {value of the setting: recipe}}.
    """
    table = Table(setting, title=title)
    columns = []
    for label, of_label in recipes.items():
        for header in (f"{label}, solutions", "torch.nn", "runs that differ"):
            table.add_column(header, justify="right")
        ours, theirs = (zip(*errors, strict=True) for errors in sweep(of_label.values(), solutions, runs, label))
        columns.append(
            [(spread(a), spread(b), f"{differing(a, b)} of {runs}") for a, b in zip(ours, theirs, strict=True)]
        )
    for value, *cells in zip(next(iter(recipes.values())), *columns, strict=True):
        table.add_row(f"{value:g}", *(text for cell in cells for text in cell))
    console.print(table)


def differing(ours, theirs):
    """In how many runs the two errors are not the same."""
    return sum(a != b for a, b in zip(ours, theirs, strict=True))


BASE = Recipe(loss="MSELoss", lr=5e-3, epochs=100, batch_size=100)


def momentum(runs=15):
    values = [m / 10 for m in range(10)]
    recipes = {
        loss: {m: replace(BASE, loss=loss, momentum=m) for m in values} for loss in ("MSELoss", "CrossEntropyLoss")
    }
    sweep_table("I. Momentum: learning rate 0.005, 100 epochs, batch 100, ReLU", "momentum", recipes, runs)


def rate(runs=15):
    values = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0]
    recipes = {name: {lr: replace(BASE, activation=name, lr=lr) for lr in values} for name in ("ReLU", "Tanh")}
    sweep_table("II. Learning rate: no momentum, MSE, 100 epochs, batch 100", "learning rate", recipes, runs)


def epochs(runs=15):
    values = [20, 50, 100, 150, 200, 250]
    recipes = {
        loss: {n: replace(BASE, loss=loss, epochs=n) for n in values} for loss in ("MSELoss", "CrossEntropyLoss")
    }
    sweep_table("III. Epochs: learning rate 0.005, batch 100, ReLU", "epochs", recipes, runs)


def start(runs=15):
    values = [0.2, 0.3, 0.4, 0.6, 0.8, 1.0]
    recipes = {
        loss: {a: replace(BASE, loss=loss, epochs=250, start=uniform(a)) for a in values}
        for loss in ("MSELoss", "CrossEntropyLoss")
    }
    sweep_table("IV. First weights from U[-a, a]: learning rate 0.005, 250 epochs, batch 100, ReLU", "a", recipes, runs)


EXPERIMENTS = (losses, models, momentum, rate, epochs, start)


def main():
    run_named(__doc__, EXPERIMENTS, "runs", None, "default: 10 for losses and models, 15 for the others")


if __name__ == "__main__":
    main()
