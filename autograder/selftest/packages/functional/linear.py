import math
from typing import Any

import torch

from . import module as nn
from .init import uniform_


def _linear(x, weight, bias=None):
    y = torch.matmul(x, torch.transpose(weight, 0, 1))
    return y if bias is None else torch.add(y, bias)


def _linear_backward(grad_y, x, weight):
    g, x = torch.atleast_2d(grad_y).reshape(-1, weight.shape[0]), x.reshape(-1, weight.shape[1])
    return torch.matmul(grad_y, weight), torch.mm(g.t(), x), torch.sum(g, dim=0)


class Linear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.in_features = in_features
        self.out_features = out_features
        self.weight = nn.Parameter(torch.zeros((out_features, in_features), dtype=torch.float32))
        if bias:
            self.bias = nn.Parameter(torch.zeros((out_features,), dtype=torch.float32))
        else:
            self.bias = None
        self.reset_parameters()

    def reset_parameters(self):
        stdv = 1.0 / math.sqrt(self.weight.data.size(1))
        uniform_(self.weight.data, -stdv, stdv)
        if self.bias is not None:
            uniform_(self.bias.data, -stdv, stdv)

    def forward(self, x):
        assert x.shape[-1] == self.in_features, f"expected {self.in_features} features, got {x.shape[-1]}"
        self._input = x.clone()
        return _linear(x, self.weight.data, self.bias.data if self.bias is not None else None)

    def backward(self, grad_y):
        grad_x, grad_weight, grad_bias = _linear_backward(grad_y, self._input, self.weight.data)
        self.weight.grad.add_(grad_weight)
        if self.bias is not None:
            self.bias.grad.add_(grad_bias)
        return grad_x

    def __repr__(self):
        return f"{self.__class__.__name__}({self.in_features}, {self.out_features}, bias={self.bias is not None})"
