"""Workloads for races against `torch.nn`: several passes, every one on new numbers."""

from dataclasses import replace

import torch

from ...program import Program
from .model import Workload

PASSES = 4
"""Forward and backward passes in one timed run."""


def layer_race(
    cls,
    workload,
    shape,
    *args,
    grad_shape=None,
    state=None,
    passes=PASSES,
    owner=None,
    gold=2.0,
    compare="dtype",
    **kwargs,
):
    """A layer: forward and backward of float32 batches. state: from a generator, the parameters by name."""

    def program(seed):
        generator = torch.Generator().manual_seed(seed)
        p = Program()
        layer = p.new(cls, *args, **kwargs)
        if state is not None:
            p.load(layer, **{name: p.tensor(name, value) for name, value in state(generator).items()})
        for i in range(passes):
            x = p.tensor(f"x{i}", torch.randn(shape, generator=generator))
            grad_y = p.tensor(f"grad_y{i}", torch.randn(grad_shape or shape, generator=generator))
            p.observe(f"output {i}", p.forward(layer, x))
            p.observe(f"grad_input {i}", p.backward(layer, grad_y))
        return p

    timed_from = 1 if state is None else 2
    return Workload(
        cls,
        f"{owner or cls}.forward",
        f"{workload}, forward + backward",
        program,
        timed_from,
        *(gold, 2 * gold, 5 * gold),
        compare=compare,
    )


def memory_race(cls, workload, shape, *args, **kwargs):
    """The same layer's peak memory, for one pass."""
    race = layer_race(cls, workload, shape, *args, passes=1, **kwargs)
    return replace(race, kind="memory", gold=4.0, silver=8.0, bronze=16.0)


def loss_race(cls, workload, shape, target, gold=2.0):
    """A loss: forward and backward. target: from a generator, a target for inputs of that shape."""

    def program(seed):
        generator = torch.Generator().manual_seed(seed)
        p = Program()
        loss = p.new(cls)
        for i in range(PASSES):
            input = p.tensor(f"input{i}", torch.randn(shape, generator=generator))
            p.observe(f"loss {i}", p.forward(loss, input, p.tensor(f"target{i}", target(generator))))
            p.observe(f"grad_input {i}", p.backward(loss))
        return p

    return Workload(cls, f"{cls}.forward", f"{workload}, forward + backward", program, 1, gold, 2 * gold, 5 * gold)
