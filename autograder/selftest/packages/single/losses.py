"""Losses in float32: the mean of every row first, then the mean of the means."""

import torch

from .module import Module
from .narrow import in_single


class Loss(Module):
    def __init__(self, reduction="mean"):
        if reduction not in ["mean", "sum"]:
            raise ValueError("reduction: 'mean' or 'sum'")
        self.mean = reduction == "mean"

    def total(self, losses, dims=None):
        """The mean of means over some dimensions (all by default), or the sum."""
        count = 1
        for d in reversed(range(losses.dim()) if dims is None else dims):
            count *= losses.shape[d]
            losses = losses.mean(d) if self.mean else losses.sum(d)
        self.share = 1 / count if self.mean else 1.0
        return losses

    def backward(self):
        return (self.slope * self.share).to(self.dtype)

    def match(self, input, target):
        """Refuses shapes that differ."""
        self.dtype = input.dtype
        if any(a != b for a, b in zip(input.shape, target.shape, strict=True)):
            raise ValueError("shapes differ")


class MSELoss(Loss):
    def forward(self, input, target):
        self.match(input, target)
        return self.measured(input, target)

    @in_single
    def measured(self, input, target):
        self.slope = (input - target) * 2
        return self.total(torch.square(input - target))


class L1Loss(MSELoss):
    @in_single
    def measured(self, input, target):
        self.slope = (input > target).float() - (input < target).float()
        return self.total(torch.abs(input - target))


class BCEWithLogitsLoss(MSELoss):
    @in_single
    def measured(self, input, target):
        e = torch.exp(-input.abs())
        self.slope = torch.where(input > 0, torch.ones_like(e), e) / (1 + e) - target
        return self.total(torch.maximum(input, torch.zeros_like(input)) - input * target + torch.log(1 + e))


class CrossEntropyLoss(Loss):
    def forward(self, input, target):
        self.dtype = input.dtype
        if target.dim() == 1:
            if input.dim() != 2 or len(target) != len(input):
                raise ValueError("one class number for each row, please")
            t = torch.eye(input.shape[1])[target]
        else:
            self.match(input, target)
            t = target
        return self.measured(input, t)

    @in_single
    def measured(self, input, t):
        below_top = input - input.sort(dim=1).values[:, -1:]
        log_p = below_top - torch.logsumexp(below_top, dim=1, keepdim=True)
        self.slope = log_p.exp() * t.sum(dim=1)[:, None] - t
        return self.total(-(t * log_p).sum(1), dims=[0])


class NLLLoss(CrossEntropyLoss):
    @in_single
    def measured(self, input, t):
        self.slope = -t
        return self.total((input * -t).sum(1), dims=[0])
