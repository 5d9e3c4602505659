"""The formulas that notebook 06 has its reader derive."""

from itertools import product

import torch

from ..common.model import Derivation
from ..common.numeric import gradient, matrix, vector


def place(h, i, S, P, D, far=1000):
    """Where window h finds its entry i, by walking there: from -P in steps of S, then in steps of D."""
    start = range(-P, far, S)[h]
    return range(start, far, D)[i]


def windows_that_fit(H, K, S, P, D):
    """How many there are: each start is tried, and all places of its window are looked at."""
    starts = range(-P, H + P, S)
    return sum(all(start + i * D < H + P for i in range(K)) for start in starts)


def correlation(x, w):
    """One channel, stride 1: the sum over each window, by cutting the windows out one by one."""
    (kh, kw), (h, w_) = w.shape, x.shape
    rows = [[(x[a : a + kh, b : b + kw] * w).sum() for b in range(w_ - kw + 1)] for a in range(h - kh + 1)]
    return torch.stack([torch.stack(row) for row in rows])


def correlation_1d(x, w):
    return torch.stack([(x[a : a + len(w)] * w).sum() for a in range(len(x) - len(w) + 1)])


def steps(H, W, S, D):
    """How far apart neighbours lie in memory, read off a picture whose every entry is its own place in memory."""
    memory = torch.arange(H * W).reshape(H, W)
    return [int(memory[a, b]) for a, b in ((D, 0), (0, D), (S, 0), (0, S))]


def upstream(columns, weight, g):
    """L = Σ g·y for one sample, y = weight times columns, without a matrix product."""
    return (g * (weight[:, :, None] * columns[None]).sum(1)).sum()


X, G = matrix([1, 2, 0], [3, 0, 1], [0, 1, 2]), matrix([1, -2], [3, 1])


X5 = matrix([1, -2, 0.5, 3], [0, 1, 2, -1], [2, 0.5, -3, 1], [1, 1, 0, 2], [-1, 3, 2, 0])


G5 = matrix([1, -2, 0.5], [3, 1, -1], [-0.5, 2, 1], [2, 0, -3])


COLUMNS, WEIGHT = matrix([1, 2, 3, 0, -1], [2, 0, 0, 1, 3], [3, 0.5, -2, 1, 0]), matrix([2, -1, 0], [0.5, 1, 3])


GY = matrix([1, -2, 3, 1, 0.5], [-1, 0, 2, -3, 1])


DERIVATIONS = [
    Derivation(
        "Conv2d: place in x",
        truth=place,
        arguments=[(h, i, S, P, D) for h, i, S, P, D in product((0, 1, 3), (0, 2), (1, 2), (0, 1), (1, 3))],
        hint="Where does window 0 begin? How far is it to window h, and from there to entry i?",
    ),
    Derivation(
        "Conv2d: output size",
        truth=windows_that_fit,
        arguments=[
            (H, K, S, P, D)
            for H, K, S, P, D in product((5, 6, 7, 8), (1, 2, 3), (1, 2, 3), (0, 1, 2), (1, 2))
            if H + 2 * P >= D * (K - 1) + 1
        ],
        hint="At how many places could the kernel begin with stride 1? Take the first of them, then every S-th.",
    ),
    Derivation(
        "Conv2d: grad_bias",
        truth=lambda g: gradient(lambda b: (g * b[None, :, None, None]).sum(), torch.zeros(g.shape[1])),
        arguments=[
            (torch.stack([torch.stack([G, 2 * G, -G.T]), torch.stack([G + 1, -G, G.T - 2])]),),
            (G[None, None],),
        ],
        hint="One number for each output channel o: which of the indices n, o, h, w has to stay?",
    ),
    Derivation(
        "Conv2d: grad_weight[i, j]",
        truth=lambda x, g, i, j: gradient(
            lambda w: (g * correlation(x, w)).sum(),
            torch.zeros(x.shape[0] - g.shape[0] + 1, x.shape[1] - g.shape[1] + 1),
        )[i, j],
        arguments=[(X, G, 0, 0), (X, G, 1, 0), (X5, G5, 0, 1), (X5, G5, 1, 0), (X5, G5, 1, 1)],
        hint="g[0, 0] meets x[i, j], g[0, 1] meets x[i, j + 1]: a part of x, as large as g, that begins at (i, j).",
    ),
    Derivation(
        "1-D convolution: grad_x[a]",
        truth=lambda w, g, a: gradient(lambda x: (g * correlation_1d(x, w)).sum(), torch.zeros(len(w) + len(g) - 1))[a],
        arguments=[
            (w, g, a)
            for w, g in [(vector(2, -1), vector(1, 3, -2)), (vector(2, -1, 0.5), vector(1, 3, -2, 4))]
            for a in range(len(w) + len(g) - 1)
        ],
        hint="Window h sees x[a] with its entry i = a - h. Near the ends some of these windows do not exist.",
    ),
    Derivation(
        "sliding windows: steps in memory",
        truth=steps,
        arguments=[(4, 5, 2, 1), (4, 5, 1, 1), (7, 6, 1, 3), (9, 8, 3, 2)],
        hint="One row of x is W places in memory. How many rows is one step in i, and how many is one step in h?",
    ),
    Derivation(
        "Conv2d: grad_weight from columns",
        truth=lambda columns, g: gradient(lambda w: upstream(columns, w, g), torch.zeros(g.shape[0], columns.shape[0])),
        arguments=[(COLUMNS, GY), (COLUMNS[:2], GY[:1])],
        hint="The places are summed, so their index has to stand in the middle of the product.",
    ),
    Derivation(
        "Conv2d: grad_columns",
        truth=lambda weight, g: gradient(
            lambda columns: upstream(columns, weight, g), torch.zeros(weight.shape[1], g.shape[1])
        ),
        arguments=[(WEIGHT, GY), (WEIGHT[:1], GY[:1])],
        hint="Each column is multiplied by the same matrix. What was grad_x when Linear multiplied by W?",
    ),
]
