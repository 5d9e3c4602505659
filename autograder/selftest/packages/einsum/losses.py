"""Losses as inner products, by einsum."""

import torch
from torch import einsum

from .activations import LogSoftmax
from .module import Module


class Loss(Module):
    def __init__(self, reduction="mean"):
        self.weighs = {"mean": lambda n: 1.0 / n, "sum": lambda n: 1.0}.get(reduction)
        if self.weighs is None:
            raise ValueError(f"{reduction} is no reduction")

    def backward(self):
        return self.weight * self.slope


def same_shape(input, target):
    if input.shape != target.shape:
        raise ValueError(f"{tuple(input.shape)} is not {tuple(target.shape)}")


def inner(a, b):
    """Σ a·b over all entries, 0-d."""
    return einsum("i,i->", a.reshape(-1), b.reshape(-1))


def one_hot(target, input):
    if input.dim() != 2 or target.shape != input.shape[:1] or target.is_floating_point():
        raise ValueError("expected (N, C) and (N,) of class numbers")
    return (target[:, None] == torch.arange(input.shape[1])).to(input.dtype)


class MSELoss(Loss):
    def forward(self, input, target):
        same_shape(input, target)
        self.weight, self.slope = self.weighs(input.numel()), 2 * (input - target)
        return self.weight * inner(input - target, input - target)


class L1Loss(Loss):
    def forward(self, input, target):
        same_shape(input, target)
        self.weight, self.slope = self.weighs(input.numel()), torch.sgn(input - target)
        return self.weight * inner(input - target, self.slope)


class NLLLoss(Loss):
    def forward(self, input, target):
        self.weight, self.slope = self.weighs(len(input)), -one_hot(target, input)
        return self.weight * inner(self.slope, input)


class CrossEntropyLoss(Loss):
    def forward(self, input, target):
        t = target if target.shape == input.shape else one_hot(target, input)
        log_p = LogSoftmax(-1)(input)
        self.weight = self.weighs(len(input))
        self.slope = einsum("nc,n->nc", log_p.exp(), einsum("nc->n", t)) - t
        return -self.weight * inner(t, log_p)


class BCEWithLogitsLoss(Loss):
    def forward(self, input, target):
        same_shape(input, target)
        self.weight = self.weighs(input.numel())
        zero = torch.zeros_like(input)
        log_sigmoid, log_other = -torch.logaddexp(zero, -input), -torch.logaddexp(zero, input)
        self.slope = log_sigmoid.exp() - target
        return -self.weight * (inner(target, log_sigmoid) + inner(1 - target, log_other))
