"""Training of several networks with a clock on each: epoch by epoch in turn, so that all meet the same machine."""

import time

from labkit.training import one_epoch


def train_in_turn(sides, x, target, epochs):
    """Train each side, {name: (network, criterion, optimizer)}, on the same batches; returns {name: seconds}.

    epochs: for each epoch its batches, tensors of indices into x and target.
    """
    seconds = dict.fromkeys(sides, 0.0)
    for epoch in epochs:
        for name, parts in sides.items():
            start = time.perf_counter()
            one_epoch(*parts, x, target, epoch)
            seconds[name] += time.perf_counter() - start
    return seconds
