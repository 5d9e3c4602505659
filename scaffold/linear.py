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
        raise NotImplementedError("Linear.reset_parameters: notebook 01, step 2")

    def forward(self, x):
        """x: (*, in_features), any number of leading dimensions. Returns y: (*, out_features)."""
        # Hint: keep x for backward; with bias=False there is no b to add.
        raise NotImplementedError("Linear.forward: notebook 01, step 3")

    def backward(self, grad_y):
        """grad_y: (*, out_features). Adds to weight.grad and bias.grad; returns grad_x: (*, in_features)."""
        # Hint: every leading dimension is a batch dimension; flatten them into one, N, before the products.
        raise NotImplementedError("Linear.backward: notebook 01, step 4")

    def extra_repr(self):
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
