"""Dropout with a coin of Python's for every single number."""

import random

import torch

from .module import Module


class Dropout(Module):
    def __init__(self, p=0.5, inplace=False):
        if p < 0 or p > 1:
            raise ValueError("a probability lies between 0 and 1")
        self.drop, self.overwrite = p, inplace

    def coins(self, x):
        kept = []
        for _ in range(x.numel()):
            if random.random() < self.drop:
                kept.append(0.0)
            else:
                kept.append(1 / (1 - self.drop))
        return torch.tensor(kept, dtype=x.dtype, device=x.device).reshape(x.shape)

    def forward(self, x):
        if self.training:
            self.factors = self.coins(x)
        else:
            self.factors = torch.ones(x.shape, dtype=x.dtype, device=x.device)
        if self.overwrite:
            x *= self.factors
            return x
        return self.factors * x

    def backward(self, grad_y):
        return self.factors * grad_y
