"""The formulas that notebook 03 has its reader derive."""

import torch

from ..common.model import Derivation
from ..common.numeric import gradient, matrix


def cross_entropy(x, t):
    return -(t * torch.log(torch.exp(x) / torch.exp(x).sum(1, keepdim=True))).sum() / len(t)


def bce(x, t):
    """The definition, in float64, which is enough for moderate x."""
    s = 1 / (1 + torch.exp(-x))
    return -t * torch.log(s) - (1 - t) * torch.log(1 - s)


def factor_without_outputs(N, D):
    """The gradient divided by N only, over the right one, found by trying."""
    x = torch.arange(1.0, N * D + 1, dtype=torch.float64).reshape(N, D)
    right = gradient(lambda x: x.square().mean(), x)
    return (2 / N * x / right).mean().item()


def lr_for_a_sum(lr, n):
    """The learning rate for which a step down the sum is as long as one down the mean with lr."""
    t = torch.arange(1.0, n + 1, dtype=torch.float64)
    w = torch.zeros(1, dtype=torch.float64)
    step = lr * gradient(lambda w: (w - t).square().mean(), w)
    return (step / gradient(lambda w: (w - t).square().sum(), w)).item()


def bottom_of_parabola(f):
    """The place of a parabola's minimum, from its values at -1, 0 and 1."""
    return (f(-1) - f(1)) / (2 * (f(1) - 2 * f(0) + f(-1)))


def lowest(f, low, high):
    """The place of the minimum of a convex function, by ternary search."""
    for _ in range(200):
        a, b = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, b) if f(a) <= f(b) else (a, high)
    return (low + high) / 2


def log_sum(x, t):
    """t log(1 + e⁻ˣ) + (1 - t) log(1 + eˣ) by PyTorch's own logaddexp."""
    zero = torch.zeros_like(x)
    return t * torch.logaddexp(zero, -x) + (1 - t) * torch.logaddexp(zero, x)


X = matrix([2.0, 1.0, 4.0], [3.0, 0.0, 1.0])


T = matrix([1.0, 3.0, 4.5], [0.0, -0.5, 2.0])


P = matrix([1 / 8, 1 / 4, 5 / 8], [1 / 2, 1 / 4, 1 / 4])


ONE_HOT = matrix([1.0, 0.0, 0.0], [0.0, 0.0, 1.0])


SOFT = matrix([0.7, 0.2, 0.1], [0.1, 0.3, 0.6])


WEIGHTS = matrix([2.0, 0.5, 0.0], [0.1, 0.3, 0.2])


S = matrix([0.25, 0.5, 0.75], [0.9, 0.1, 0.6])


YES_NO = matrix([1.0, 0.0, 0.3], [0.0, 1.0, 1.0])


DERIVATIONS = [
    Derivation(
        "MSE: grad_input",
        truth=lambda x, t: gradient(lambda x: (x - t).square().mean(), x),
        arguments=[(X, T), (X[:1], T[:1]), (X[0], T[0])],
        hint="What is the derivative of one square, and what does 1/n do to it? n counts all entries.",
    ),
    Derivation(
        "MSE: factor of a gradient divided by N only",
        truth=factor_without_outputs,
        arguments=[(1, 1), (4, 1), (2, 3), (5, 2), (3, 7)],
        hint="2/N is given, 2/(N·D) is right: divide the one by the other.",
    ),
    Derivation(
        "sum: learning rate",
        truth=lr_for_a_sum,
        arguments=[(0.1, 10), (0.2, 3), (1.0, 50)],
        hint="lr times the gradient must stay the same. By how much has the gradient grown?",
    ),
    Derivation(
        "L1: grad_input",
        truth=lambda x, t: gradient(lambda x: (x - t).abs().mean(), x),
        arguments=[(X, T), (X[:1], T[:1])],
        hint="The slope of |d| has only three values. And what has become of the 1/n?",
    ),
    Derivation(
        "MSE: best constant",
        truth=lambda t: bottom_of_parabola(lambda c: (c - t).square().mean()),
        arguments=[(matrix(1.0, 2.0, 3.0, 4.0, 100.0),), (matrix(-3.0, 0.5, 7.0),)],
        hint="Write the sum of c - t over all targets as one multiple of c minus something.",
    ),
    Derivation(
        "L1: best constant",
        truth=lambda t: lowest(lambda c: (c - t).abs().sum(), t.min(), t.max()),
        arguments=[(matrix(1.0, 2.0, 3.0, 4.0, 100.0),), (matrix(7.0, 0.5, -3.0),)],
        hint="As many targets below as above: sort them and take the one in the middle.",
    ),
    Derivation(
        "NLL: grad_input",
        truth=lambda t: gradient(lambda log_p: -(t * log_p).sum() / len(t), torch.log(P[: len(t)])),
        arguments=[(ONE_HOT,), (ONE_HOT[1:],)],
        hint="Which entries of log p occur in L, and with which factor? N is len(t).",
    ),
    Derivation(
        "cross-entropy: grad_input",
        truth=lambda p, t: gradient(lambda x: cross_entropy(x, t), torch.log(p)),
        arguments=[(P, ONE_HOT), (P, SOFT), (P[:1], SOFT[:1])],
        hint="The t of a row add up to 1; N is len(p), the number of rows.",
    ),
    Derivation(
        "cross-entropy: grad_input for any t",
        truth=lambda p, t: gradient(lambda x: cross_entropy(x, t), torch.log(p)),
        arguments=[(P, WEIGHTS), (P, SOFT)],
        hint="One sum for each row: t.sum(1, keepdim=True).",
    ),
    Derivation(
        "BCE: grad_input",
        truth=lambda s, t: gradient(lambda x: bce(x, t).mean(), torch.log(s / (1 - s))),
        arguments=[(S, YES_NO), (S[:1], YES_NO[:1])],
        hint="Multiply everything out: a product cancels. The mean is over all entries.",
    ),
    Derivation(
        "BCE: one entry, any x",
        truth=log_sum,
        arguments=[
            (matrix(-2.0, -0.5, 0.0, 0.5, 2.0), matrix(1.0, 0.0, 0.3, 1.0, 0.0)),
            (matrix(-1000.0, -1000.0, 1000.0, 1000.0), matrix(0.0, 1.0, 0.0, 1.0)),
            (matrix(40.0, -40.0), matrix(0.0, 1.0)),
        ],
        hint="max(x, 0), then x·t, then a logarithm whose exponent is never positive.",
    ),
]
