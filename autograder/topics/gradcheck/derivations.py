"""The formulas that notebook 00 has its reader derive."""

import torch

from ..common.model import Derivation
from ..common.numeric import gradient, number, vector


def bottom_of_the_v(eps, f, f3):
    """Bisection for the step at which a little less and a little more are equally wrong."""

    def error(h):
        return h**2 / 6 * f3 + eps * f / h

    low, high = 1e-12, 1e6
    for _ in range(200):
        middle = (low * high) ** 0.5
        rising = error(middle * 1.0001) > error(middle / 1.0001)
        low, high = (low, middle) if rising else (middle, high)
    return middle


DERIVATIONS = [
    Derivation(
        "cube'",
        truth=lambda x: gradient(lambda x: (x * x * x).sum(), x),
        arguments=[(vector(2.0, -1.0, 0.5, 0.0),)],
        hint="The derivative of x to the power k is k times x to the power k - 1.",
    ),
    Derivation(
        "two boxes: grad_t",
        truth=lambda w, x, t: gradient(lambda t: ((w * x - t) ** 2).sum(), t),
        arguments=[(number(3.0), number(2.0), number(4.0)), (number(-1.0), number(2.0), number(0.5))],
        hint="On paper, with w = 3, x = 2, t = 4: raise t by 0.001 and compute L again. Mind the sign.",
    ),
    Derivation(
        "A x: vector-Jacobian product",
        truth=lambda A, g: gradient(lambda x: (g * (A @ x)).sum(), torch.zeros(A.shape[1])),
        arguments=[
            (torch.tensor([[1.0, 2.0, 0.0], [-1.0, 0.0, 3.0]], dtype=torch.float64), vector(1.0, -2.0)),
            (torch.tensor([[0.5], [2.0], [-1.0]], dtype=torch.float64), vector(3.0, 1.0, -4.0)),
        ],
        hint="The result has one entry for each entry of x, that is for each column of A.",
    ),
    Derivation(
        "a value used twice: grad_x",
        truth=lambda a, x: gradient(lambda x: ((a + x) * x).sum(), x),
        arguments=[(number(1.0), number(3.0)), (number(-2.0), number(0.5))],
        hint="With a = 1, x = 3 two ways bring 4 and 3. Write u as what it is, a + x.",
    ),
    Derivation(
        "x³: error of the central difference",
        truth=lambda x, h: ((x + h) ** 3 - (x - h) ** 3) / (2 * h) - gradient(lambda x: (x**3).sum(), x),
        arguments=[(number(1.0), number(0.1)), (number(-2.0), number(0.5)), (number(0.0), number(2.0))],
        hint="(x + h)³ = x³ + 3x²h + 3xh² + h³. At x = 1 and h = 0.1 the error is 0.01.",
    ),
    Derivation(
        "best step of a central difference",
        truth=bottom_of_the_v,
        arguments=[(1e-3, 2.0, 5.0), (1e-6, 1.0, 1.0), (0.1, 4.0, 0.5)],
        hint="The derivative of E with respect to h is h f'''/3 - eps f/h². Set it to zero and solve for h³.",
    ),
]
