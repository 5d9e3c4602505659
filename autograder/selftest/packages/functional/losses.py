from typing import Literal

import torch

from . import functional as F
from .module import Module


def _mse(d):
    return d * d, 2.0 * d


def _l1(d):
    return torch.abs(d), torch.sign(d)


def _bce(x, t):
    return t * F.softplus(-x) + (1.0 - t) * F.softplus(x), F.sigmoid(x) - t


def _nll(log_p, t, dim):
    return -torch.sum(t * log_p, dim=dim), -t


def _cross_entropy(x, t, dim):
    losses, _ = _nll(F.log_softmax(x, dim=dim), t, dim)
    return losses, F.softmax(x, dim=dim) * torch.sum(t, dim=dim, keepdim=True) - t


def _same_shape(input, target):
    if tuple(input.shape) != tuple(target.shape):
        raise ValueError(f"{tuple(input.shape)} != {tuple(target.shape)}")


def _probabilities(input, target, dim):
    """Class numbers as rows of 0 and 1."""
    without_classes = [n for d, n in enumerate(input.shape) if d != dim]
    if list(target.shape) != without_classes or target.dtype is not torch.long:
        raise ValueError(f"unsuitable target: {target.dtype} of shape {tuple(target.shape)}")
    return F.one_hot(target, input.shape[dim], dtype=input.dtype).movedim(-1, dim)


class Loss(Module):
    def __init__(self, reduction: Literal["mean", "sum"] = "mean"):
        super().__init__()
        if reduction not in {"mean", "sum"}:
            raise ValueError(f"unknown reduction {reduction!r}")
        self.reduction = reduction

    def _reduce(self, losses, slopes):
        factor = 1.0 / losses.numel() if self.reduction == "mean" else 1.0
        self._grad = slopes * factor
        return torch.sum(losses) * factor

    def backward(self):
        return self._grad.clone()


class MSELoss(Loss):
    def forward(self, input, target):
        _same_shape(input, target)
        return self._reduce(*_mse(input - target))


class L1Loss(Loss):
    def forward(self, input, target):
        _same_shape(input, target)
        return self._reduce(*_l1(input - target))


class BCEWithLogitsLoss(Loss):
    def forward(self, input, target):
        _same_shape(input, target)
        return self._reduce(*_bce(input, target))


class NLLLoss(Loss):
    def forward(self, input, target):
        dim = min(1, input.dim() - 1)
        return self._reduce(*_nll(input, _probabilities(input, target, dim), dim))


class CrossEntropyLoss(Loss):
    def forward(self, input, target):
        dim = min(1, input.dim() - 1)
        if input.shape != target.shape:
            target = _probabilities(input, target, dim)
        return self._reduce(*_cross_entropy(input, target, dim))
