"""The formulas that notebook 09 has its reader derive."""

import math

import torch

from ..common.model import Derivation
from ..common.numeric import gradient, matrix, number, vector


def rows_left_over(H, K, S):
    """Rows that no window covers, by laying windows."""
    seen = {start + i for start in range(0, H - K + 1, S) for i in range(K)}
    return H - len(seen)


def period_that_appears(p, pixels=2520):
    """The period of every second pixel of stripes with period p, by a Fourier transform. p divides `pixels`."""
    stripes = torch.cos(2 * math.pi / p * torch.arange(pixels, dtype=torch.float64))
    kept = stripes[::2]
    return len(kept) / torch.fft.rfft(kept).abs().argmax().item()


def swing(p, pixels=2520):
    """The amplitude of the mean of two neighbours in stripes with period p, from mean squares. p divides `pixels`."""
    stripes = torch.cos(2 * math.pi / p * torch.arange(pixels + 1, dtype=torch.float64))
    means = (stripes[1:] + stripes[:-1]) / 2
    return (means.square().mean() / stripes[1:].square().mean()).sqrt()


def receptive_field(r, j, K):
    """The pixels that K neighbours see together: each sees r, j further than the one before."""
    seen = {k * j + i for k in range(K) for i in range(r)}
    return max(seen) - min(seen) + 1


X = matrix([1, 3, 2], [4, 5, 0])


DERIVATIONS = [
    Derivation(
        "pooling: rows left over",
        truth=rows_left_over,
        arguments=[(9, 2, 2), (8, 2, 2), (11, 3, 3), (10, 3, 2), (9, 3, 2), (12, 5, 4), (7, 4, 1)],
        hint="Take K away for the first window; what stays over when the rest is divided into steps of S?",
    ),
    Derivation(
        "max: grad_x",
        truth=lambda x, g: gradient(lambda x: g * x.max(), x),
        arguments=[
            (vector(1.0, 4.0, -2.0), number(3.0)),
            (vector(0.5, -1.0, -0.5, 0.25), number(-2.0)),
            (vector(-3.0, -1.0), number(0.5)),
        ],
        hint="One entry of x is equal to the maximum: it gets all of g. What do the others get?",
    ),
    Derivation(
        "mean of a window: grad_x",
        truth=lambda x, g: gradient(lambda x: g * x.mean(), x),
        arguments=[(X, number(3.0)), (X[:, :2], number(-2.0)), (X.T, number(0.5))],
        hint="A tensor of the shape of x, and all of its entries are equal. n counts rows times columns.",
    ),
    Derivation(
        "every second pixel: period that appears",
        truth=period_that_appears,
        arguments=[(2.1,), (2.25,), (2.5,), (3.0,), (3.5,)],
        hint="The frequency that appears is 1 - 2f with f = 1/p; the period is one over it.",
    ),
    Derivation(
        "mean of two neighbours: swing",
        truth=swing,
        arguments=[(2.0,), (2.1,), (3.0,), (4.0,), (8.0,)],
        hint="(a - b)/2 does not depend on i. For p = 2 nothing may be left, for p = 4 it is 0.707.",
    ),
    Derivation(
        "receptive field: one layer more",
        truth=receptive_field,
        arguments=[(1, 1, 3), (3, 1, 2), (4, 2, 3), (10, 4, 3), (8, 2, 5), (6, 3, 1)],
        hint="The last of K neighbours begins (K - 1) jumps after the first, and sees r from there.",
    ),
]
