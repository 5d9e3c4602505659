"""Activations with their derivatives."""

import torch

from .style import new_axes


def function_and_derivative(layer, ax=None, span=6):
    """y = layer(x) and its derivative over -span ≤ x ≤ span, the derivative by `layer.backward` of ones.

    layer: an elementwise layer of ours. Returns the axes.
    """
    ax = new_axes(ax)
    x = torch.linspace(-span, span, 401, dtype=torch.float64)
    y = layer(x)
    slope = layer.backward(torch.ones_like(x))
    ax.plot(x, y, label="$f(x)$")
    ax.plot(x, slope, "--", label="$f'(x)$")
    ax.set(title=type(layer).__name__, xlabel="x")
    ax.legend()
    return ax
