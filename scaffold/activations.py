"""Non-linearities. Each keeps from forward what its derivative is cheapest to write with: x, or the output y."""

import math

import torch

from .module import Module


def exp(x, k=1, out=None):
    """e^{kx}, written as 2^{kx·log₂e}: powers of two are what torch computes faster by far. Given.

    out: the tensor to write to, x itself for example; a new one by default.
    """
    return torch.mul(x, k * math.log2(math.e), out=out).exp2_()


class ReLU(Module):
    """y = max(x, 0), elementwise, as `torch.nn.ReLU`. x, y: any shape."""

    def forward(self, x):
        """Returns max(x, 0), a new tensor of the shape of x."""
        raise NotImplementedError("ReLU.forward: notebook 02, step 1")

    def backward(self, grad_y):
        """Returns grad_x = grad_y where x > 0, else 0 (the derivative at 0 itself is chosen to be 0)."""
        raise NotImplementedError("ReLU.backward: notebook 02, step 1")


class LeakyReLU(Module):
    """y = x where x > 0, else a·x, elementwise, as `torch.nn.LeakyReLU`. negative_slope: a, 0.01 by default."""

    def __init__(self, negative_slope=0.01):
        self.negative_slope = negative_slope

    def forward(self, x):
        """Returns y, a new tensor of the shape of x."""
        # Hint: the slope is 1 or a for each entry; forward and backward both multiply by it.
        raise NotImplementedError("LeakyReLU.forward: notebook 02, step 2")

    def backward(self, grad_y):
        """Returns grad_x: grad_y where x > 0, else a · grad_y."""
        raise NotImplementedError("LeakyReLU.backward: notebook 02, step 2")

    def extra_repr(self):
        return f"negative_slope={self.negative_slope}"


class Sigmoid(Module):
    """σ(x) = 1 / (1 + e⁻ˣ), elementwise, as `torch.nn.Sigmoid`. Exact up to rounding for all x, ±1000 too."""

    def forward(self, x):
        """Returns σ(x), a new tensor of the shape of x."""
        raise NotImplementedError("Sigmoid.forward: notebook 02, step 3")

    def backward(self, grad_y):
        """Returns grad_x = grad_y · σ(x) (1 - σ(x))."""
        # Hint: σ'(x) needs only y. Write it with e⁻ˣ and x = -1000 gives nan.
        raise NotImplementedError("Sigmoid.backward: notebook 02, step 3")


class Tanh(Module):
    """tanh(x) = (eˣ - e⁻ˣ) / (eˣ + e⁻ˣ), elementwise, as `torch.nn.Tanh`. Exact up to rounding for all x."""

    def forward(self, x):
        """Returns tanh(x), a new tensor of the shape of x."""
        # Hint: divide numerator and denominator by e⁻ˣ, and a single exponential is left, which may overflow safely.
        raise NotImplementedError("Tanh.forward: notebook 02, step 4")

    def backward(self, grad_y):
        """Returns grad_x = grad_y · (1 - tanh²(x))."""
        raise NotImplementedError("Tanh.backward: notebook 02, step 4")


class Softmax(Module):
    """pᵢ = e^{xᵢ} / Σⱼ e^{xⱼ} along one dimension, as `torch.nn.Softmax`. dim: that dimension."""

    def __init__(self, dim):
        self.dim = dim

    def forward(self, x):
        """Returns p, of the shape of x: positive, sum 1 along `dim`. Finite for any finite x."""
        # Hint: softmax does not change when the same number is taken from all xᵢ. Which number is safe?
        raise NotImplementedError("Softmax.forward: notebook 02, step 7")

    def backward(self, grad_p):
        """Returns grad_x, with grad_xᵢ = pᵢ (grad_pᵢ - Σⱼ grad_pⱼ pⱼ)."""
        raise NotImplementedError("Softmax.backward: notebook 02, step 7")

    def extra_repr(self):
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """log pᵢ = xᵢ - log Σⱼ e^{xⱼ} along one dimension, as `torch.nn.LogSoftmax`. dim: that dimension."""

    def __init__(self, dim):
        self.dim = dim

    def forward(self, x):
        """Returns log p, of the shape of x; finite for any finite x, never by taking the log of a softmax."""
        raise NotImplementedError("LogSoftmax.forward: notebook 02, step 8")

    def backward(self, grad_log_p):
        """Returns grad_x, with grad_xᵢ = grad_log_pᵢ - pᵢ Σⱼ grad_log_pⱼ."""
        raise NotImplementedError("LogSoftmax.backward: notebook 02, step 8")

    def extra_repr(self):
        return f"dim={self.dim}"
