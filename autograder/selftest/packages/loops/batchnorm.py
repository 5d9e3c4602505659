"""Batch normalisation, one channel after the other, in lists of plain numbers."""

import math

import torch

from .module import Module, Parameter


def channel(x, c):
    """All numbers of one channel, as a list."""
    return x[:, c].reshape(-1).tolist()


class BatchNorm(Module):
    ranks = ()

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        self.C, self.eps, self.momentum, self.tracks = num_features, eps, momentum, track_running_stats
        self.weight = Parameter(torch.ones(num_features)) if affine else None
        self.bias = Parameter(torch.zeros(num_features)) if affine else None
        for name, start in (("running_mean", 0.0), ("running_var", 1.0)):
            self.register_buffer(name, torch.full([num_features], start) if track_running_stats else None)
        self.register_buffer("num_batches_tracked", torch.tensor(0) if track_running_stats else None)

    def gamma(self, c):
        return 1.0 if self.weight is None else self.weight.data[c].item()

    def beta(self, c):
        return 0.0 if self.bias is None else self.bias.data[c].item()

    def forward(self, x):
        if x.dim() not in self.ranks:
            raise ValueError(f"{x.dim()} dimensions")
        if x.shape[1] != self.C:
            raise ValueError(f"{x.shape[1]} channels")
        self.from_batch = self.training or not self.tracks
        if self.training and self.tracks:
            self.num_batches_tracked += 1
        self.kept, y = [], torch.empty_like(x)
        for c in range(self.C):
            values = channel(x, c)
            if self.from_batch:
                if self.training and len(values) == 1:
                    raise ValueError("one value")
                mu = math.fsum(values) / len(values)
                var = math.fsum((v - mu) ** 2 for v in values) / len(values)
                if self.training and self.tracks:
                    self.remember(c, mu, var * len(values) / (len(values) - 1))
            else:
                mu, var = self.running_mean[c].item(), self.running_var[c].item()
            sigma = math.sqrt(var + self.eps)
            normal = [(v - mu) / sigma for v in values]
            self.kept.append((sigma, normal))
            y[:, c] = torch.tensor([self.gamma(c) * v + self.beta(c) for v in normal], dtype=x.dtype).reshape(
                x[:, c].shape
            )
        return y

    def remember(self, c, mean, var):
        new = self.momentum if self.momentum is not None else 1 / int(self.num_batches_tracked)
        self.running_mean[c] = (1 - new) * self.running_mean[c] + new * mean
        self.running_var[c] = (1 - new) * self.running_var[c] + new * var

    def backward(self, grad_y):
        grad_x = torch.empty_like(grad_y)
        for c, (sigma, normal) in enumerate(self.kept):
            g = channel(grad_y, c)
            total, along = math.fsum(g), math.fsum(a * b for a, b in zip(g, normal, strict=True))
            if self.weight is not None:
                self.bias.grad[c] += total
                self.weight.grad[c] += along
            if self.from_batch:
                m = len(g)
                g = [a - total / m - b * along / m for a, b in zip(g, normal)]
            slopes = [self.gamma(c) / sigma * a for a in g]
            grad_x[:, c] = torch.tensor(slopes, dtype=grad_y.dtype).reshape(grad_x[:, c].shape)
        return grad_x


class BatchNorm1d(BatchNorm):
    ranks = (2, 3)


class BatchNorm2d(BatchNorm):
    ranks = (4,)
