"""Adam, momentum and schedules on the disk: how fast and how far, each with the learning rate that validation chose."""

import torch

import solutions
from labkit import reference
from labkit.data import disk_sets
from labkit.evaluation import error
from labkit.networks import mlp, twin
from labkit.training import train

from .experiment import Experiment, grid

OPTIMISERS = {
    "SGD": ("SGD", {}, False),
    "SGD, momentum": ("SGD", {"momentum": 0.9}, False),
    "SGD, momentum, schedule": ("SGD", {"momentum": 0.9}, True),
    "Adam": ("Adam", {}, False),
    "Adam, schedule": ("Adam", {}, True),
}
"""Class, its arguments, and whether the learning rate falls to a tenth at half and at three quarters of the epochs."""
RATES = {"SGD": [0.03, 0.1, 0.3, 1.0], "Adam": [0.001, 0.003, 0.01, 0.03]}


def training(optimiser, lr, epochs, seed):
    """{"ours" | "theirs": {"losses": on the training set over the epochs, "validation", "test": errors}}."""
    kind, arguments, falling = OPTIMISERS[optimiser]
    learned, validation, test = (data.double() for data in disk_sets(seed))
    torch.manual_seed(seed)

    def build(framework):
        return mlp(framework, (2, 25, 25, 25, 2))

    ours = build(solutions).double()
    result = {}
    for name, network, framework in (("theirs", twin(ours, build), reference), ("ours", ours, solutions)):
        optimizer = getattr(framework, kind)(network.parameters(), lr=lr, **arguments)
        milestones = [epochs // 2, epochs * 3 // 4] if falling else []
        history = train(
            network,
            framework.CrossEntropyLoss(),
            optimizer,
            learned,
            epochs=epochs,
            batch_size=50,
            seed=seed,
            schedule=framework.MultiStepLR(optimizer, milestones),
        )
        errors = {"validation": error(network, validation), "test": error(network, test)}
        result[name] = {"losses": history.train.loss} | errors
    return result


EXPERIMENTS = (
    Experiment(
        "optimisers",
        training,
        tuple(
            each
            for optimiser, (kind, _, _) in OPTIMISERS.items()
            for each in grid(optimiser=[optimiser], lr=RATES[kind], epochs=[100], seed=[0, 1, 2, 3, 4])
        ),
    ),
)
