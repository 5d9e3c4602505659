"""A training run as data, so that a notebook says only what it changes, and both frameworks get exactly the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from . import reference
from .networks import mlp, twin
from .training import History, train


@dataclass(frozen=True)
class Recipe:
    """Everything a run depends on except the data and the framework.

    loss: name of the criterion's class. start: called with our network before the training, to change its weights.
    milestones, gamma: of a MultiStepLR. seed: of the initial weights and of the order of the points.
    """

    widths: Sequence[int] = (2, 25, 25, 25, 2)
    activation: str | Sequence[str] = "ReLU"
    start: Callable[[Any], None] | None = None
    loss: str = "CrossEntropyLoss"
    reduction: str = "mean"
    lr: float = 0.1
    momentum: float = 0.0
    milestones: Sequence[int] = ()
    gamma: float = 0.1
    epochs: int = 100
    batch_size: int = 50
    seed: int = 0

    def network(self, framework):
        """The untrained network in that framework, with the framework's own initial weights."""
        return mlp(framework, self.widths, self.activation)


@dataclass
class Run:
    """A trained network and how it got there."""

    network: Any
    history: History


def run(recipe, framework, data, validation=None, label=None):
    """Train by the recipe with our framework.

    framework: `scaffold` or `solutions`. data, validation: `Dataset`s; the network takes their dtype. label: of the
    progress bar, none without. Returns a `Run`.
    """
    return _train(recipe, framework, _start(recipe, framework, data), data, validation, label)


def compare(recipe, framework, data, validation=None, label=None):
    """Train by the recipe with our framework and with `torch.nn`, from the same weights and on the same batches.

    Arguments as for `run`. Returns two `Run`s: ours, theirs.
    """
    ours = _start(recipe, framework, data)
    theirs = twin(ours, recipe.network)
    return (
        _train(recipe, framework, ours, data, validation, label and f"{label}, ours"),
        _train(recipe, reference, theirs, data, validation, label and f"{label}, torch.nn"),
    )


def _start(recipe, framework, data):
    torch.manual_seed(recipe.seed)
    network = recipe.network(framework)
    if recipe.start is not None:
        recipe.start(network)
    return network.to(dtype=data.x.dtype)


def _train(recipe, framework, network, data, validation, label):
    optimizer = framework.SGD(network.parameters(), lr=recipe.lr, momentum=recipe.momentum)
    history = train(
        network,
        getattr(framework, recipe.loss)(reduction=recipe.reduction),
        optimizer,
        data,
        epochs=recipe.epochs,
        batch_size=recipe.batch_size,
        seed=recipe.seed,
        validation=validation,
        schedule=framework.MultiStepLR(optimizer, recipe.milestones, recipe.gamma),
        label=label,
    )
    return Run(network, history)
