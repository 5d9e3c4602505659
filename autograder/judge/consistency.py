"""Is a wrong gradient that of the student's own forward? Then it is forward that has to be looked at."""

from dataclasses import replace

import torch

from . import compare

STEP = 1e-5
"""Of the central differences; in float64 they are then right to ten digits or so."""
LARGEST = 64
"""Entries of the largest input that is tried: each costs two forwards."""
FORWARDS = {"output": "x", "loss": "input"}
"""What forward gives is observed under this name: {observation: the input tensor it is a function of}."""


def is_own_gradient(ran, ask):
    """Whether the gradient that a run gave is that of the forward it gave, which differs from the right one.

    ran: a run that observed forward and 'grad_input'. ask(program): the outcomes of another program, or None.
    """
    observed = next((name for name in FORWARDS if name in ran.program.observed), None)
    if observed is None or not _usable(ran, observed):
        return False
    if compare.alike("values", ran.expected[observed], ran.got[observed]):
        return False
    x = ran.program.tensors[FORWARDS[observed]]
    grad_y = ran.program.tensors.get("grad_y", torch.tensor(1.0, dtype=x.dtype))
    forward = ran.program.until([observed])
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        above, below = (_value(forward, observed, FORWARDS[observed], x, i, h, ask) for h in (STEP, -STEP))
        if above is None or below is None or above.shape != below.shape:
            return False
        grad.view(-1)[i] = ((above - below) * grad_y).sum() / (2 * STEP)
    return torch.allclose(grad, ran.got["grad_input"].value, rtol=compare.ROUGH, atol=compare.ROUGH)


def _usable(ran, observed):
    """Whether there is a float64 input of few entries, and numbers to compare."""
    x, grad = ran.program.tensors.get(FORWARDS[observed]), ran.got.get("grad_input")
    numbers = all(
        outcome is not None and isinstance(outcome.value, torch.Tensor) and outcome.value.dtype == torch.float64
        for outcome in (ran.got[observed], grad)
    )
    return numbers and x.dtype == torch.float64 and x.numel() <= LARGEST and grad.value.shape == x.shape


def _value(forward, observed, name, x, entry, h, ask):
    moved = x.clone()
    moved.view(-1)[entry] += h
    outcomes = ask(replace(forward, tensors=forward.tensors | {name: moved}))
    return outcomes and outcomes[observed].value
