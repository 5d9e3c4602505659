"""Known mistakes of topic gradcheck, as executable wrong answers."""

import torch

from ..common.model import Mistakes

MISTAKES = Mistakes("gradcheck")


@MISTAKES.known(
    "numerical_gradient",
    says="Your numbers are those of a one-sided difference, (f(x+h) - f(x)) / h.",
    asks="Which term of the Taylor series cancels when you step to both sides?",
)
def forward_difference(f, x, eps=1e-6):
    x = x.clone(memory_format=torch.contiguous_format)
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        here = f(x)
        value = x.view(-1)[i].item()
        x.view(-1)[i] = value + eps
        grad.view(-1)[i] = (f(x) - here) / eps
        x.view(-1)[i] = value
    return grad


@MISTAKES.known(
    "numerical_gradient",
    says="Your gradient is exactly twice the right one: the difference spans 2h, but is divided by h.",
    asks="How far apart are x - h and x + h?",
)
def divided_by_one_step(f, x, eps=1e-6):
    x = x.clone(memory_format=torch.contiguous_format)
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        value = x.view(-1)[i].item()
        x.view(-1)[i] = value + eps
        above = f(x)
        x.view(-1)[i] = value - eps
        grad.view(-1)[i] = (above - f(x)) / eps
        x.view(-1)[i] = value
    return grad


@MISTAKES.known(
    "numerical_gradient",
    says="Every entry but the first is computed at an x in which earlier entries are still shifted.",
    asks="What does x look like when the loop comes to its second entry?",
)
def entry_not_restored(f, x, eps=1e-6):
    x = x.clone(memory_format=torch.contiguous_format)
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        x.view(-1)[i] += eps
        above = f(x)
        x.view(-1)[i] -= 2 * eps
        grad.view(-1)[i] = (above - f(x)) / (2 * eps)
    return grad
