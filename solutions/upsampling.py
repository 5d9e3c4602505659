"""Upsampling: images made larger by copying entries, or by a convolution run backwards with learned weights."""

import math

import torch

from .conv import as_batch, conv2d, conv2d_grad_input, conv2d_grad_weight, pair
from .init import fan_in_and_fan_out, uniform_
from .module import Module, Parameter


class Upsample(Module):
    """Every entry becomes a block of s_H x s_W copies, as `torch.nn.Upsample` with mode='nearest'.

    scale_factor: s, an int or a pair of ints, at least 1. mode: 'nearest'; ValueError for any other.
    """

    def __init__(self, scale_factor, mode="nearest"):
        if mode != "nearest":
            raise ValueError(f"only mode='nearest' is built here, got {mode!r}")
        self.scale_factor = pair(scale_factor)

    def forward(self, x):
        """x: (N, C, H, W). Returns y: (N, C, s_H·H, s_W·W)."""
        ### BEGIN SOLUTION
        (N, C, H, W), (s_H, s_W) = x.shape, self.scale_factor
        self.shape, y = x.shape, x.new_empty(N, C, H, s_H, W, s_W)
        for j in range(s_W):
            y[:, :, :, 0, :, j] = x
        for i in range(1, s_H):
            y[:, :, :, i] = y[:, :, :, 0]  # whole rows
        return y.view(N, C, s_H * H, s_W * W)
        ### END SOLUTION

    def backward(self, grad_y):
        """grad_y: (N, C, s_H·H, s_W·W). Returns grad_x: (N, C, H, W)."""
        # Hint: one entry of x stands at s_H·s_W places of y.
        ### BEGIN SOLUTION
        (N, C, H, W), (s_H, s_W) = self.shape, self.scale_factor
        first, *others = grad_y.reshape(N, C, H, s_H, W * s_W).unbind(3)
        rows = sum(others, start=first)
        first, *others = rows.view(N, C, H, W, s_W).unbind(4)
        return sum(others, start=first)
        ### END SOLUTION

    def extra_repr(self):
        return f"scale_factor={self.scale_factor}, mode='nearest'"


class ConvTranspose2d(Module):
    """The adjoint of a `Conv2d` with the same weight, as `torch.nn.ConvTranspose2d`.

    Every entry of x, times the kernel, is added into y.

    in_channels, out_channels: C_in, C_out. kernel_size, stride, padding, output_padding, dilation: numbers or pairs.
    padding: rows and columns taken away on each side. output_padding: rows and columns added at the bottom and on the
    right; smaller than stride or dilation, ValueError otherwise. bias: whether there is a b.
    H_out = (H - 1)·S - 2P + D·(K - 1) + 1 + output_padding.
    Parameters: weight (C_in, C_out, K_H, K_W), bias (C_out,) or None.
    """

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, *, bias=True, dilation=1
    ):
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.output_padding = pair(kernel_size), pair(output_padding, 0)
        self.geometry = self.stride, self.padding, self.dilation = pair(stride), pair(padding, 0), pair(dilation)
        if any(e >= max(s, d) for e, s, d in zip(self.output_padding, self.stride, self.dilation)):
            raise ValueError(f"output_padding {output_padding} must be smaller than stride or dilation")
        self.weight = Parameter(torch.empty(in_channels, out_channels, *self.kernel_size))
        self.bias = Parameter(torch.empty(out_channels)) if bias else None
        self.reset_parameters()

    def reset_parameters(self):
        """Draw weight and bias from U[-k, k], k = 1/√(C_out·K_H·K_W), as `torch.nn.ConvTranspose2d` does. Given."""
        k = 1 / math.sqrt(fan_in_and_fan_out(self.weight.data)[0])
        uniform_(self.weight.data, -k, k)
        if self.bias is not None:
            uniform_(self.bias.data, -k, k)

    def output_size(self, x):
        """(H_out, W_out) for an input x, (N, C_in, H, W). Given."""
        sizes = zip(x.shape[2:], self.stride, self.padding, self.dilation, self.kernel_size, self.output_padding)
        return tuple((n - 1) * s - 2 * p + d * (k - 1) + 1 + e for n, s, p, d, k, e in sizes)

    def forward(self, x):
        """x: (N, C_in, H, W) or (C_in, H, W). Returns y: (N, C_out, H_out, W_out) or (C_out, H_out, W_out)."""
        # Hint: what is grad_y for a Conv2d is x here, and what is grad_x there is y here.
        ### BEGIN SOLUTION
        self.x = x
        batch = as_batch(x, self.in_channels)
        y = conv2d_grad_input(batch, self.weight.data, self.output_size(batch), *self.geometry)
        if self.bias is not None:
            y = y + self.bias.data[:, None, None]
        return y.reshape(x.shape[:-3] + y.shape[1:])
        ### END SOLUTION

    def backward(self, grad_y):
        """grad_y: of the shape of y. Adds to weight.grad and bias.grad; returns grad_x, of the shape of x."""
        # Hint: the adjoint of an adjoint: grad_x is a convolution of grad_y. Mind rows that output_padding added.
        ### BEGIN SOLUTION
        x, g = as_batch(self.x, self.in_channels), as_batch(grad_y, self.out_channels)
        if self.bias is not None:
            self.bias.grad += g.sum((0, 2, 3))
        self.weight.grad += conv2d_grad_weight(g, x, self.kernel_size, *self.geometry)
        grad_x = conv2d(g, self.weight.data, None, *self.geometry)
        return grad_x[..., : x.shape[2], : x.shape[3]].reshape(self.x.shape)
        ### END SOLUTION

    def extra_repr(self):
        return (
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"padding={self.padding}, output_padding={self.output_padding}, dilation={self.dilation}, "
            f"bias={self.bias is not None}"
        )
