"""Digits in full: accuracy over many splits, settings, new writers and wrong labels, beside `torch.nn`.

python -m benchmarks.digits [accuracy] [writers] [labels] [settings] [steps] [--runs 5]    (all: about 10 minutes)

A run has its own split, initial weights, order of digits and dropout masks, all from its seed. The epoch is chosen by
the validation loss; nothing is chosen by the test set. Per cent of wrong digits, mean ± standard deviation.
"""

from functools import partial
from statistics import mean

import torch
from rich.console import Console
from rich.table import Table

import solutions
from labkit import reference
from labkit.data import batches
from labkit.digits import cnn, digit_sets, fit, mislabel, nearest_neighbour, sheet_sets
from labkit.evaluation import error
from labkit.lockstep import lockstep
from labkit.networks import twin
from labkit.progress import progress

from .experiments import run_named, spread

console = Console()


def trained(framework, sets, seed, build=cnn, **changes):
    """A network of that framework from the weights of ours with that seed, trained; with what `fit` returns."""
    torch.manual_seed(seed)
    network = build(solutions)
    if framework is reference:
        network = twin(network, build)
    return network, *fit(network, *sets[:2], framework, seed=seed, **changes)


def linear(framework):
    """The network without a hidden layer."""
    return framework.Sequential(framework.Flatten(), framework.Linear(64, 10))


def readers(sets_of, runs, title):
    """A table: who reads how well."""
    table = Table("reader", "validation", "test", "seconds of training", "best epoch", title=title)
    errors = []
    for seed in range(runs):
        training, _, test = sets_of(seed)
        errors.append((nearest_neighbour(training, test.x) != test.t).double().mean().item())
    table.add_row("nearest neighbour", "", spread(errors), "", "")
    for name, framework, build in (
        ("one Linear layer", solutions, linear),
        ("CNN, solutions", solutions, cnn),
        ("CNN, torch.nn", reference, cnn),
    ):
        found = []
        for seed in progress(range(runs), name):
            sets = sets_of(seed)
            network, history, stopping = trained(framework, sets, seed, build)
            stopping.restore(network)
            errors = (error(network, data) for data in sets[1:])
            found.append([*errors, history.seconds, stopping.best_epoch])
        validation, test, seconds, epochs = zip(*found)
        table.add_row(name, spread(validation), spread(test), f"{mean(seconds):.1f}", f"{mean(epochs):.0f}")
    console.print(table)


def accuracy(runs):
    readers(digit_sets, runs, "Digits divided at random")


def writers(runs):
    readers(lambda seed: sheet_sets(), runs, "Digits of sheets that were not in the training")


def settings(runs):
    """What was tried; the row with the smallest validation loss is the one in use."""
    table = Table("changed", "validation loss", "validation", "test", title=settings.__doc__)
    for label, build, changes in (
        ("nothing", cnn, {}),
        ("16 and 32 channels", partial(cnn, channels=(16, 32)), {}),
        ("p = 0.25", partial(cnn, p=0.25), {}),
        ("learning rate 0.02", cnn, {"lr": 0.02}),
        ("learning rate 0.1", cnn, {"lr": 0.1}),
        ("no weight decay", cnn, {"weight_decay": 0.0}),
        ("weight decay 0.001", cnn, {"weight_decay": 1e-3}),
    ):
        found = []
        for seed in progress(range(runs), label):
            sets = digit_sets(seed)
            network, _, stopping = trained(solutions, sets, seed, build, **changes)
            stopping.restore(network)
            found.append([stopping.best_loss, *(error(network, data) for data in sets[1:])])
        losses, validation, test = zip(*found)
        table.add_row(label, f"{mean(losses):.4f}", spread(validation), spread(test))
    console.print(table)


def labels(runs):
    """Wrong labels in the training and in the validation set; the labels of the test set are right."""
    table = Table("wrong labels", "restraint", "best epoch: test", "its number", "epoch 40: test", title=labels.__doc__)
    table.add_column("epoch 40: training, as labelled")
    for fraction in (0, 0.1, 0.2, 0.3, 0.4):
        for restraint, p, weight_decay in (("dropout, weight decay", 0.5, 1e-3), ("neither", 0.0, 0.0)):
            found = []
            for seed in progress(range(runs), f"{fraction:.0%}, {restraint}"):
                *seen, test = digit_sets(seed)
                sets = [mislabel(data, fraction, seed) for data in seen]
                build = partial(cnn, channels=(16, 32), p=p)
                settings = {"epochs": 40, "milestones": (20, 32), "patience": 40, "weight_decay": weight_decay}
                network, _, stopping = trained(solutions, sets, seed, build, **settings)
                last = error(network, test), error(network, sets[0])
                stopping.restore(network)
                found.append([error(network, test), stopping.best_epoch, *last])
            best, number, late, learned = zip(*found)
            table.add_row(
                f"{fraction:.0%}", restraint, spread(best), f"{mean(number):.0f}", spread(late), spread(learned)
            )
    console.print(table)


def steps(runs):
    """The largest distance of the losses of solutions and of torch.nn, float64, first 50 steps, same dropout masks."""
    for seed in range(runs):
        torch.manual_seed(seed)
        ours = cnn(solutions).double()
        data = digit_sets(seed)[0].double()
        first = [batch for epoch in batches(len(data), 32, 2, seed) for batch in epoch][:50]
        losses = lockstep(
            ours, twin(ours, cnn), solutions, "CrossEntropyLoss", data.x, data.t, first, lr=0.05, momentum=0.9
        )
        console.print(f"seed {seed}: {max(abs(a - b) for a, b in zip(*losses)):.1e}")


EXPERIMENTS = (steps, accuracy, writers, labels, settings)


def main():
    run_named(__doc__, EXPERIMENTS, "runs", 5, "default: 5")


if __name__ == "__main__":
    main()
