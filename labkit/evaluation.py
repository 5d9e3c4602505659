"""What a classifier says, and how often it is wrong. Works for our networks and for those of `torch.nn`."""

from contextlib import contextmanager

import torch

from .data import one_hot


def classify(network, x):
    """The class of each row of x, (N,) int64: the largest output, or whether it is above ½ if there is only one."""
    with evaluating(network):
        return _class_of(network(x))


def error(network, data):
    """The fraction of the points of a `Dataset` that the network puts into the wrong class."""
    return _wrong(classify(network, data.x), data)


def confusion_matrix(network, data, classes):
    """How often class i was taken for class j: entry [i, j] of a (classes, classes) int64 table."""
    return torch.bincount(classes * data.t + classify(network, data.x), minlength=classes**2).view(classes, classes)


def loss_and_error(network, criterion, data):
    """The loss per point of a `Dataset`, whatever the reduction of the criterion, and the fraction of wrong classes."""
    per_point = type(criterion)(reduction="mean")
    with evaluating(network):
        y = network(data.x)
        return per_point(y, targets(criterion, data, y.shape[1])).item(), _wrong(_class_of(y), data)


def targets(criterion, data, outputs):
    """What the criterion wants to be told of a `Dataset`, for a network with that many outputs.

    Class numbers (N,) for CrossEntropyLoss and NLLLoss. For the others one number for each output, in the dtype of x:
    one-hot rows (N, outputs), or the class number itself, (N, 1), when there is one output.
    """
    if type(criterion).__name__ in ("CrossEntropyLoss", "NLLLoss"):
        return data.t
    if outputs == 1:
        return data.t.unsqueeze(1).to(data.x.dtype)
    return one_hot(data.t, outputs).to(data.x.dtype)


@contextmanager
def evaluating(network):
    """In the block nothing is recorded for autograd, and a network in training is switched to evaluation."""
    in_training = getattr(network, "training", False)
    if in_training:
        network.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        if in_training:
            network.train()


def _class_of(y):
    return y.argmax(1) if y.shape[1] > 1 else (y[:, 0] > 0.5).long()


def _wrong(classes, data):
    return (classes != data.t).double().mean().item()
