"""Independent ways to the truth of a derivation: numbers in, numbers out, no formula of the course."""

import torch


def number(value):
    """A 0-d float64 tensor."""
    return torch.tensor(value, dtype=torch.float64)


def vector(*values):
    """A float64 tensor of one dimension."""
    return torch.tensor(values, dtype=torch.float64)


def matrix(*rows):
    """A float64 tensor of two dimensions."""
    return torch.tensor(rows, dtype=torch.float64)


def gradient(f, x, h=1e-6):
    """Central differences of a scalar function of a tensor; good to about 1e-9 for values around 1."""
    x = x.double()
    steps = torch.eye(x.numel(), dtype=torch.float64).reshape(-1, *x.shape) * h
    return torch.stack([(f(x + step) - f(x - step)) / (2 * h) for step in steps]).reshape(x.shape)
