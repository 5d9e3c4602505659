"""Pooling in float32, first along the rows, then along the columns."""

import torch as t
from torch import Tensor

from .conv import crop, pad, pair
from .module import Module
from .narrow import in_single


class Pool2d(Module):
    outside = 0.0

    def __init__(self, kernel_size, stride=None, padding=0):
        self.kernel_size, self.padding = pair(kernel_size), pair(padding, least=0)
        self.stride = pair(stride if stride is not None else kernel_size)
        if max(p - k / 2 for p, k in zip(self.padding, self.kernel_size)) > 0:
            raise ValueError(f"too much padding: {self.padding}")

    @in_single
    def forward(self, x: Tensor) -> Tensor:
        self.x_shape = x.shape
        padded = pad(x.reshape(1, -1, *x.shape[-2:]), padding=self.padding, value=self.outside)
        self.padded_shape = padded.shape
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        y = self.pooled(padded.unfold(2, kh, sh).unfold(3, kw, sw))
        return y.reshape(*x.shape[:-2], *y.shape[-2:])

    @in_single
    def backward(self, grad_y: Tensor) -> Tensor:
        g = grad_y.reshape(1, -1, *grad_y.shape[-2:])
        grad = t.zeros(self.padded_shape, dtype=t.float32)
        (kh, kw), (sh, sw), (ho, wo) = self.kernel_size, self.stride, g.shape[-2:]
        for i, j in ((i, j) for i in reversed(range(kh)) for j in reversed(range(kw))):
            grad[:, :, i : i + sh * (ho - 1) + 1 : sh, j : j + sw * (wo - 1) + 1 : sw] += g * self.share(i, j)
        return crop(grad, self.padding).reshape(self.x_shape)


class MaxPool2d(Pool2d):
    outside = -t.inf

    def pooled(self, windows: Tensor) -> Tensor:
        column = windows.argmax(dim=-1)
        of_rows = windows.amax(dim=-1)
        self.row = of_rows.argmax(dim=-1)
        self.column = t.take_along_dim(column, self.row[..., None], dim=-1).squeeze(-1)
        return of_rows.amax(dim=-1)

    def share(self, i: int, j: int) -> Tensor:
        return t.logical_and(self.row == i, self.column == j).float()


class AvgPool2d(Pool2d):
    def pooled(self, windows: Tensor) -> Tensor:
        self.area = t.tensor(windows.shape[-2:]).prod().item()
        return windows.mean(dim=-1).mean(dim=-1)

    def share(self, i: int, j: int) -> float:
        return 1 / self.area
