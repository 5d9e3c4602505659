"""A race against `torch.nn`: forward and backward of two twins, turn by turn, so that both meet the same machine."""

import time
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from statistics import median

import torch

BATCHES = 3
"""Versions of the inputs that take turns. A processor learns by heart which way each comparison of a batch went, if it
sees no other: `torch.nn.MaxPool2d` is then twice as fast as it ever is in a training."""


@dataclass(frozen=True)
class Race:
    """One result. ours, theirs: the median time of a forward and a backward together, in seconds."""

    name: str
    ours: float
    theirs: float

    @property
    def ratio(self):
        """ours / theirs: below 1, ours is the faster."""
        return self.ours / self.theirs

    def __str__(self):
        return f"{self.name}: {self.ours * 1e6:.0f} µs, torch.nn: {self.theirs * 1e6:.0f} µs, ratio {self.ratio:.2f}"


def race(ours, theirs, *inputs):
    """Print how long a forward and a backward take: ours beside `torch.nn` with autograd.

    ours: one of our layers, with inputs `x`, or one of our losses, with inputs `input, target`. theirs: its twin from
    `torch.nn`. Takes about half a second, on one thread.
    """
    print(measure(ours, theirs, *inputs))


def measure(ours, theirs, *inputs, seconds=0.5):
    """Let both run in turn for about that many seconds in all, on one thread; arguments as for `race`.

    Returns a `Race`. Of each turn only forward and backward are timed; gradients are zeroed outside the clock, and
    `torch.nn` finds them at None, which is where it is fastest.
    """
    is_loss = len(inputs) > 1
    torch.empty(2**22)  # from now on glibc keeps the memory that smaller tensors give back, as in any long training
    with threads(1):
        grad_y = None if is_loss else torch.randn_like(ours(*inputs))
        times = [], []
        batches = cycle(in_other_orders(inputs))
        end = time.perf_counter() + seconds
        while time.perf_counter() < end or len(times[0]) < 10:
            batch = next(batches)
            for turn, module, taken in zip((our_turn, their_turn), (ours, theirs), times, strict=True):
                taken.append(sum(turn(module, batch, grad_y)))
    # Caches, allocators and branch predictors are cold at first: the first tenth is left out.
    return Race(type(ours).__name__, *(median(taken[len(taken) // 10 :]) for taken in times))


def in_other_orders(inputs):
    """The inputs, and the same numbers in other orders: BATCHES in all. Of a loss whole samples, with their target."""
    generator = torch.Generator().manual_seed(0)
    yield inputs
    for _ in range(BATCHES - 1):
        if len(inputs) > 1:
            order = torch.randperm(len(inputs[0]), generator=generator)
            yield [tensor[order] for tensor in inputs]
        else:
            order = torch.randperm(inputs[0].numel(), generator=generator)
            yield [inputs[0].flatten()[order].view(inputs[0].shape)]


def our_turn(module, inputs, grad_y):
    """(seconds of a forward, seconds of a backward) of ours. grad_y: the upstream gradient; None for a loss."""
    module.zero_grad()
    start = now(inputs)
    y = module(*inputs)
    middle = now(inputs)
    grad_x = module.backward() if grad_y is None else module.backward(grad_y)
    end = now(inputs)
    del y, grad_x  # alive until the clock has stopped, as the next layer would keep them
    return middle - start, end - middle


def their_turn(module, inputs, grad_y):
    """The same for a `torch.nn` module and autograd, which also owes the gradient of the first input."""
    module.zero_grad()
    x = inputs[0].detach().requires_grad_()
    start = now(inputs)
    y = module(x, *inputs[1:])
    middle = now(inputs)
    y.backward(grad_y)
    return middle - start, now(inputs) - middle


def now(inputs):
    """The time in seconds, once the device of the inputs has done all that it was told to."""
    if inputs[0].is_cuda:
        torch.cuda.synchronize()
    return time.perf_counter()


@contextmanager
def threads(number):
    """PyTorch computes on that many threads inside the block."""
    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)
