"""A helper file of one's own."""

from functools import wraps

import torch


def in_single(method):
    """Run a method in float32, and give its result the dtype of the first tensor."""

    @wraps(method)
    def wrapper(self, x, *rest):
        narrow = [t.float() if t.is_floating_point() else t for t in (x, *rest)]
        return method(self, *narrow).to(x.dtype)

    return wrapper


def row_sums(x, dim):
    """Sums along dim, kept as a dimension of 1, from the last entry to the first."""
    return torch.cumsum(x.flip(dim), dim).narrow(dim, x.shape[dim] - 1, 1)


def single(x):
    """x in float32, whatever it was."""
    return x.to(torch.float32)
