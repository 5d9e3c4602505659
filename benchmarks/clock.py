"""How long a forward and a backward take: several forms of one module, in turn, so that all meet the same machine."""

import gc
import random
import time
from itertools import cycle
from statistics import quantiles

import torch

from labkit.race import our_turn, their_turn

DRAWS = 3  # inputs and upstream gradients in use, so that no turn finds just those that it has seen last
COLD, LEAST = 1, 6
"""Turns before anything counts, and the least number that do."""
FEW = 2  # samples that tell the shape of an output without taking the memory of all
TOLERANCE = 1e-3
"""Of float32 results, relative to the largest entry: what does not compute the same does not race."""


class DifferentResults(Exception):
    """Two forms of a module do not compute the same."""


def race(case, seconds, device="cpu"):
    """Let all forms of a `cases.Case` run in turn for about that long.

    Returns {form: {"forward": times, "backward": times, "both": times}}, each a list: median, lower and upper quartile,
    in seconds.
    """
    torch.manual_seed(0)
    forms = {form: module.to(device) for form, module in case.forms().items()}
    draws = [draw(case, forms["readable"], device) for _ in range(DRAWS)]
    agree(forms, *draws[0])
    taken = {form: [] for form in forms}
    order, chance = list(forms), random.Random(0)
    gc.collect()
    gc.disable()
    try:
        end = time.perf_counter() + seconds
        for inputs, grad_y in cycle(draws):
            for form in order:
                turn = their_turn if form == "torch.nn" else our_turn
                taken[form].append(turn(forms[form], inputs, grad_y))
            chance.shuffle(order)  # nobody always finds the caches as one certain other has left them
            if time.perf_counter() > end and len(taken[form]) >= COLD + LEAST:
                break
    finally:
        gc.enable()
    return {form: summary(turns[COLD:]) for form, turns in taken.items()}


def draw(case, module, device):
    """(inputs, upstream gradient), the gradient random with both signs, None for a loss."""
    inputs = [tensor.to(device) for tensor in case.draw()]
    if len(inputs) > 1:
        return inputs, None
    return inputs, torch.randn(len(inputs[0]), *module(inputs[0][:FEW]).shape[1:], device=device)


def summary(turns):
    """Median and quartiles of [(forward, backward), …]."""
    forward, backward = zip(*turns)
    both = [sum(turn) for turn in turns]
    return {name: spread(times) for name, times in (("forward", forward), ("backward", backward), ("both", both))}


def spread(times):
    """[median, lower quartile, upper quartile]."""
    low, median, high = quantiles(times, n=4)
    return [median, low, high]


def agree(forms, inputs, grad_y):
    """Raise DifferentResults unless all forms give torch.nn's output and gradients."""
    expected = results(forms["torch.nn"], inputs, grad_y)
    for form, module in forms.items():
        for name, got in results(module, inputs, grad_y).items():
            right = expected[name]
            if (right - got).abs().max() > TOLERANCE * max(1.0, right.abs().max().item()):
                raise DifferentResults(f"{form}: {module}: {name} is not that of torch.nn")


def results(module, inputs, grad_y):
    """{name: tensor}: what one forward and backward leave behind. Of a random mask only what holds for every one."""
    module.zero_grad()
    if isinstance(module, torch.nn.Module):
        x = inputs[0].detach().requires_grad_()
        y = module(x, *inputs[1:])
        y.backward(grad_y)
        y, grad_x = y.detach(), x.grad
    else:
        y = module(*inputs)
        grad_x = module.backward() if grad_y is None else module.backward(grad_y)
    if any(kind.__name__ == "Dropout" for kind in type(module).__mro__):
        kept = y != 0
        return {"mask": y * grad_y - grad_x * inputs[0], "scale": (y[kept] / inputs[0][kept]).mean()}
    gradients = {f"grad of {name}": parameter.grad.clone() for name, parameter in module.named_parameters()}
    return {"y": y.clone(), "grad_input": grad_x.clone()} | gradients
