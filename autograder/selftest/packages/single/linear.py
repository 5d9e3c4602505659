"""Linear that computes in float32, whatever comes in, and in blocks of columns."""

import torch

from .init import kaiming_uniform_
from .module import Module, Parameter
from .narrow import in_single


class Linear(Module):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features, self.out_features, self.has_bias = in_features, out_features, bias
        self.weight = Parameter(torch.zeros((out_features, in_features)))
        self.bias = Parameter(torch.zeros(out_features)) if bias else None
        self.reset_parameters()

    def reset_parameters(self):
        kaiming_uniform_(self.weight.data, a=5**0.5)
        if self.has_bias:
            self.bias.data.uniform_(-1, 1).div_(self.in_features**0.5)

    @in_single
    def forward(self, x):
        self.x = x
        y = x.new_zeros(*x.shape[:-1], self.out_features)
        for i in range(self.in_features):
            y += x[..., i : i + 1] * self.weight.data[:, i].float()
        return y + self.bias.data.float() if self.has_bias else y

    @in_single
    def backward(self, grad_y):
        g = grad_y.flatten(0, -2) if grad_y.dim() > 1 else grad_y[None]
        x = self.x.reshape(len(g), -1)
        self.weight.grad.add_(torch.matmul(g.transpose(0, 1), x))
        if self.has_bias:
            self.bias.grad.add_(torch.ones(len(g)) @ g)
        return torch.matmul(grad_y, self.weight.data.float())
