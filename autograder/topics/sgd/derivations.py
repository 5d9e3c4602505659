"""The formulas that notebook 04 has its reader derive."""

import math
from itertools import product

import torch

from ..common.model import Derivation


def _bisect(f, low, high):
    """A zero of f between low and high, where f(low) < 0 < f(high)."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) < 0 else (low, middle)
    return (low + high) / 2


def _largest_stable_lr(lam):
    """Found by trying: after one step from w = 1 on the parabola, is w farther away?"""
    return _bisect(lambda lr: abs(1 - lr * lam) - 1, low=1 / lam, high=10 / lam)


def _best_lr(small, large):
    """Ternary search for the lr whose slower coordinate is fastest."""

    def slowest(lr):
        return max(abs(1 - lr * small), abs(1 - lr * large))

    low, high = 0.0, 2 / small
    for _ in range(300):
        a, b = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, b) if slowest(a) < slowest(b) else (a, high)
    return (low + high) / 2


def _batch_noise(sigma, B):
    """The standard deviation of the mean over every possible batch of B draws from {-sigma, sigma}."""
    means = [sum(batch) / B for batch in product([-sigma, sigma], repeat=B)]
    return math.sqrt(sum(mean**2 for mean in means) / len(means))


def _decayed_gradient(p, g, wd, h=1e-5):
    """Central differences of g·p + wd/2 |p|² along each coordinate (exact for a parabola, up to rounding)."""
    grad = g.clone()
    for i in range(len(p)):
        up, down = p.clone(), p.clone()
        up[i] += h
        down[i] -= h
        price = [(g * q).sum() + wd / 2 * (q * q).sum() for q in (up, down)]
        grad[i] = (price[0] - price[1]) / (2 * h)
    return grad


def _decayed_minimum(lam, w_star, wd):
    """Plain descent on lam/2 (w - w*)² + wd/2 w², run until it stands still."""
    w, lr = 0.0, 1 / (lam + wd) / 2
    for _ in range(200):
        w -= lr * (lam * (w - w_star) + wd * w)
    return w


def _momentum(g, m, k):
    b = 0.0
    for _ in range(k):
        b = m * b + g
    return b


def _nesterov(g, m, k):
    return g + m * _momentum(g, m, k)


def _noise_floor(lr, lam, sigma):
    variance = 0.0
    for _ in range(20000):
        variance = (1 - lr * lam) ** 2 * variance + lr**2 * sigma**2
    return variance


def _adam_m(g, beta, t):
    m = 0.0
    for _ in range(t):
        m = beta * m + (1 - beta) * g
    return m


def _adam_first_change(lr, g):
    """One step of Adam, written out with eps = 0."""
    m, v = 0.1 * g, 0.001 * g * g
    return -lr * (m / 0.1) / (v / 0.001) ** 0.5


DERIVATIONS = [
    Derivation(
        "largest stable lr",
        _largest_stable_lr,
        [(2.0,), (0.5,), (25.0,)],
        "On the parabola one step multiplies w by 1 - lr·lam; when is that -1?",
    ),
    Derivation(
        "best lr for two curvatures",
        _best_lr,
        [(1.0, 3.0), (1.0, 100.0), (0.5, 0.6)],
        "At the best lr both coordinates are equally slow: 1 - lr·small = -(1 - lr·large).",
    ),
    Derivation(
        "mini-batch noise",
        _batch_noise,
        [(1.0, 1), (1.0, 2), (2.0, 4), (0.5, 10)],
        "Variances of independent draws add, and dividing by B divides the variance by B².",
    ),
    Derivation(
        "weight decay",
        _decayed_gradient,
        [
            (torch.tensor([2.0, -1.0, 0.5]).double(), torch.tensor([0.3, 0.7, -1.1]).double(), 0.5),
            (torch.tensor([-0.4, 3.0]).double(), torch.tensor([0.0, 0.0]).double(), 0.01),
        ],
        "Differentiate wd/2 · p² and add it to g.",
    ),
    Derivation(
        "minimum with weight decay",
        _decayed_minimum,
        [(10.0, 2.0, 0.1), (0.5, -3.0, 0.5), (0.01, 1.0, 0.1)],
        "At the minimum lam·(w - w_star) + wd·w is 0.",
    ),
    Derivation(
        "momentum after k steps",
        _momentum,
        [(1.0, 0.9, 1), (1.0, 0.9, 3), (-2.0, 0.5, 4)],
        "A geometric series: S = 1 + m + … + m^(k-1), and S - m·S has two terms.",
    ),
    Derivation(
        "Nesterov's k-th step",
        _nesterov,
        [(1.0, 0.9, 1), (1.0, 0.9, 2), (-2.0, 0.5, 4)],
        "Work out the first two with g = 1 and m = 0.9, and compare with momentum's 1, 1.9, 2.71, 3.439.",
    ),
    Derivation(
        "noise floor",
        _noise_floor,
        [(0.1, 1.0, 1.0), (1.0, 1.0, 1.0), (0.05, 4.0, 0.5)],
        "Set V = (1 - lr·lam)²·V + lr²·sigma² and solve for V.",
    ),
    Derivation(
        "Adam: m after t steps",
        _adam_m,
        [(1.0, 0.9, 1), (1.0, 0.9, 3), (-0.5, 0.999, 10)],
        "The geometric series of momentum, times (1 - beta).",
    ),
    Derivation(
        "Adam: first change of p",
        _adam_first_change,
        [(0.001, 3.0), (0.1, -0.02), (0.5, 1000.0)],
        "At t = 1 both corrections undo the (1 - beta) exactly; what is g / √(g²)?",
    ),
]
