"""Dropout (Srivastava et al. 2014): in training every entry is set to 0 with probability p."""

import torch

from .module import Module


class Dropout(Module):
    """y = x · mask, as `torch.nn.Dropout`: mask is 0 with probability p, else 1/(1 - p); in evaluation y = x.

    p: between 0 and 1, 0.5 by default, ValueError otherwise. inplace: whether x itself is changed.
    """

    def __init__(self, p=0.5, inplace=False):
        if not 0 <= p <= 1:
            raise ValueError(f"p must be between 0 and 1, got {p}")
        self.p, self.inplace = p, inplace

    def forward(self, x):
        """x: any shape. Returns y of the same shape: x itself if inplace, or in evaluation."""
        # Hint: with p = 1 everything is 0, and 1/(1 - p) is not a number.
        raise NotImplementedError("Dropout.forward: notebook 08, step 3")

    def backward(self, grad_y):
        """Returns grad_x = grad_y · mask, with the mask of the last forward."""
        raise NotImplementedError("Dropout.backward: notebook 08, step 4")

    def extra_repr(self):
        return f"p={self.p}, inplace={self.inplace}"
