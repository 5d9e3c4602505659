"""The formulas that notebook 07 has its reader derive."""

import math
from itertools import product
from statistics import fmean, pvariance

import torch

from ..common.model import Derivation
from ..common.numeric import gradient, matrix, number, vector


def mean_of_the_batch_variance(m, var):
    """Over all 2ᵐ batches of m coins ±√var: an exact mean."""
    return fmean(pvariance([sign * math.sqrt(var) for sign in signs]) for signs in product([-1, 1], repeat=m))


def weight_of_a_batch(a, k):
    """What is left in the running mean of one batch of mean 1 after k batches of mean 0."""
    r = 0.0
    for mean in [1.0] + [0.0] * k:
        r += a * (mean - r)
    return r


def normalised(x, eps):
    """(x̂, 1/√(v + eps)) of the values of one channel."""
    inv_std = (((x - x.mean()) ** 2).mean() + eps) ** -0.5
    return (x - x.mean()) * inv_std, inv_std


def grad_x(g, x_hat, inv_std, gamma):
    """By differences, at values that x̂ and 1/√(v + eps) belong to: their mean is arbitrary, their eps is not."""
    x = x_hat / inv_std
    eps = inv_std**-2 - (x * x).mean()
    return gradient(lambda x: (g * gamma * normalised(x, eps)[0]).sum(), x)


def grad_d(G, d, v, eps, grad_v):
    """By differences of both ways in which d acts: through x̂ = d s with s held fast, and through the mean square."""
    return gradient(lambda d: (G * d).sum() / (v + eps).sqrt() + grad_v * d.square().mean(), d)


def linear_then_batchnorm(u, W, b, gamma, beta, mean, var, eps):
    return gamma * (W @ u + b - mean) / torch.sqrt(var + eps) + beta


def folded_weight(W, gamma, mean, var, eps):
    """Its columns are the changes of the output when one input is 1 in place of 0."""
    rest = W, torch.zeros(len(W)), gamma, torch.zeros(len(W)), mean, var, eps
    none, units = torch.zeros(W.shape[1], dtype=W.dtype), torch.eye(W.shape[1], dtype=W.dtype)
    return torch.stack([linear_then_batchnorm(u, *rest) - linear_then_batchnorm(none, *rest) for u in units], dim=1)


def folded_bias(b, gamma, beta, mean, var, eps):
    """The output for an input of zeros."""
    W = torch.zeros(len(b), 1, dtype=b.dtype)
    return linear_then_batchnorm(torch.zeros(1, dtype=b.dtype), W, b, gamma, beta, mean, var, eps)


X, G = vector(1, 3, 3, 9), vector(1.0, -3.0, -1.0, 7.0)
X_HAT, INV_STD = normalised(X, 0.0)
X5, G5 = vector(0.5, -2, 1, 3, -0.5), vector(2.0, -1.0, 0.5, -3.0, 1.5)
X_HAT5, INV_STD5 = normalised(X5, 0.5)
D, D5 = X - X.mean(), X5 - X5.mean()
V, V5 = (D * D).mean(), (D5 * D5).mean()
W = matrix([1, -2, 0.5], [3, 1, -1])
GAMMA, BETA, MEAN, VAR = vector(2.0, -0.5), vector(1.0, 3.0), vector(-1.0, 4.0), vector(0.25, 9.0)


DERIVATIONS = [
    Derivation(
        "variance of a batch: its mean",
        truth=mean_of_the_batch_variance,
        arguments=[(2, 1.0), (3, 4.0), (5, 0.5), (8, 2.0)],
        hint="The variance of the mean of m values is var/m; two coins must give 1/2.",
    ),
    Derivation(
        "running mean: weight of a batch",
        truth=weight_of_a_batch,
        arguments=[(0.1, 0), (0.1, 3), (0.5, 2), (0.01, 50)],
        hint="For k = 0 it is a; each batch after it multiplies what is there by 1 - a.",
    ),
    Derivation(
        "BatchNorm: grad_gamma",
        truth=lambda g, x_hat: gradient(lambda gamma: (g * gamma * x_hat).sum(), torch.ones(g.shape[1])),
        arguments=[
            (G[:, None], X_HAT[:, None]),
            (torch.stack([G5, -2 * G5.flip(0)], 1), torch.stack([X_HAT5, normalised(X5.square(), 0.5)[0]], 1)),
        ],
        hint="In y = γ x̂ + β, what multiplies γ? One number for each channel, that is for each column.",
    ),
    Derivation(
        "BatchNorm: grad_v",
        truth=lambda G, d, v, eps: gradient(lambda v: (G * d / (v + eps).sqrt()).sum(), v),
        arguments=[(3 * G, D, V, 0.0), (G5, D5, V5, 0.5)],
        hint="What arrives at s, times the derivative of s. In the example on paper it is -2.",
    ),
    Derivation(
        "BatchNorm: grad_d",
        truth=grad_d,
        arguments=[(3 * G, D, V, 0.0, number(-2.0)), (G5, D5, V5, 0.5, number(0.7))],
        hint="Two arrows leave d, so two terms come back. In the example on paper it is (4, -2, 0, 2).",
    ),
    Derivation(
        "BatchNorm: grad_x from grad_d",
        truth=lambda grad_d: gradient(lambda x: (grad_d * (x - x.mean())).sum(), torch.zeros(len(grad_d))),
        arguments=[(vector(4.0, -2.0, 0.0, 2.0),), (G5,)],
        hint="(4, -2, 0, 2) must become (3, -3, -1, 1).",
    ),
    Derivation(
        "BatchNorm: grad_x",
        truth=grad_x,
        arguments=[(G, X_HAT, INV_STD, 3.0), (G5, X_HAT5, INV_STD5, -0.5)],
        hint="Three terms in brackets, two factors in front. It sums to 0, and on paper it is (3, -3, -1, 1).",
    ),
    Derivation(
        "BatchNorm in evaluation: grad_x",
        truth=lambda g, inv_std, gamma: gradient(
            lambda x: (g * gamma * inv_std * (x - 0.7)).sum(), torch.zeros(len(g))
        ),
        arguments=[(G, INV_STD, 3.0), (G5, INV_STD5, -0.5)],
        hint="y is a straight line in x. What is its slope?",
    ),
    Derivation(
        "BatchNorm folded into Linear: W",
        truth=folded_weight,
        arguments=[(W, GAMMA, MEAN, VAR, 0.0), (W, GAMMA, MEAN, VAR, 0.5)],
        hint="If u changes by 1, how much does W u + b change, and how much does y then? The mean has no part in it.",
    ),
    Derivation(
        "BatchNorm folded into Linear: b",
        truth=folded_bias,
        arguments=[(vector(3.0, -2.0), GAMMA, BETA, MEAN, VAR, 0.0), (vector(0.5, 1.0), GAMMA, BETA, MEAN, VAR, 0.5)],
        hint="It is what comes out for u = 0: put b into the formula of BatchNorm.",
    ),
]
