"""The formulas that notebook 01 has its reader derive."""

import math
from itertools import product

import torch

from ..common.model import Derivation
from ..common.numeric import gradient, matrix


def upstream(g, x, W, b):
    """L = Σ g·y, neuron by neuron and sample by sample, without a matrix product."""
    y = (x[:, None, :] * W[None, :, :]).sum(-1) + b
    return (g * y).sum()


def mean_square_of_a_neuron(n, var_w, ms_x):
    """Over all 2ⁿ signs of n weights of size √var_w, for inputs of mean square ms_x: an exact mean."""
    x = [math.sqrt(ms_x * 2 * (i + 1) / (n + 1)) for i in range(n)]
    values = [sum(s * v for s, v in zip(signs, x, strict=True)) for signs in product([-1, 1], repeat=n)]
    return var_w * sum(y * y for y in values) / len(values)


def reach(std, steps=100_000):
    """How many times the measured standard deviation of evenly spread numbers in [-1, 1] fits into std."""
    u = (torch.arange(steps, dtype=torch.float64) + 0.5) / steps * 2 - 1
    return std / u.square().mean().sqrt().item()


def gain(s):
    """What brings the mean square of a leaky ReLU of a standard normal z back to 1, by numerical integration."""
    z = torch.linspace(-12, 12, 240_001, dtype=torch.float64)
    density = torch.exp(-(z**2) / 2)
    y = torch.where(z > 0, z, s * z)
    return ((density.sum() / (density * y**2).sum()) ** 0.5).item()


X, W, B = matrix([1, 2, 0], [-1, 0, 3]), matrix([1, 0, -1], [2, 1, 0]), matrix([1, -1])[0]


G = matrix([1, -2], [3, 1])


X4 = matrix([0.5, -1, 2], [1, 3, 0], [-2, 0.5, 1], [0, 1, -1])


W2, B2 = matrix([2, -1, 0.5], [0, 3, 1]), matrix([0.5, 2])[0]


G4 = matrix([1, 0.5], [-2, 1], [0, -3], [2, -1])


DERIVATIONS = [
    Derivation(
        "Linear: grad_b",
        truth=lambda g: gradient(lambda b: (g * (torch.zeros(len(g), 1, dtype=g.dtype) + b)).sum(), torch.zeros(2)),
        arguments=[(G,), (G4,)],
        hint="One number for each neuron, that is for each column of g: the sum over the samples.",
    ),
    Derivation(
        "Linear: grad_W",
        truth=lambda x, g: gradient(lambda W: upstream(g, x, W, B), torch.zeros(g.shape[1], x.shape[1])),
        arguments=[(X4, G4), (X, G)],
        hint="Which matrix must be turned so that the two indices n meet in the middle, with o before and i after?",
    ),
    Derivation(
        "Linear: grad_x",
        truth=lambda W, g: gradient(lambda x: upstream(g, x, W, B), torch.zeros(len(g), W.shape[1])),
        arguments=[(W2, G4), (W, G)],
        hint="In g_no W_oi the two o already stand next to each other.",
    ),
    Derivation(
        "mean square of a neuron",
        truth=mean_square_of_a_neuron,
        arguments=[(2, 1.0, 12.5), (3, 0.5, 2.0), (8, 0.25, 1.0)],
        hint="n terms remain, all alike, and each is E[w²] E[x²]. In the paper example it must give 25.",
    ),
    Derivation(
        "uniform distribution: reach",
        truth=reach,
        arguments=[(1.0,), (0.1,), (2.5,)],
        hint="Var = a²/3 and std is the square root of Var.",
    ),
    Derivation(
        "LeakyReLU: gain",
        truth=gain,
        arguments=[(0.0,), (1.0,), (0.2,), (3.0,)],
        hint="A factor in the weights is squared in the mean square. For s = 0 it is √2, for s = 1 it is 1.",
    ),
]
