"""Activations whose backward multiplies by a Jacobian, by einsum."""

import torch
from torch import einsum

from .module import Module


class _Diagonal(Module):
    """An elementwise function: the Jacobian is diagonal."""

    def forward(self, x):
        y, self.slope = self.value_and_slope(x)
        return y

    def backward(self, grad_y):
        slope = self.slope
        return einsum("i,i->i", slope.reshape(-1), grad_y.reshape(-1)).reshape(grad_y.shape)


class ReLU(_Diagonal):
    def value_and_slope(self, x):
        positive = (x >= 0).to(x.dtype)
        return x * positive, positive


class LeakyReLU(_Diagonal):
    def __init__(self, negative_slope=0.01):
        self.negative_slope = negative_slope

    def value_and_slope(self, x):
        slope = torch.ones_like(x)
        slope[x < 0] = self.negative_slope
        return x * slope, slope


class Sigmoid(_Diagonal):
    def value_and_slope(self, x):
        y = (1 + torch.tanh(x / 2)) / 2
        return y, (1 - torch.tanh(x / 2) ** 2) / 4


class Tanh(_Diagonal):
    def value_and_slope(self, x):
        e = torch.exp(-2 * x.abs())
        y = x.sign() * (1 - e) / (1 + e)
        return y, 4 * e / (1 + e) ** 2


class _Jacobian(Module):
    """A function of a whole line: dy_i/dx_j for every line, in full."""

    def __init__(self, dim):
        self.dim = dim

    def lines(self, x):
        return x.transpose(self.dim, -1)

    def forward(self, x):
        z = self.lines(x)
        log_p = z - torch.logsumexp(z, -1, keepdim=True)
        self.p = torch.exp(log_p)
        return self.lines(self.value(log_p))

    def backward(self, grad_y):
        jacobian = self.jacobian(torch.eye(self.p.shape[-1], dtype=grad_y.dtype))
        return self.lines(einsum("...ij,...i->...j", jacobian, self.lines(grad_y)))


class Softmax(_Jacobian):
    def value(self, log_p):
        return log_p.exp()

    def jacobian(self, eye):
        return einsum("...i,ij->...ij", self.p, eye) - einsum("...i,...j->...ij", self.p, self.p)


class LogSoftmax(_Jacobian):
    def value(self, log_p):
        return log_p

    def jacobian(self, eye):
        return eye - self.p.unsqueeze(-2)
