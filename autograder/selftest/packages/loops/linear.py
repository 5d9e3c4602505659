"""Linear in pure Python: numbers in lists, one entry at a time."""

import random

import torch

from .module import Module, Parameter


def rows_of(x, width):
    """A tensor of any number of dimensions as a list of rows."""
    return [[float(v) for v in row] for row in x.reshape(-1, width).tolist()]


class Linear(Module):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(torch.zeros(out_features, in_features))
        self.bias = Parameter(torch.zeros(out_features)) if bias else None
        self.reset_parameters()

    def reset_parameters(self):
        k = self.in_features**-0.5
        for p in self.parameters():
            p.data.copy_(torch.tensor([random.uniform(-k, k) for _ in range(p.data.numel())]).reshape(p.shape))

    def forward(self, x):
        self.rows, self.lead = rows_of(x, self.in_features), x.shape[:-1]
        weight = self.weight.data.tolist()
        bias = self.bias.data.tolist() if self.bias is not None else [0.0] * self.out_features
        y = []
        for row in self.rows:
            out = []
            for o in range(self.out_features):
                total = bias[o]
                for i in range(self.in_features):
                    total += weight[o][i] * row[i]
                out.append(total)
            y.append(out)
        return torch.tensor(y, dtype=x.dtype).reshape(*self.lead, self.out_features)

    def backward(self, grad_y):
        grads, weight = rows_of(grad_y, self.out_features), self.weight.data.tolist()
        grad_x = [[0.0] * self.in_features for _ in self.rows]
        for n, row in enumerate(self.rows):
            for o in range(self.out_features):
                g = grads[n][o]
                if self.bias is not None:
                    self.bias.grad[o] += g
                for i in range(self.in_features):
                    self.weight.grad[o, i] += g * row[i]
                    grad_x[n][i] += g * weight[o][i]
        return torch.tensor(grad_x, dtype=grad_y.dtype).reshape(*self.lead, self.in_features)
