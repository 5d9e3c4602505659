"""The formulas that notebook 10 has its reader derive."""

import torch

from ..common.model import Derivation
from ..common.numeric import gradient, vector


def copies(x, s):
    """Every entry of a row s times, one after the other."""
    return torch.stack([x[i // s] for i in range(s * len(x))])


def stamped(x, w, stride):
    """The transposed convolution of a row: x[h] times the kernel, added from place h · stride on."""
    y = torch.zeros((len(x) - 1) * stride + len(w), dtype=torch.float64)
    for h in range(len(x)):
        y[h * stride : h * stride + len(w)] += x[h] * w
    return y


def windows(size, K, S, P, D):
    """How many windows a convolution finds in a row, by trying every place."""
    return len([start for start in range(0, size + 2 * P, S) if start + D * (K - 1) < size + 2 * P])


def smallest_input(H, K, S, P, D):
    """The shortest row in which a convolution finds H windows, by trying."""
    return next(size for size in range(1, 1000) if windows(size, K, S, P, D) == H)


def missing_rows(H, K, S, P, D):
    """How much longer H is than the shortest row with as many windows."""
    return H - smallest_input(windows(H, K, S, P, D), K, S, P, D)


def terms(i, K, S):
    """How many kernels, laid at 0, ±S, ±2S, …, cover place i."""
    return len([start for start in range(-100 * S, 100 * S, S) if start <= i < start + K])


def one_kernel(w):
    """What nearest x2 and a convolution with padding 1 answer to a single 1, from the place where it begins."""
    x = torch.zeros(5, dtype=torch.float64)
    x[2] = 1
    u = torch.cat([torch.zeros(1), copies(x, 2), torch.zeros(1)])
    return torch.stack([(w * u[i : i + 3]).sum() for i in range(3, 7)])


X, W3, W4 = vector(3, -1), vector(1, 2, -1), vector(0.5, -1, 2, 3)


G5, G8 = vector(1, -2, 3, 1, -1), vector(2, 0.5, -1, 3, 1, -2, 0, 1)


DERIVATIONS = [
    Derivation(
        "nearest: grad_x",
        truth=lambda g, s: gradient(lambda x: (g * copies(x, s)).sum(), torch.zeros(len(g) // s)),
        arguments=[(vector(1, 2, -3, 4, 0, 5), 2), (vector(1, 2, -3, 4, 0, 5), 3), (vector(2, -1, 4), 1)],
        hint="x[h] stands in y at the places s·h to s·h + s - 1. What happens to the uses of one value?",
    ),
    Derivation(
        "transposed convolution: output size",
        truth=smallest_input,
        arguments=[
            (4, 3, 2, 0, 1),
            (5, 4, 2, 1, 1),
            (3, 3, 1, 1, 1),
            (4, 3, 3, 2, 2),
            (6, 1, 2, 0, 1),
            (1, 5, 3, 1, 1),
        ],
        hint="From the first place of the first stamp to the last place of the last one, without P on both sides.",
    ),
    Derivation(
        "output_padding that brings H back",
        truth=missing_rows,
        arguments=[
            (8, 3, 2, 1, 1),
            (7, 3, 2, 1, 1),
            (11, 4, 3, 0, 1),
            (12, 3, 4, 2, 2),
            (10, 2, 3, 0, 1),
            (9, 3, 1, 1, 1),
        ],
        hint="How many rows does the last window leave over? Notebook 09 asked the same without padding and dilation.",
    ),
    Derivation(
        "transposed convolution: grad_x",
        truth=lambda w, g: gradient(lambda x: (g * stamped(x, w, 2)).sum(), torch.zeros((len(g) - len(w)) // 2 + 1)),
        arguments=[(W3, G5), (W4, G8)],
        hint="Row h of g.unfold(0, len(w), 2) holds the entries of g that x[h] has been added to.",
    ),
    Derivation(
        "transposed convolution: grad_w",
        truth=lambda x, g: gradient(lambda w: (g * stamped(x, w, 2)).sum(), torch.zeros(len(g) - 2 * (len(x) - 1))),
        arguments=[(X, G5), (vector(1, -2, 3), G8)],
        hint="The kernel has len(g) - 2 (len(x) - 1) entries. Multiply as long windows of g by their x[h], and add.",
    ),
    Derivation(
        "overlap: terms at place i",
        truth=terms,
        arguments=[
            (6, 3, 2),
            (7, 3, 2),
            (8, 4, 2),
            (9, 4, 2),
            (10, 5, 3),
            (11, 5, 3),
            (12, 5, 3),
            (9, 2, 3),
            (11, 2, 3),
        ],
        hint="Every S places a stamp begins: K // S of them cover every place, the rest K % S only some.",
    ),
    Derivation(
        "nearest + conv as one kernel",
        truth=one_kernel,
        arguments=[(W3,), (vector(1, 10, 100),), (vector(0.5, -1, 4),)],
        hint="A 1 becomes two neighbours. At which of the four places does w[2] meet the first of them?",
    ),
]
