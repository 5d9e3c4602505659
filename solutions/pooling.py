"""Pooling: one number for each window, the largest or the mean."""

import math

import torch

from .conv import as_batch, crop, pad, pair, sliding_windows, taps
from .module import Module


class Pool2d(Module):
    """What both kinds of pooling share; given.

    kernel_size, stride (kernel_size by default), padding: ints or pairs (height, width). ValueError for padding of more
    than half of the kernel: a window could lie in it altogether.
    """

    def __init__(self, kernel_size, stride=None, padding=0):
        self.kernel_size, self.padding = pair(kernel_size), pair(padding, 0)
        self.stride = self.kernel_size if stride is None else pair(stride)
        if any(2 * p > k for p, k in zip(self.padding, self.kernel_size)):
            raise ValueError(f"padding {self.padding} is more than half of the kernel {self.kernel_size}")

    def padded(self, x, value):
        """x as a batch with a border of `value`; the shapes are kept for backward."""
        batch = pad(as_batch(x, x.shape[-3]), self.padding, value)
        self.shape, self.padded_shape = x.shape, batch.shape
        return batch

    def windows(self, padded):
        """All windows as a view, (N, C, KH, KW, HO, WO)."""
        return sliding_windows(padded, self.kernel_size, self.stride, dilation=(1, 1))

    def places(self, padded):
        """For each place (i, j) of the kernel, row by row, what lies there in all windows: views, (N, C, HO, WO)."""
        return taps(self.windows(padded))

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxPool2d(Pool2d):
    """The largest entry of each window, as `torch.nn.MaxPool2d`; arguments as in `Pool2d`. Padding never wins."""

    def forward(self, x):
        """x: (N, C, H, W) or (C, H, W). Returns y: (N, C, HO, WO) or (C, HO, WO)."""
        # Hint: what stands at each place of the kernel, copied and stacked; y is the largest of them. Keep both.
        ### BEGIN SOLUTION
        windows = self.windows(self.padded(x, -math.inf))
        self.candidates = windows.permute(2, 3, 0, 1, 4, 5).flatten(0, 1)  # as torch.stack(self.places(…)), but at once
        self.y = self.candidates.amax(0)
        return self.y.view(x.shape[:-3] + self.y.shape[1:])
        ### END SOLUTION

    def backward(self, grad_y):
        """Returns grad_x: each entry of grad_y goes to the first largest entry of its window; overlaps add up."""
        ### BEGIN SOLUTION
        grad_padded, left, won = grad_y.new_zeros(self.padded_shape), grad_y, torch.empty_like(self.y)
        for place, candidate in zip(self.places(grad_padded), self.candidates):
            # As numbers, 1 and 0, several times faster than a mask of booleans.
            torch.eq(candidate, self.y, out=won)
            place.addcmul_(left, won)
            left = torch.addcmul(left, left, won, value=-1)  # nothing, once the first of the largest has taken it
        return crop(grad_padded, self.padding).reshape(self.shape)
        ### END SOLUTION


class AvgPool2d(Pool2d):
    """The mean of each window, padding zeros counted in, as `torch.nn.AvgPool2d`; arguments as in `Pool2d`."""

    def forward(self, x):
        """x: (N, C, H, W) or (C, H, W). Returns y: (N, C, HO, WO) or (C, HO, WO)."""
        ### BEGIN SOLUTION
        padded = self.padded(x, 0.0)
        first, *others = self.places(padded)
        y = sum(others, start=first) / (1 + len(others))
        return y.reshape(x.shape[:-3] + y.shape[1:])
        ### END SOLUTION

    def backward(self, grad_y):
        """Returns grad_x: each entry of grad_y is shared equally by its window; overlaps add up."""
        ### BEGIN SOLUTION
        grad_padded = grad_y.new_zeros(self.padded_shape)
        places = self.places(grad_padded)
        share = grad_y / len(places)
        for place in places:
            place += share
        return crop(grad_padded, self.padding).reshape(self.shape)
        ### END SOLUTION
