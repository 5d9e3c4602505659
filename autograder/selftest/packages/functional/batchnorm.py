from typing import Optional

import torch

from . import module as nn


def _batch_moments(x, dims):
    means = torch.mean(x, dim=dims)
    vars = torch.var(x, dim=dims, unbiased=False)
    return means, vars


def _expand(values, x):
    return values.view(1, x.shape[1], *(1 for _ in x.shape[2:])).expand_as(x)


def _normalise(x, μ, σ2, ϵ):
    return (x - _expand(μ, x)) / torch.sqrt(_expand(σ2, x) + ϵ)


def _affine(x_hat, γ, β):
    return x_hat if γ is None else _expand(γ.data, x_hat) * x_hat + _expand(β.data, x_hat)


def _through_moments(g, x_hat, dims):
    mean, slope = torch.mean(g, dim=dims), torch.mean(g * x_hat, dim=dims)
    return g - _expand(mean, g) - x_hat * _expand(slope, g)


class BatchNorm(nn.Module):
    ranks = ()

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: Optional[float] = 0.1,  # noqa: UP045
        affine: bool = True,
        track_running_stats: bool = True,
    ):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.weight = nn.Parameter(torch.ones((num_features,), dtype=torch.float32)) if affine else None
        self.bias = nn.Parameter(torch.zeros((num_features,), dtype=torch.float32)) if affine else None
        self.register_buffer("running_mean", torch.zeros(num_features) if track_running_stats else None)
        self.register_buffer("running_var", torch.ones(num_features) if track_running_stats else None)
        self.register_buffer("num_batches_tracked", torch.tensor(0) if track_running_stats else None)

    def _check(self, x):
        if x.dim() not in self.ranks:
            raise ValueError(f"expected {' or '.join(map(str, self.ranks))} dimensions, got {x.dim()}")
        if x.size(1) != self.num_features:
            raise ValueError(f"expected {self.num_features} channels, got {x.size(1)}")
        if self.training and x.numel() <= self.num_features:
            raise ValueError("a batch of one value per channel")

    def forward(self, x, *args, **kwargs):
        self._check(x)
        self._dims = tuple(d for d in range(x.dim()) if d != 1)
        self._live = self.training or not self.track_running_stats
        means, vars = _batch_moments(x, self._dims) if self._live else (self.running_mean, self.running_var)
        if self._live and self.training and self.track_running_stats:
            self.remember(means, vars, x.numel() / x.size(1))
        self._x_hat, self._σ = _normalise(x, means, vars, self.eps), torch.sqrt(vars + self.eps)
        return _affine(self._x_hat, self.weight, self.bias).clone()

    def remember(self, mean, var, m):
        self.num_batches_tracked += 1
        a = self.momentum
        if a is None:
            a = 1.0 / float(self.num_batches_tracked)
        for running, new in ((self.running_mean, mean), (self.running_var, var * m / (m - 1))):
            running.copy_((1 - a) * running + a * new)

    def backward(self, grad_y):
        x_hat, g = self._x_hat, grad_y.clone()
        if self.weight is not None:
            self.weight.grad += (g * x_hat).sum(dim=self._dims)
            self.bias.grad += g.sum(dim=self._dims)
            g = g * _expand(self.weight.data, g)
        if self._live:
            g = _through_moments(g, x_hat, self._dims)
        return g / _expand(self._σ, g)


class BatchNorm1d(BatchNorm):
    ranks = (2, 3)


class BatchNorm2d(BatchNorm):
    ranks = (4,)
