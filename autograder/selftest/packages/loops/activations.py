"""Activations in pure Python: every number by itself, with `math`."""

import math

import torch

from .module import Module


def each(function, *tensors):
    """A tensor of function(a, b, ...) for the entries of tensors of one shape."""
    columns = [t.reshape(-1).tolist() for t in tensors]
    values = [function(*entries) for entries in zip(*columns)]
    return torch.tensor(values, dtype=tensors[0].dtype).reshape(tensors[0].shape)


class Elementwise(Module):
    """y = f(x); a subclass says what f and its derivative are."""

    def f(self, x):
        raise ValueError("a subclass says")

    def slope(self, x):
        raise ValueError("a subclass says")

    def _forward_impl(self, x):
        return each(self.f, x)

    def forward(self, x):
        self.seen = x.clone()
        return self._forward_impl(x)

    def backward(self, grad_y):
        if "seen" not in vars_of(self):
            raise RuntimeError(f"{self.__class__.__name__}: forward first")
        return each(lambda x, g: self.slope(x) * g, self.seen, grad_y)


def vars_of(thing):
    return thing.__dict__


class ReLU(Elementwise):
    def f(self, x):
        return x if x > 0 else 0.0

    def slope(self, x):
        return 1.0 if x > 0 else 0.0


class LeakyReLU(Elementwise):
    def __init__(self, negative_slope=0.01):
        self.negative_slope = negative_slope

    def f(self, x):
        return x if x > 0 else self.negative_slope * x

    def slope(self, x):
        return 1.0 if x > 0 else self.negative_slope


def logistic(x):
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


class Sigmoid(Elementwise):
    def f(self, x):
        return logistic(x)

    def slope(self, x):
        return logistic(x) * logistic(-x)


class Tanh(Elementwise):
    def f(self, x):
        return math.tanh(x)

    def slope(self, x):
        return 1 - math.tanh(x) ** 2


def lines(x, dim):
    """Every line of x along dim, as (where the rest of it lies, its numbers)."""
    moved = x.movedim(dim, -1)
    return moved.shape, moved.reshape(-1, x.shape[dim]).tolist()


def unlines(shape, rows, dim, dtype):
    return torch.tensor(rows, dtype=dtype).reshape(shape).movedim(-1, dim)


class Softmax(Module):
    def __init__(self, dim):
        self.dim = dim

    def forward(self, x):
        shape, rows = lines(x, self.dim)
        self.p = []
        for row in rows:
            top = max(row)
            e = [math.exp(v - top) for v in row]
            self.p.append([v / sum(e) for v in e])
        return unlines(shape, self.p, self.dim, x.dtype)

    def backward(self, grad_p):
        shape, rows = lines(grad_p, self.dim)
        result = []
        for p, g in zip(self.p, rows, strict=True):
            size = range(len(p))
            result.append([sum(g[i] * p[i] * ((i == j) - p[j]) for i in size) for j in size])
        return unlines(shape, result, self.dim, grad_p.dtype)


class LogSoftmax(Module):
    def __init__(self, dim):
        self.dim = dim

    def forward(self, x):
        shape, rows = lines(x, self.dim)
        self.p, result = [], []
        for row in rows:
            top = max(row)
            total = top + math.log(sum(math.exp(v - top) for v in row))
            result.append([v - total for v in row])
            self.p.append([math.exp(v - total) for v in row])
        return unlines(shape, result, self.dim, x.dtype)

    def backward(self, grad_log_p):
        shape, rows = lines(grad_log_p, self.dim)
        result = [[gi - pi * sum(g) for gi, pi in zip(g, p)] for g, p in zip(rows, self.p, strict=True)]
        return unlines(shape, result, self.dim, grad_log_p.dtype)
