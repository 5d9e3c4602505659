"""The formulas that notebook 08 has its reader derive."""

import math
from itertools import product
from statistics import fmean, pvariance

from ..common.model import Derivation
from ..common.numeric import gradient, matrix, vector

TICKETS = 1000
"""A mask is drawn like a ticket: of so many that are equally likely, p · TICKETS say 0. p has three digits at most."""


def masked(p, x, scale=1.0):
    """What x becomes with each of the tickets."""
    losing = round(p * TICKETS)
    return [0.0] * losing + [scale * x] * (TICKETS - losing)


def scale(p):
    """What brings the mean of the masked values of 1 back to 1."""
    return 1 / fmean(masked(p, 1.0))


def mean_squared_error(p, w, x, t):
    """Over all 2ⁿ masks of the n inputs, each with its probability."""
    total = 0.0
    for mask in product([0, 1], repeat=len(x)):
        probability = math.prod(1 - p if kept else p for kept in mask)
        y = sum(wi * xi * kept / (1 - p) for wi, xi, kept in zip(w.tolist(), x.tolist(), mask, strict=True))
        total += probability * (y - t) ** 2
    return total


G, MASK = matrix([1, -2, 0.5], [3, 1, -1]), matrix([2, 0, 2], [0, 0, 2])
W, X = vector(1.0, -2.0, 0.5), vector(3.0, 1.0, -4.0)


DERIVATIONS = [
    Derivation(
        "dropout: mean without a scale",
        truth=lambda p, x: fmean(masked(p, x)),
        arguments=[(0.25, 3.0), (0.5, -2.0), (0.8, 10.0), (0.0, 1.5)],
        hint="With probability p it is 0. With which probability is it x?",
    ),
    Derivation(
        "dropout: scale",
        truth=scale,
        arguments=[(0.25,), (0.5,), (0.9,), (0.0,)],
        hint="Its product with the mean share of what is kept is 1. For p = 1/4 it is 4/3.",
    ),
    Derivation(
        "dropout: variance",
        truth=lambda p, x: pvariance(masked(p, x, scale(p))),
        arguments=[(0.25, 3.0), (0.5, -2.0), (0.8, 10.0), (0.0, 1.5)],
        hint="The mean square is (1 - p) times the square of x/(1 - p). For p = 1/4 and x = 3 the variance is 3.",
    ),
    Derivation(
        "dropout: grad_x",
        truth=lambda g, mask: gradient(lambda x: (g * x * mask).sum(), 0 * g),
        arguments=[(G, MASK), (-2 * G, 0.625 * MASK)],
        hint="Each y is its x times a number that was drawn. What is the derivative of 2x? And of 0x?",
    ),
    Derivation(
        "dropout: mean squared error",
        truth=mean_squared_error,
        arguments=[(0.25, W, X, 2.0), (0.5, W, X, -1.0), (0.8, X, W, 0.5), (0.0, W, X, 3.0)],
        hint="The square of the mean error, plus the variance of y; the variances of independent terms add up.",
    ),
]
