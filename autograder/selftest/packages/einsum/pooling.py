"""Pooling by tables of indices: which entries of a flat plane lie in which window."""

from functools import lru_cache
from math import inf

import torch
from torch import Tensor, einsum

from .conv import conv_output_size, crop, pad, pair
from .module import Module


@lru_cache(maxsize=64)
def members(size: tuple[int, int], kernel: tuple[int, int], stride: tuple[int, int]) -> Tensor:
    """(HO·WO, KH·KW): for each window the numbers of its entries, row by row."""
    rows, columns = (
        s * torch.arange(conv_output_size(n, k, s))[:, None] + torch.arange(k) for n, k, s in zip(size, kernel, stride)
    )
    table = size[1] * rows[:, None, :, None] + columns[None, :, None, :]
    return table.reshape(len(rows) * len(columns), -1)


class Pool2d(Module):
    border = 0.0

    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size, self.padding = pair(kernel_size), pair(padding, 0)
        self.stride = self.kernel_size if stride is None else pair(stride)
        if any(p > k // 2 for p, k in zip(self.padding, self.kernel_size)):
            raise ValueError("a window could lie in the padding")

    def forward(self, x: Tensor) -> Tensor:
        self.images = x.shape
        padded = pad(x.reshape(-1, 1, *x.shape[-2:]), self.padding, self.border)
        self.size = tuple(padded.shape[-2:])
        table = members(self.size, self.kernel_size, self.stride).to(x.device)
        y = self.pooled(padded.flatten(1)[:, table], table)
        out = [conv_output_size(n, k, s) for n, k, s in zip(self.size, self.kernel_size, self.stride)]
        return y.reshape(*x.shape[:-2], *out)

    def scattered(self, values: Tensor, where: Tensor) -> Tensor:
        planes = values.new_zeros(len(values), self.size[0] * self.size[1]).scatter_add_(1, where, values)
        return crop(planes.reshape(-1, 1, *self.size), self.padding).reshape(self.images)


class MaxPool2d(Pool2d):
    border = -inf

    def pooled(self, windows, table):
        first = windows.argmax(-1)
        self.winners = table.expand_as(windows).gather(-1, first[..., None])[..., 0]
        return windows.gather(-1, first[..., None])

    def backward(self, grad_y):
        return self.scattered(grad_y.reshape(self.winners.shape), self.winners)


class AvgPool2d(Pool2d):
    def pooled(self, windows, table):
        self.table, self.weights = table, windows.new_full(table.shape[1:], 1 / table.shape[1])
        return einsum("pwk,k->pw", windows, self.weights)

    def backward(self, grad_y):
        shares = einsum("pw,k->pwk", grad_y.reshape(-1, len(self.table)), self.weights)
        return self.scattered(shares.flatten(1), self.table.reshape(1, -1).expand(len(shares), -1))
