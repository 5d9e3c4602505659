from itertools import product

import torch

from . import functional as F
from .conv import pad, pair
from .module import Module


def _places(padded, kernel, stride, shape):
    """What lies under each place of the kernel: (KH·KW, N·C, 1, HO, WO), a copy."""
    found = []
    for i, j in product(range(kernel[0]), range(kernel[1])):
        rows = torch.arange(shape[0], device=padded.device) * stride[0] + i
        columns = torch.arange(shape[1], device=padded.device) * stride[1] + j
        found.append(torch.index_select(torch.index_select(padded, 2, rows), 3, columns))
    return torch.stack(found, dim=0)


def _put_back(places, kernel, stride, padded_shape):
    grad = torch.zeros(padded_shape, dtype=places.dtype, device=places.device)
    planes, (ho, wo) = torch.arange(padded_shape[0])[:, None, None], places.shape[-2:]
    for place, (i, j) in zip(places, product(range(kernel[0]), range(kernel[1])), strict=True):
        rows, columns = torch.arange(ho)[:, None] * stride[0] + i, torch.arange(wo) * stride[1] + j
        grad.index_put_((planes, torch.zeros_like(planes), rows, columns), place[:, 0], accumulate=True)
    return grad


class Pool2d(Module):
    _fill = 0.0

    def __init__(self, kernel_size, stride=None, padding=0, **kwargs):
        super().__init__(**kwargs)
        self.kernel_size, self.padding = pair(kernel_size), pair(padding, 0)
        self.stride = self.kernel_size if stride is None else pair(stride)
        if not all(2 * p <= k for p, k in zip(self.padding, self.kernel_size)):
            raise ValueError(f"padding={padding} is too much")

    def forward(self, x):
        self._x_shape = x.shape
        planes = x.reshape(-1, 1, x.shape[-2], x.shape[-1])
        shape = F.conv_shape(x.shape[-2:], self.kernel_size, self.stride, self.padding, (1, 1))
        padded = pad(planes, self.padding, self._fill)
        self._padded_shape = padded.shape
        y = self._pool(_places(padded, self.kernel_size, self.stride, shape))
        return y.reshape(*x.shape[:-2], *shape)

    def backward(self, grad_y):
        p, q = self.padding
        g = grad_y.reshape(-1, 1, *grad_y.shape[-2:])
        padded = _put_back(self._share(g), self.kernel_size, self.stride, self._padded_shape)
        h, w = self._x_shape[-2:]
        return padded[:, :, p : p + h, q : q + w].reshape(self._x_shape)


class MaxPool2d(Pool2d):
    _fill = float("-inf")

    def _pool(self, places):
        self._count, self._winner = len(places), torch.argmax(places, dim=0)
        return torch.amax(places, dim=0)

    def _share(self, g):
        number = torch.arange(self._count, device=g.device).view(-1, 1, 1, 1, 1)
        return g * (number == self._winner)


class AvgPool2d(Pool2d):
    def _pool(self, places):
        self._count = places.size(0)
        return torch.mean(places, dim=0)

    def _share(self, g):
        return torch.stack([g / self._count] * self._count)
