"""The formulas that notebook 02 has its reader derive."""

import math

import torch

from ..common.model import Derivation
from ..common.numeric import gradient, vector


def backward_of(f):
    """The gradient of L = Σ g·f(x) with respect to x, for any f; further arguments are handed to f."""
    return lambda x, g, *more: gradient(lambda x: (g * f(x, *more)).sum(), x)


def sigmoid(x):
    return 1 / (1 + torch.exp(-x))


def softmax(x):
    return torch.exp(x) / torch.exp(x).sum()


def jacobian_entry(p_i, p_j, delta):
    """∂pᵢ/∂xⱼ of a softmax with these probabilities and one more class that has the rest."""
    p = vector(p_i, 1 - p_i) if delta else vector(p_i, p_j, 1 - p_i - p_j)
    return gradient(lambda x: softmax(x)[0], torch.log(p))[0 if delta else 1]


X, G = vector(-2.0, 0.5, 3.0, -0.3, 1.2), vector(4.0, -1.0, 2.0, 0.7, -3.0)


Y = vector(0.1, 0.25, 0.5, 0.75, 0.99)


P3, G3 = vector(0.125, 0.25, 0.625), vector(8.0, 0.0, -8.0)


P4, G4 = vector(0.1, 0.2, 0.3, 0.4), vector(1.5, -2.0, 0.5, 3.0)


DERIVATIONS = [
    Derivation(
        "ReLU: grad_x",
        truth=backward_of(lambda x: (x + x.abs()) / 2),
        arguments=[(X, G), (vector(1.0, -1.0), vector(-5.0, -5.0))],
        hint="The sign of x opens the gate; what passes is g as it came, with its own sign.",
    ),
    Derivation(
        "LeakyReLU: grad_x",
        truth=backward_of(lambda x, a: torch.where(x > 0, x, a * x)),
        arguments=[(X, G, 0.01), (X, G, 0.3), (X, G, 2.0)],
        hint="`torch.where(condition, one, other)`: the slope is 1 where x > 0, and a elsewhere.",
    ),
    Derivation(
        "sigmoid'",
        truth=lambda y: gradient(lambda x: sigmoid(x).sum(), torch.log(y / (1 - y))),
        arguments=[(Y,), (vector(0.5, 0.001),)],
        hint="The two factors have the same denominator, and their sum is 1.",
    ),
    Derivation(
        "the riddle of 0.25",
        truth=lambda x, g: gradient(lambda g: sigmoid(g).sum(), g),
        arguments=[(X, 1e-5 * G), (X, G)],
        hint="σ' is 0.25 at 0 only. Which of the two tensors is nearly 0 everywhere?",
    ),
    Derivation(
        "tanh with one exponential",
        truth=lambda e: torch.tanh(torch.log(e) / 2),
        arguments=[(vector(0.5, 1.0, 3.0, 20.0),), (vector(0.0, math.inf),)],
        hint="At e = 3 it is 1/2. At e = inf it must be 1: if you get nan there, e still stands in two places.",
    ),
    Derivation(
        "tanh'",
        truth=lambda y: gradient(lambda x: torch.tanh(x).sum(), torch.atanh(y)),
        arguments=[(vector(-0.9, -0.5, 0.0, 0.5, 0.99),)],
        hint="Add 1 to both sides of y = 2s - 1; and what is 2 minus that?",
    ),
    Derivation(
        "three layers: grad_x",
        truth=backward_of(lambda x: 4 * sigmoid(2 * x - 1) - 1),
        arguments=[(vector(0.5), vector(1.0)), (X, G)],
        hint="Three slopes, multiplied: 2, that of the sigmoid at 2x - 1, and 4. And g.",
    ),
    Derivation(
        "Softmax: Jacobian",
        truth=jacobian_entry,
        arguments=[(0.125, 0.125, 1), (0.25, 0.625, 0), (0.625, 0.25, 0), (0.4, 0.4, 1), (0.1, 0.4, 0)],
        hint="Divide both terms by S²: in the first, one S cancels.",
    ),
    Derivation(
        "Softmax: grad_x",
        truth=lambda p, g: gradient(lambda x: (g * softmax(x)).sum(), torch.log(p)),
        arguments=[(P3, G3), (P4, G4)],
        hint="With p = (1/8, 1/4, 5/8), g = (8, 0, -8) it is (1.5, 1, -2.5); p alone stands in front of the bracket.",
    ),
    Derivation(
        "LogSoftmax: grad_x",
        truth=lambda p, g: gradient(lambda x: (g * torch.log(softmax(x))).sum(), torch.log(p)),
        arguments=[(P3, vector(-1.0, 0.0, 0.0)), (P4, G4)],
        hint="With p = (1/8, 1/4, 5/8) and g = (-1, 0, 0) it is (-7/8, 1/4, 5/8).",
    ),
]
