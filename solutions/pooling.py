"""Pooling: one number for each window, the largest or the mean."""

import math

import torch

from .conv import add_windows, conv_output_size, pair, windows
from .module import Module


class Pool2d(Module):
    """What both kinds of pooling share; given. kernel_size, stride (kernel_size by default), padding: numbers or pairs."""

    def __init__(self, kernel_size, stride=None, padding=0):
        self.kernel_size, self.padding = pair(kernel_size), pair(padding)
        self.stride = self.kernel_size if stride is None else pair(stride)
        if any(2 * p > k for p, k in zip(self.padding, self.kernel_size)):
            raise ValueError(f"padding {self.padding} is more than half of the kernel {self.kernel_size}")

    def pad(self, x, value):
        """x, (N, C, H, W), with a frame of `value`; x itself if there is no padding."""
        (N, C, H, W), (P_H, P_W) = x.shape, self.padding
        if P_H == P_W == 0:
            return x
        padded = x.new_full((N, C, H + 2 * P_H, W + 2 * P_W), value)
        padded[:, :, P_H : P_H + H, P_W : P_W + W] = x
        return padded

    def unpad(self, grad_padded):
        """The part of a padded gradient that belongs to x."""
        (H, W), (P_H, P_W) = grad_padded.shape[2:], self.padding
        return grad_padded[:, :, P_H : H - P_H, P_W : W - P_W]

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxPool2d(Pool2d):
    """The largest entry of each window, as `torch.nn.MaxPool2d`; arguments as in `Pool2d`. Padding never wins."""

    def forward(self, x):
        """x: (N, C, H, W). Returns y: (N, C, H_out, W_out)."""
        # Hint: walk over the K_H·K_W places of the kernel and keep the best so far, and where it was seen first.
        ### BEGIN SOLUTION
        padded = self.pad(x, -math.inf)
        view = windows(padded, self.kernel_size, self.stride, (1, 1))
        self.padded_size, self.view_shape = padded.shape[2:], view.shape
        places = [view[:, :, i, j] for i in range(view.shape[2]) for j in range(view.shape[3])]
        y = places[0].clone()
        self.winner = torch.zeros_like(y, dtype=torch.uint8)
        for k, candidate in enumerate(places[1:], start=1):
            better = candidate > y
            self.winner.masked_fill_(better, k)
            y = torch.maximum(y, candidate)
        return y
        ### END SOLUTION

    def backward(self, grad_y):
        """Returns grad_x: each entry of grad_y goes to the first largest entry of its window."""
        ### BEGIN SOLUTION
        N, C, K_H, K_W, H_out, W_out = self.view_shape
        u = torch.stack([grad_y * (self.winner == k) for k in range(K_H * K_W)], dim=2)
        return self.unpad(add_windows(u.reshape(self.view_shape), self.padded_size, self.stride, (1, 1)))
        ### END SOLUTION


class AvgPool2d(Pool2d):
    """The mean of each window, padding zeros counted in, as `torch.nn.AvgPool2d`; arguments as in `Pool2d`."""

    def forward(self, x):
        """x: (N, C, H, W). Returns y: (N, C, H_out, W_out)."""
        ### BEGIN SOLUTION
        padded = self.pad(x, 0.0)
        view = windows(padded, self.kernel_size, self.stride, (1, 1))
        self.padded_size, self.view_shape = padded.shape[2:], view.shape
        return view.mean((2, 3))
        ### END SOLUTION

    def backward(self, grad_y):
        """Returns grad_x: each entry of grad_y is shared equally by its window."""
        ### BEGIN SOLUTION
        share = grad_y / math.prod(self.kernel_size)
        u = share[:, :, None, None].expand(self.view_shape)
        return self.unpad(add_windows(u, self.padded_size, self.stride, (1, 1)))
        ### END SOLUTION
