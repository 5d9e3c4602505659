"""Losses in pure Python, term by term."""

import math

import torch

from .module import Module


class Loss(Module):
    def __init__(self, reduction="mean"):
        if reduction != "mean" and reduction != "sum":
            raise ValueError(reduction)
        self.reduction = reduction

    def settle(self, terms, slopes, like, count):
        """The value of a list of terms; keeps the gradient, whose entries are the slopes."""
        factor = 1 / count if self.reduction == "mean" else 1.0
        self.grad = torch.tensor([factor * s for s in slopes], dtype=like.dtype).reshape(like.shape)
        return torch.tensor(factor * math.fsum(terms), dtype=like.dtype)

    def backward(self):
        return self.grad.clone()


class Entrywise(Loss):
    def forward(self, input, target):
        assert input.shape == target.shape, "shapes differ"
        pairs = list(zip(input.reshape(-1).tolist(), target.reshape(-1).tolist()))
        return self.settle([self.term(*p) for p in pairs], [self.slope(*p) for p in pairs], input, len(pairs))


class MSELoss(Entrywise):
    def term(self, x, t):
        return (x - t) ** 2

    def slope(self, x, t):
        return 2 * (x - t)


class L1Loss(Entrywise):
    def term(self, x, t):
        return abs(x - t)

    def slope(self, x, t):
        return (x > t) - (x < t)


class BCEWithLogitsLoss(Entrywise):
    def term(self, x, t):
        return max(x, 0) - x * t + math.log1p(math.exp(-abs(x)))

    def slope(self, x, t):
        sigmoid = 1 / (1 + math.exp(-x)) if x >= 0 else 1 - 1 / (1 + math.exp(x))
        return sigmoid - t


class NLLLoss(Loss):
    def forward(self, input, target):
        if input.dim() != 2 or target.dim() != 1 or len(input) != len(target):
            raise ValueError("expected (N, C) and (N,)")
        table, classes = input.tolist(), target.tolist()
        terms = [-row[c] for row, c in zip(table, classes, strict=True)]
        slopes = [-1.0 if i == c else 0.0 for row, c in zip(table, classes, strict=True) for i in range(len(row))]
        return self.settle(terms, slopes, input, len(table))


class CrossEntropyLoss(Loss):
    def forward(self, input, target):
        if target.shape == input.shape:
            wanted = target.tolist()
        elif target.dim() == 1 and len(target) == len(input):
            wanted = [[float(i == c) for i in range(input.shape[1])] for c in target.tolist()]
        else:
            raise ValueError("neither class numbers nor probabilities")
        terms, slopes = [], []
        for row, t in zip(input.tolist(), wanted, strict=True):
            top = max(row)
            total = top + math.log(math.fsum(math.exp(v - top) for v in row))
            terms += [ti * (total - v) for v, ti in zip(row, t)]
            slopes += [sum(t) * math.exp(v - total) - ti for v, ti in zip(row, t)]
        return self.settle(terms, slopes, input, len(input))
