"""Upsampling in float32: repeated entries, and the convolution of an input that was stretched with zeros."""

import math as m

import torch as t
from torch import Tensor

from .conv import as_batch, conv2d, pair
from .init import uniform_
from .module import Module, Parameter
from .narrow import in_single, single


class Upsample(Module):
    def __init__(self, scale_factor, mode="nearest"):
        match mode:
            case "nearest":
                self.scale_factor = pair(scale_factor)
            case other:
                raise ValueError(f"unknown mode {other}")

    def forward(self, x: Tensor) -> Tensor:
        for dim, times in zip((2, 3), self.scale_factor):
            x = x.repeat_interleave(repeats=times, dim=dim)
        return x

    @in_single
    def backward(self, grad_y: Tensor) -> Tensor:
        s_h, s_w = self.scale_factor
        return grad_y.unflatten(3, (-1, s_w)).sum(dim=4).unflatten(2, (-1, s_h)).sum(dim=3)


def framed(x: Tensor, top: int, bottom: int, dim: int) -> Tensor:
    """x with so many zeros before and after; a negative number takes entries away."""
    zeros = [x.narrow(dim, 0, 1).mul(0).repeat_interleave(max(0, n), dim=dim) for n in (top, bottom)]
    wide = t.cat([zeros[0], x, zeros[1]], dim=dim)
    return wide.narrow(dim, start=max(0, -top), length=x.size(dim) + top + bottom)


class ConvTranspose2d(Module):
    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, *, bias=True, dilation=1
    ):
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride, self.dilation = pair(kernel_size), pair(stride), pair(dilation)
        self.padding, self.output_padding = pair(padding, least=0), pair(output_padding, least=0)
        if any(e >= s and e >= d for e, s, d in zip(self.output_padding, self.stride, self.dilation)):
            raise ValueError(f"{output_padding=} is too large")
        self.weight = Parameter(data=t.empty(size=(in_channels, out_channels, *self.kernel_size)))
        self.bias = Parameter(data=t.empty(size=(out_channels,))) if bias else None
        self.reset_parameters()

    def reset_parameters(self):
        k = m.pow(self.out_channels * m.prod(self.kernel_size), -1 / 2)
        for p in self.parameters():
            uniform_(p.data, a=-k, b=k)

    def stretched(self, x: Tensor) -> Tensor:
        """Zeros between the entries of x, and so many around that a plain convolution gives y."""
        n, c, h, w = x.shape
        (s_h, s_w), z = self.stride, single(x)
        sparse = t.zeros((n, c, s_h * (h - 1) + 1, s_w * (w - 1) + 1), dtype=z.dtype, device=z.device)
        sparse[:, :, ::s_h, ::s_w] = z
        for i in range(2):
            edge = self.dilation[i] * (self.kernel_size[i] - 1) - self.padding[i]
            sparse = framed(sparse, edge, edge + self.output_padding[i], dim=2 + i)
        return sparse

    @property
    def flipped(self) -> Tensor:
        return single(self.weight.data).transpose(0, 1).flip([2, 3])

    @in_single
    def forward(self, x: Tensor) -> Tensor:
        self.lead, self.sparse = x.shape[:-3], self.stretched(batch := as_batch(x, self.in_channels))
        self.extent = batch.shape[2:]
        bias = None if self.bias is None else self.bias.data
        y = conv2d(self.sparse, self.flipped, bias, stride=(1, 1), padding=(0, 0), dilation=self.dilation)
        return y.reshape(*self.lead, *y.shape[1:])

    @in_single
    def backward(self, grad_y: Tensor) -> Tensor:
        g = as_batch(grad_y, self.out_channels)
        (k_h, k_w), (d_h, d_w), (ho, wo) = self.kernel_size, self.dilation, g.shape[2:]
        slopes = [
            [
                t.tensordot(self.sparse[:, :, i * d_h :, j * d_w :][:, :, :ho, :wo], g, dims=([0, 2, 3], [0, 2, 3]))
                for j in range(k_w)
            ]
            for i in range(k_h)
        ]
        kernel_first = t.stack([t.stack(row) for row in slopes])  # (KH, KW, C_in, C_out), of the flipped kernel
        self.weight.grad += kernel_first.flip([0, 1]).permute(2, 3, 0, 1)
        if self.bias is not None:
            self.bias.grad += g.mean(dim=(0, 2, 3)).mul(len(g) * ho * wo)
        grad_x = conv2d(g, single(self.weight.data), None, self.stride, self.padding, self.dilation)
        return grad_x[:, :, : self.extent[0], : self.extent[1]].reshape(*self.lead, self.in_channels, *self.extent)
