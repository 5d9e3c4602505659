"""Digits in full: accuracy over many splits, settings, new writers and wrong labels, beside `torch.nn`.

python -m benchmarks.digits [steps] [accuracy] [writers] [labels] [settings]

A run has its own split, initial weights, order of digits and dropout masks, all from its seed. The epoch is chosen by
the validation loss; nothing is chosen by the test set.
"""

from functools import partial

import torch

import solutions
from labkit import reference
from labkit.data import batches
from labkit.digits import cnn, digit_sets, fit, mislabel, nearest_neighbour, sheet_sets
from labkit.evaluation import error
from labkit.lockstep import lockstep
from labkit.networks import twin

from .experiment import Experiment, grid

FRAMEWORKS = {"ours": solutions, "theirs": reference}


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


NETWORKS = {"cnn": cnn, "linear": linear}


def reader(sets, network, framework, seed):
    """Errors on the validation and the test set, seconds of training, the best epoch."""
    network, history, stopping = trained(FRAMEWORKS[framework], sets, seed, NETWORKS[network])
    stopping.restore(network)
    validation, test = (error(network, data) for data in sets[1:])
    return {"validation": validation, "test": test, "seconds": history.seconds, "epoch": stopping.best_epoch}


def known_hands(seed, network=None, framework=None):
    """Digits divided at random; by the nearest neighbour if no network is given."""
    return read(digit_sets(seed), network, framework, seed)


def new_hands(seed, network=None, framework=None):
    """Digits of sheets that were not in the training; by the nearest neighbour if no network is given."""
    return read(sheet_sets(), network, framework, seed)


def read(sets, network, framework, seed):
    if network is None:
        training, _, test = sets
        return {"test": (nearest_neighbour(training, test.x) != test.t).double().mean().item()}
    return reader(sets, network, framework, seed)


def changed(seed, channels=(32, 64), p=0.5, **changes):
    """The smallest validation loss and the errors with other settings than those in use."""
    sets = digit_sets(seed)
    network, _, stopping = trained(solutions, sets, seed, partial(cnn, channels=channels, p=p), **changes)
    stopping.restore(network)
    validation, test = (error(network, data) for data in sets[1:])
    return {"loss": stopping.best_loss, "validation": validation, "test": test}


def wrong_labels(fraction, p, weight_decay, epochs, seed):
    """Wrong labels in the training and in the validation set; the labels of the test set are right.

    Errors on the test set after the best epoch and after the last one, and on the training set as it is labelled.
    """
    *seen, test = digit_sets(seed)
    sets = [mislabel(data, fraction, seed) for data in seen]
    build = partial(cnn, channels=(16, 32), p=p)
    settings = {"epochs": epochs, "milestones": (20, 32), "patience": epochs, "weight_decay": weight_decay}
    network, _, stopping = trained(solutions, sets, seed, build, **settings)
    last = {"last": error(network, test), "learned": error(network, sets[0])}
    stopping.restore(network)
    return last | {"best": error(network, test), "epoch": stopping.best_epoch}


def steps(seed, dtype):
    """The largest distance of the losses of ours and of torch.nn in the first 50 steps, with the same dropout masks."""
    torch.manual_seed(seed)
    kind = getattr(torch, dtype)
    ours = cnn(solutions).to(dtype=kind)
    data = digit_sets(seed)[0]
    first = [batch for epoch in batches(len(data), 32, 2, seed) for batch in epoch][:50]
    networks = ours, twin(ours, cnn)
    losses = lockstep(*networks, solutions, "CrossEntropyLoss", data.x.to(kind), data.t, first, lr=0.05, momentum=0.9)
    return {"steps": len(first), "distance": max(abs(a - b) for a, b in zip(*losses))}


READERS = [{}, {"network": "linear", "framework": "ours"}, *grid(network=["cnn"], framework=["ours", "theirs"])]
CHANGES = [
    {},
    {"channels": [16, 32]},
    {"p": 0.25},
    {"lr": 0.02},
    {"lr": 0.1},
    {"weight_decay": 0.0},
    {"weight_decay": 1e-3},
]
RESTRAINTS = [{"p": 0.5, "weight_decay": 1e-3}, {"p": 0.0, "weight_decay": 0.0}]


def seeded(arguments, runs=5):
    """Each of the arguments with each of that many seeds."""
    return tuple(each | {"seed": seed} for each in arguments for seed in range(runs))


EXPERIMENTS = (
    Experiment("digits_steps", steps, tuple(grid(dtype=["float64"], seed=[0, 1, 2, 3, 4]))),
    Experiment("digits_accuracy", known_hands, seeded(READERS)),
    Experiment("digits_writers", new_hands, seeded(READERS)),
    Experiment(
        "digits_labels",
        wrong_labels,
        seeded({"fraction": fraction, "epochs": 40} | r for fraction in (0.0, 0.1, 0.2, 0.3, 0.4) for r in RESTRAINTS),
    ),
    Experiment("digits_settings", changed, seeded(CHANGES, runs=3)),
)


if __name__ == "__main__":
    from .__main__ import section

    section("digits")
