"""Activations in float32, with other operations in another order."""

import torch
from torch import Tensor

from .module import Module
from .narrow import in_single, row_sums


class Threshold(Module):
    """What both kinds of ReLU share: one slope above 0, another below."""

    below = 0.0

    @in_single
    def forward(self, x: Tensor) -> Tensor:
        self.mask = torch.gt(x, 0)
        return x.masked_fill(~self.mask, 0) + self.below * x.masked_fill(self.mask, 0)

    @in_single
    def backward(self, grad_y):
        return grad_y * (self.below + (1 - self.below) * self.mask.float())


class ReLU(Threshold):
    pass


class LeakyReLU(Threshold):
    def __init__(self, negative_slope=0.01):
        self.below = negative_slope


class Sigmoid(Module):
    @in_single
    def forward(self, x):
        e = torch.exp(-torch.abs(x))
        small = e / (1 + e)
        self.both = small * (1 - small)
        return torch.where(x < 0, small, 1 - small)

    @in_single
    def backward(self, grad_y):
        return torch.mul(self.both, grad_y)


class Tanh(Module):
    @in_single
    def forward(self, x):
        x = x.clamp(-20, 20)
        self.y = torch.expm1(2 * x) / (torch.expm1(2 * x) + 2)
        return self.y.clone()

    @in_single
    def backward(self, grad_y):
        return grad_y * (1 - self.y) * (1 + self.y)


class Softmax(Module):
    def __init__(self, dim):
        self.dim = dim

    @in_single
    def forward(self, x):
        powers = torch.pow(torch.e, x - torch.max(x, self.dim, keepdim=True).values)
        self.p = powers / row_sums(powers, self.dim)
        return self.p.clone()

    @in_single
    def backward(self, grad_p):
        return self.p * grad_p - self.p * row_sums(self.p * grad_p, self.dim)


class LogSoftmax(Softmax):
    @in_single
    def forward(self, x):
        z = torch.sub(x, x.max(dim=self.dim, keepdim=True)[0])
        total = row_sums(z.exp(), self.dim)
        self.p = z.exp() * total.reciprocal()
        return z - total.log()

    @in_single
    def backward(self, grad_log_p):
        return grad_log_p - row_sums(grad_log_p, self.dim) * self.p
