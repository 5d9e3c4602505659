"""The sharpest test of a framework: two twins on the same batches, their losses compared step by step."""

import torch

from . import reference
from .training import one_epoch


def lockstep(ours, theirs, framework, loss, x, target, batches, **sgd):
    """Train ours and its `torch.nn` twin on the same batches and with the same random numbers, so dropout masks agree.

    framework: that of ours, `scaffold` or `solutions`. loss: the name of the criterion's class. x, target: what the
    batches, tensors of indices, are taken from. sgd: arguments of SGD. Returns two lists, ours and theirs: the losses
    before each step.
    """
    losses = []
    for network, parts in ((ours, framework), (theirs, reference)):
        torch.manual_seed(0)
        optimizer = parts.SGD(network.parameters(), **sgd)
        losses.append(one_epoch(network, getattr(parts, loss)(), optimizer, x, target, batches))
    return losses
