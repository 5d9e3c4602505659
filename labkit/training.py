"""The training loop with its book-keeping: one for both frameworks, so that they differ in nothing else."""

import time
from dataclasses import dataclass, field

import torch

from .data import batches
from .evaluation import evaluating, loss_and_error, targets
from .progress import progress


@dataclass
class Curve:
    """Loss per point and fraction of wrong classes on one data set: before the training, then after each epoch."""

    loss: list[float] = field(default_factory=list)
    error: list[float] = field(default_factory=list)


@dataclass
class History:
    """What a training leaves behind: curves (that of a set not given stays empty), seconds spent on its steps."""

    train: Curve = field(default_factory=Curve)
    validation: Curve = field(default_factory=Curve)
    seconds: float = 0.0


def train(
    network,
    criterion,
    optimizer,
    data,
    *,
    epochs,
    batch_size,
    seed=0,
    validation=None,
    schedule=None,
    stopping=None,
    label=None,
):
    """Train a classifier, ours or one of `torch.nn`, in place, and record how it went.

    network, criterion, optimizer, schedule: all of one framework. data, validation: `Dataset`s; validation is only
    looked at. seed: of the order of the points, see `batches`. schedule: its step() is called after each epoch.
    stopping: an `EarlyStopping`, which needs a validation set; the network keeps the weights of the last epoch. label:
    stands beside the progress bar; without one there is no bar. Returns a `History`.
    """
    with evaluating(network):
        outputs = network(data.x[:1]).shape[1]
    target = targets(criterion, data, outputs)
    history = History()
    _record(history, network, criterion, data, validation)
    for epoch in progress(batches(len(data), batch_size, epochs, seed), label, epochs):
        start = time.perf_counter()
        one_epoch(network, criterion, optimizer, data.x, target, epoch)
        history.seconds += time.perf_counter() - start
        if schedule is not None:
            schedule.step()
        _record(history, network, criterion, data, validation)
        if stopping is not None and stopping.is_time(network, history.validation.loss[-1]):
            break
    return history


def one_epoch(network, criterion, optimizer, x, target, batches):
    """One step for each of the batches, which are tensors of indices into x and target; in training mode.

    network, criterion, optimizer: ours, or all three of torch. Returns the losses of the steps, a list of numbers.
    """
    step = torch_step if isinstance(network, torch.nn.Module) else our_step
    network.train()
    return [step(network, criterion, optimizer, x[batch], target[batch]).item() for batch in batches]


def our_step(network, criterion, optimizer, x, target):
    """One step of gradient descent with layers that know their own derivatives. Returns the loss before it."""
    optimizer.zero_grad()
    loss = criterion(network(x), target)
    network.backward(criterion.backward())
    optimizer.step()
    return loss


def torch_step(network, criterion, optimizer, x, target):
    """The same step with autograd."""
    optimizer.zero_grad()
    loss = criterion(network(x), target)
    loss.backward()
    optimizer.step()
    return loss


def _record(history, network, criterion, data, validation):
    for curve, points in ((history.train, data), (history.validation, validation)):
        if points is not None:
            loss, wrong = loss_and_error(network, criterion, points)
            curve.loss.append(loss)
            curve.error.append(wrong)
