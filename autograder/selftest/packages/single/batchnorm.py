"""Batch normalisation of rows: moments of what exceeds the first value, E[d²] - E[d]²; backward in one formula."""

import torch as t
from torch import Tensor

from .module import Module, Parameter


class BatchNorm(Module):
    ranks = ()

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.weight, self.bias = (Parameter(data=make(num_features)) if affine else None for make in (t.ones, t.zeros))
        self.register_buffer(name="running_mean", tensor=t.zeros(num_features) if track_running_stats else None)
        self.register_buffer(name="running_var", tensor=t.ones(num_features) if track_running_stats else None)
        self.register_buffer(
            name="num_batches_tracked", tensor=t.tensor(0, dtype=t.long) if track_running_stats else None
        )

    @staticmethod
    def rows(x: Tensor) -> Tensor:
        """(C, everything else)"""
        return x.transpose(0, 1).flatten(start_dim=1)

    @staticmethod
    def unrows(rows: Tensor, shape: t.Size) -> Tensor:
        return rows.view(shape[1], shape[0], *shape[2:]).transpose(0, 1).contiguous()

    def require_shape(self, x: Tensor) -> None:
        if not (x.dim() in self.ranks and x.size(1) == self.num_features):
            raise ValueError(f"got {tuple(x.shape)}")
        if self.training and x.numel() // x.size(1) < 2:
            raise ValueError("one value per channel")

    def forward(self, x: Tensor) -> Tensor:
        self.require_shape(x)
        return self.normalise(x)

    def normalise(self, x: Tensor) -> Tensor:
        rows = self.rows(x)
        self.own_moments = self.training or not self.track_running_stats
        if self.own_moments:
            about = rows[:, :1]
            mean = (rows - about).mean(dim=1, keepdim=True)
            var = (rows - about).square().mean(dim=1, keepdim=True) - mean.square()
            mean = mean + about
            if self.training and self.track_running_stats:
                self.remember(mean.flatten(), var.flatten(), m=rows.size(1))
        else:
            mean, var = self.running_mean[:, None], self.running_var[:, None]
        self.std = (var + self.eps).sqrt()
        self.x_hat = (rows - mean) / self.std
        y = self.x_hat * self.weight.data[:, None] + self.bias.data[:, None] if self.affine else self.x_hat + 0
        return self.unrows(y, x.shape)

    def remember(self, mean: Tensor, var: Tensor, m: int) -> None:
        self.num_batches_tracked.add_(1)
        a = self.momentum if self.momentum is not None else self.num_batches_tracked.item() ** -1
        self.running_mean.add_(a * (mean - self.running_mean))
        self.running_var.sub_(a * (self.running_var - var / (m - 1) * m))

    def backward(self, grad_y: Tensor) -> Tensor:
        g, m = self.rows(grad_y), grad_y.numel() / self.num_features
        sums, products = g.sum(dim=1), (g * self.x_hat).sum(dim=1)
        scale = 1 / self.std
        if self.affine:
            self.weight.grad = self.weight.grad + products
            self.bias.grad = self.bias.grad + sums
            scale = scale * self.weight.data[:, None]
        if self.own_moments:
            g = (m * g - sums[:, None] - products[:, None] * self.x_hat) / m
        return self.unrows(scale * g, grad_y.shape)


class BatchNorm1d(BatchNorm):
    ranks = (2, 3)


class BatchNorm2d(BatchNorm):
    ranks = (4,)
