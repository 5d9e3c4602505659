"""The disk in full size: losses, learning rates, architectures and settings, many runs each, beside `torch.nn`.

python -m benchmarks.disk [losses] [choice] [portraits] [models] [signals] [momentum] [rate] [epochs] [start]

A run has its own points, initial weights and order of batches, all from its seed, and both frameworks get the same.
"""

import torch

import solutions
from labkit.data import disk_sets
from labkit.evaluation import error
from labkit.recipe import Recipe, compare, run
from labkit.signals import signals

from .experiment import Experiment, grid

LOSSES = ["MSELoss", "L1Loss", "CrossEntropyLoss"]
NAMES = ("train", "validation", "test")
SQRT_TENTH = 10**-0.5


class Normalised(Recipe):
    """A recipe whose network has a BatchNorm1d before each activation."""

    def network(self, framework):
        layers = []
        for layer in super().network(framework):
            if hasattr(layer, "weight"):
                layers.append(layer)
            else:
                layers += [framework.BatchNorm1d(layers[-1].weight.shape[0]), layer]
        return framework.Sequential(*layers)


def recipe(seed, start=None, normalised=False, **values):
    """A recipe of plain values. start: None for Linear's own, ["uniform", a] or ["xavier", gain]."""
    begin = None if start is None else {"uniform": uniform, "xavier": xavier}[start[0]](start[1])
    return (Normalised if normalised else Recipe)(seed=seed, start=begin, **values)


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


def sets_of(seed, dtype):
    """(training, validation, test) sets in 'float32' or 'float64'."""
    return [data.double() if dtype == "float64" else data for data in disk_sets(seed)]


def errors(result, sets):
    """Of a trained network: the errors on the three sets, and the seconds of its training."""
    found = {name: error(result.network, data) for name, data in zip(NAMES, sets, strict=True)}
    return found | {"seconds": result.history.seconds}


def pair(seed, dtype, **values):
    """{"ours": errors, "theirs": errors} of a training by that recipe with both frameworks."""
    sets = sets_of(seed, dtype)
    ours, theirs = compare(recipe(seed, **values), solutions, sets[0])
    return {"ours": errors(ours, sets), "theirs": errors(theirs, sets)}


def alone(seed, dtype, **values):
    """{"ours": errors} of a training with ours."""
    sets = sets_of(seed, dtype)
    return {"ours": errors(run(recipe(seed, **values), solutions, sets[0]), sets)}


def portrait(seed, dtype, **values):
    """A training to look at: the loss over the epochs with both frameworks, and our network's weights."""
    training, validation, _ = sets_of(seed, dtype)
    ours, theirs = compare(recipe(seed, **values), solutions, training, validation)
    losses = {
        name: {"train": result.history.train.loss, "validation": result.history.validation.loss}
        for name, result in (("ours", ours), ("theirs", theirs))
    }
    weights = {name: value.tolist() for name, value in ours.network.state_dict().items()}
    return losses | {"weights": weights}


def untrained(seed, dtype, **values):
    """How different the points look to each layer of an untrained network, and how much gradient arrives there."""
    torch.manual_seed(seed)
    plan = recipe(seed, **values)
    network = plan.network(solutions).to(dtype=getattr(torch, dtype))
    if plan.start is not None:
        plan.start(network)
    measured = signals(network, solutions.MSELoss(reduction="sum"), sets_of(seed, dtype)[0])
    return {"spread": measured.spread, "gradient": measured.gradient}


def settings(runs, **values):
    """All combinations of lists of values, for each of that many seeds."""
    return tuple(grid(**values, seed=list(range(runs))))


R1 = {"epochs": [300], "batch_size": [50], "activation": ["ReLU"], "dtype": ["float32"]}
BY_REDUCTION = {"loss": LOSSES, "reduction": ["sum", "mean"], "lr": [0.001], **R1}
SCHEDULES = [{"milestones": [], "gamma": 1.0}, {"milestones": [150, 225], "gamma": SQRT_TENTH}]
CHOICE = [
    schedule | each
    for schedule in SCHEDULES
    for each in settings(5, loss=LOSSES, reduction=["mean"], lr=[0.03, 0.1, 0.3, 1.0], **R1)
]

R2 = {"widths": [2, 25, 25, 25, 1], "loss": "MSELoss", "lr": 0.1, "epochs": 250, "batch_size": 50, "dtype": "float32"}
STEPWISE = {"milestones": [100, 175], "gamma": SQRT_TENTH}
MODELS = [
    {"activation": "ReLU"},
    {"activation": "Tanh"},
    {"activation": "Sigmoid"},
    {"activation": "Sigmoid", "start": ["xavier", 1]},
    {"activation": "Sigmoid", "start": ["xavier", 4]},
    {"activation": "Sigmoid", "normalised": True},
]

R3 = {"batch_size": [100], "dtype": ["float64"]}
BOTH = ["MSELoss", "CrossEntropyLoss"]

EXPERIMENTS = (
    Experiment("disk_losses", pair, settings(10, **BY_REDUCTION)),
    Experiment("disk_choice", alone, tuple(CHOICE)),
    Experiment("disk_portraits", portrait, settings(1, **BY_REDUCTION | {"reduction": ["sum"], "dtype": ["float64"]})),
    Experiment("disk_models", pair, tuple(R2 | STEPWISE | m | {"seed": s} for m in MODELS for s in range(10))),
    Experiment(
        "disk_signals",
        untrained,
        tuple(
            {"widths": R2["widths"], "dtype": "float64"} | model | {"seed": seed}
            for model in MODELS
            if "normalised" not in model
            for seed in range(10)
        ),
    ),
    Experiment(
        "disk_momentum",
        pair,
        settings(15, loss=BOTH, momentum=[m / 10 for m in range(10)], lr=[5e-3], epochs=[100], **R3),
    ),
    Experiment(
        "disk_rate",
        pair,
        settings(
            15, loss=["MSELoss"], activation=["ReLU", "Tanh"], lr=[10.0**k for k in range(-5, 1)], epochs=[100], **R3
        ),
    ),
    Experiment("disk_epochs", pair, settings(15, loss=BOTH, lr=[5e-3], epochs=[20, 50, 100, 150, 200, 250], **R3)),
    Experiment(
        "disk_start",
        pair,
        settings(
            15, loss=BOTH, start=[["uniform", a] for a in (0.2, 0.3, 0.4, 0.6, 0.8, 1.0)], lr=[5e-3], epochs=[250], **R3
        ),
    ),
)


if __name__ == "__main__":
    from .__main__ import section

    section("disk")
