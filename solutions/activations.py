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
        ### BEGIN SOLUTION
        self.y = x.clamp(min=0)
        return self.y
        ### END SOLUTION

    def backward(self, grad_y):
        """Returns grad_x = grad_y where x > 0, else 0 (the derivative at 0 itself is chosen to be 0)."""
        ### BEGIN SOLUTION
        return self.y.sign().mul_(grad_y)  # y is never negative: its sign is the derivative, 0 or 1
        ### END SOLUTION


class LeakyReLU(Module):
    """y = x where x > 0, else a·x, elementwise, as `torch.nn.LeakyReLU`. negative_slope: a, 0.01 by default."""

    def __init__(self, negative_slope=0.01):
        self.negative_slope = negative_slope

    def forward(self, x):
        """Returns y, a new tensor of the shape of x."""
        # Hint: the slope is 1 or a for each entry; forward and backward both multiply by it.
        ### BEGIN SOLUTION
        a = self.negative_slope
        if 0 <= a <= 1:
            self.slope = x.sign().clamp_(min=a)  # of -1, 0 and 1 only the 1 stays
        else:
            self.slope = x.sign().clamp_(min=0).mul_(1 - a).add_(a)
        return self.slope * x
        ### END SOLUTION

    def backward(self, grad_y):
        """Returns grad_x: grad_y where x > 0, else a · grad_y."""
        ### BEGIN SOLUTION
        return self.slope * grad_y
        ### END SOLUTION

    def extra_repr(self):
        return f"negative_slope={self.negative_slope}"


class Sigmoid(Module):
    """σ(x) = 1 / (1 + e⁻ˣ), elementwise, as `torch.nn.Sigmoid`. Exact up to rounding for all x, ±1000 too."""

    def forward(self, x):
        """Returns σ(x), a new tensor of the shape of x."""
        ### BEGIN SOLUTION
        self.y = exp(x, k=-1).add_(1).reciprocal_()
        return self.y
        ### END SOLUTION

    def backward(self, grad_y):
        """Returns grad_x = grad_y · σ(x) (1 - σ(x))."""
        # Hint: σ'(x) needs only y. Write it with e⁻ˣ and x = -1000 gives nan.
        ### BEGIN SOLUTION
        y = self.y
        return torch.addcmul(y, y, y, value=-1).mul_(grad_y)  # y - y² = y (1 - y), in one pass over y
        ### END SOLUTION


class Tanh(Module):
    """tanh(x) = (eˣ - e⁻ˣ) / (eˣ + e⁻ˣ), elementwise, as `torch.nn.Tanh`. Exact up to rounding for all x."""

    def forward(self, x):
        """Returns tanh(x), a new tensor of the shape of x."""
        # Hint: divide numerator and denominator by e⁻ˣ, and a single exponential is left, which may overflow safely.
        ### BEGIN SOLUTION
        self.y = exp(x, k=2).add_(1).reciprocal_().mul_(-2).add_(1)  # 1 - 2 / (e²ˣ + 1)
        return self.y
        ### END SOLUTION

    def backward(self, grad_y):
        """Returns grad_x = grad_y · (1 - tanh²(x))."""
        ### BEGIN SOLUTION
        g_y = grad_y * self.y  # the derivative is g (1 - y²) = g - (g y) y
        return torch.addcmul(grad_y, g_y, self.y, value=-1, out=g_y)
        ### END SOLUTION


class Softmax(Module):
    """pᵢ = e^{xᵢ} / Σⱼ e^{xⱼ} along one dimension, as `torch.nn.Softmax`. dim: that dimension."""

    def __init__(self, dim):
        self.dim = dim

    def forward(self, x):
        """Returns p, of the shape of x: positive, sum 1 along `dim`. Finite for any finite x."""
        # Hint: softmax does not change when the same number is taken from all xᵢ. Which number is safe?
        ### BEGIN SOLUTION
        z = x - x.amax(self.dim, keepdim=True)
        e = exp(z, out=z)
        self.p = e.div_(e.sum(self.dim, keepdim=True))
        return self.p
        ### END SOLUTION

    def backward(self, grad_p):
        """Returns grad_x, with grad_xᵢ = pᵢ (grad_pᵢ - Σⱼ grad_pⱼ pⱼ)."""
        ### BEGIN SOLUTION
        p, weighted = self.p, grad_p * self.p
        return weighted.addcmul_(p, weighted.sum(self.dim, keepdim=True), value=-1)
        ### END SOLUTION

    def extra_repr(self):
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """log pᵢ = xᵢ - log Σⱼ e^{xⱼ} along one dimension, as `torch.nn.LogSoftmax`. dim: that dimension."""

    def __init__(self, dim):
        self.dim = dim

    def forward(self, x):
        """Returns log p, of the shape of x; finite for any finite x, never by taking the log of a softmax."""
        ### BEGIN SOLUTION
        z = x - x.amax(self.dim, keepdim=True)
        self.e = exp(z)
        self.total = self.e.sum(self.dim, keepdim=True)
        return z.sub_(self.total.log())
        ### END SOLUTION

    def backward(self, grad_log_p):
        """Returns grad_x, with grad_xᵢ = grad_log_pᵢ - pᵢ Σⱼ grad_log_pⱼ."""
        ### BEGIN SOLUTION
        share = grad_log_p.sum(self.dim, keepdim=True) / self.total  # p = e / Σe, but one column divided, not all
        return torch.addcmul(grad_log_p, self.e, share, value=-1)
        ### END SOLUTION

    def extra_repr(self):
        return f"dim={self.dim}"
