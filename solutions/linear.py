"""The affine map y = x Wᵀ + b."""

import math

import torch

from .init import uniform_
from .module import Module, Parameter


class Linear(Module):
    """y = x Wᵀ + b, as `torch.nn.Linear`.

    in_features, out_features: sizes of the last dimension of x and y. bias: whether there is a b.
    Parameters: weight (out_features, in_features), bias (out_features,) or None.
    """

    def __init__(self, in_features, out_features, bias=True):
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(torch.empty(out_features, in_features))
        self.bias = Parameter(torch.empty(out_features)) if bias else None
        self.reset_parameters()

    def reset_parameters(self):
        """Draw weight and bias from U[-k, k], k = 1/√in_features, in place: `torch.nn.Linear`'s own start."""
        ### BEGIN SOLUTION
        k = 1 / math.sqrt(self.in_features)
        uniform_(self.weight.data, -k, k)
        if self.bias is not None:
            uniform_(self.bias.data, -k, k)
        ### END SOLUTION

    def forward(self, x):
        """x: (*, in_features), any number of leading dimensions. Returns y: (*, out_features)."""
        # Hint: keep x for backward; with bias=False there is no b to add.
        ### BEGIN SOLUTION
        self.x = x
        y = x @ self.weight.data.T
        return y if self.bias is None else y.add_(self.bias.data)
        ### END SOLUTION

    def backward(self, grad_y):
        """grad_y: (*, out_features). Adds to weight.grad and bias.grad; returns grad_x: (*, in_features)."""
        # Hint: every leading dimension is a batch dimension; flatten them into one, N, before the products.
        ### BEGIN SOLUTION
        x, g = self.x.reshape(-1, self.in_features), grad_y.reshape(-1, self.out_features)
        self.weight.grad += g.T @ x
        if self.bias is not None:
            self.bias.grad += g.sum(0)
        return grad_y @ self.weight.data
        ### END SOLUTION

    def extra_repr(self):
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
