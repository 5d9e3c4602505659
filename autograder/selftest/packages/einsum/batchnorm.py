"""Batch normalisation on (N, C, L): every sum an einsum."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, einsum

from .module import Module, Parameter


class Normalised(NamedTuple):
    """What forward hands to backward."""

    x_hat: Tensor
    inverse_std: Tensor
    of_batch: bool


class BatchNorm(Module):
    ranks: tuple[int, ...] = ()

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.weight = Parameter(torch.ones(num_features)) if affine else None
        self.bias = Parameter(torch.zeros(num_features)) if affine else None
        moments = {"running_mean": torch.zeros(num_features), "running_var": torch.ones(num_features)}
        for name, start in (moments | {"num_batches_tracked": torch.tensor(0)}).items():
            self.register_buffer(name, start if track_running_stats else None)

    def require_shape(self, x: Tensor) -> None:
        if x.ndim not in self.ranks or x.shape[1] != self.num_features:
            raise ValueError(f"unexpected shape {tuple(x.shape)}")
        if self.training and x.shape[0] * x[0, 0].numel() == 1:
            raise ValueError("a single value has no variance")

    def forward(self, x: Tensor) -> Tensor:
        self.require_shape(x)
        flat = x.reshape(*x.shape[:2], -1)
        of_batch = self.training or self.running_mean is None
        if of_batch:
            m = flat.shape[0] * flat.shape[2]
            mean = einsum("ncl->c", flat) / m
            centred = flat - mean[:, None]
            var = einsum("ncl,ncl->c", centred, centred) / m
            if self.training and self.track_running_stats:
                self.remember(mean, var, m)
        else:
            mean, var = self.running_mean, self.running_var
            centred = flat - mean[:, None]
        inverse_std = (var + self.eps) ** -0.5
        x_hat = einsum("ncl,c->ncl", centred, inverse_std)
        self.cache = Normalised(x_hat, inverse_std, of_batch)
        y = einsum("ncl,c->ncl", x_hat, self.weight.data) + self.bias.data[:, None] if self.affine else x_hat.clone()
        return y.reshape(x.shape)

    def remember(self, mean: Tensor, var: Tensor, m: int) -> None:
        self.num_batches_tracked = self.num_batches_tracked + 1
        share = 1 / self.num_batches_tracked if self.momentum is None else self.momentum
        self.running_mean = torch.lerp(self.running_mean, mean, torch.as_tensor(share, dtype=mean.dtype))
        self.running_var = self.running_var + share * (var * m / (m - 1) - self.running_var)

    def backward(self, grad_y: Tensor) -> Tensor:
        x_hat, inverse_std, of_batch = self.cache
        g = grad_y.reshape(x_hat.shape)
        if self.affine:
            self.bias.grad += einsum("ncl->c", g)
            self.weight.grad += einsum("ncl,ncl->c", g, x_hat)
            g = einsum("ncl,c->ncl", g, self.weight.data)
        if of_batch:
            m = g.shape[0] * g.shape[2]
            onto_one, onto_x_hat = einsum("ncl->c", g) / m, einsum("ncl,ncl->c", g, x_hat) / m
            g = g - onto_one[:, None] - einsum("ncl,c->ncl", x_hat, onto_x_hat)
        return einsum("ncl,c->ncl", g, inverse_std).reshape(grad_y.shape)


class BatchNorm1d(BatchNorm):
    ranks = (2, 3)


class BatchNorm2d(BatchNorm):
    ranks = (4,)
