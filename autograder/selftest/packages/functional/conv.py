import collections
import math
from itertools import product

import torch

from . import functional as F
from . import module as nn
from .init import uniform_

_Geometry = collections.namedtuple("_Geometry", ["stride", "padding", "dilation"])


def pair(value, least=1):
    if isinstance(value, int):
        value = (value, value)
    elif not isinstance(value, (tuple, list)) or len(value) != 2 or not all(isinstance(v, int) for v in value):
        raise TypeError(f"expected an int or a pair, got {value!r}")
    if any(v < least for v in value):
        raise ValueError(f"{value!r}: at least {least}, please")
    return tuple(value)


def pad(x, padding, value=0.0):
    assert x.dim() == 4, f"expected 4 dimensions, got {x.dim()}"
    (p, q), (n, c, h, w) = padding, x.shape
    out = torch.full((n, c, h + 2 * p, w + 2 * q), value, dtype=x.dtype, device=x.device)
    out[:, :, p : p + h, q : q + w] = x
    return out


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    (count,) = F.conv_shape((size,), (kernel_size,), (stride,), (padding,), (dilation,))
    return count


def _out_shape(x, weight, geometry):
    return F.conv_shape(x.shape[2:], weight.shape[2:], *geometry)


def conv2d_naive(x, weight, bias=None, stride=1, padding=0, dilation=1):
    g = _Geometry(pair(stride), pair(padding, 0), pair(dilation))
    y = torch.zeros((x.shape[0], weight.shape[0], *_out_shape(x, weight, g)), dtype=x.dtype, device=x.device)
    for n, o, h, w in product(*map(range, y.shape)):
        y[n, o, h, w] = bias[o] if bias is not None else 0.0
        for c, i, j in product(*map(range, weight.shape[1:])):
            r, s = (a * S - P + b * D for a, b, S, P, D in zip((h, w), (i, j), *g))
            if 0 <= r < x.shape[2] and 0 <= s < x.shape[3]:
                y[n, o, h, w] += weight[o, c, i, j] * x[n, c, r, s]
    return y


def sliding_windows(x, kernel_size, stride, dilation):
    n, c, h, w = x.shape
    shape = F.conv_shape((h, w), kernel_size, stride, (0, 0), dilation)
    a, b, row, column = x.stride()
    (sh, sw), (dh, dw) = stride, dilation
    return torch.as_strided(
        x, (n, c, *kernel_size, *shape), (a, b, row * dh, column * dw, row * sh, column * sw), x.storage_offset()
    )


def _corners(kernel_size, shape, geometry):
    """For each weight of the kernel the slices of what it sees in the padded images."""
    (sh, sw), _, (dh, dw) = geometry
    for i, j in product(*map(range, kernel_size)):
        rows = slice(i * dh, i * dh + sh * (shape[0] - 1) + 1, sh)
        columns = slice(j * dw, j * dw + sw * (shape[1] - 1) + 1, sw)
        yield (i, j), (slice(None), slice(None), rows, columns)


def conv2d(x, weight, bias, *geometry):
    shape = _out_shape(x, weight, geometry)
    padded = pad(x, geometry[1])
    y = torch.zeros((x.shape[0], weight.shape[0], *shape), dtype=x.dtype, device=x.device)
    if bias is not None:
        y += bias.view(1, -1, 1, 1)
    for (i, j), where in _corners(weight.shape[2:], shape, geometry):
        y += torch.einsum("nchw,oc->nohw", padded[where], weight[:, :, i, j])
    return y


def conv2d_grad_weight(x, grad_y, kernel_size, *geometry):
    padded = pad(x, geometry[1])
    grad = torch.zeros((grad_y.shape[1], x.shape[1], *kernel_size), dtype=x.dtype, device=x.device)
    for (i, j), where in _corners(kernel_size, grad_y.shape[2:], geometry):
        grad[:, :, i, j] = torch.einsum("nchw,nohw->oc", padded[where], grad_y)
    return grad


def conv2d_grad_input(grad_y, weight, input_size, *geometry):
    _, (p, q), _ = geometry
    (n, _, *shape), c, (h, w) = grad_y.shape, weight.shape[1], input_size
    padded = torch.zeros((n, c, h + 2 * p, w + 2 * q), dtype=grad_y.dtype, device=grad_y.device)
    for (i, j), where in _corners(weight.shape[2:], shape, geometry):
        padded[where] += torch.einsum("nohw,oc->nchw", grad_y, weight[:, :, i, j])
    return padded[:, :, p : p + h, q : q + w].contiguous()


class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, *, bias=True):
        super().__init__()
        self.in_channels, self.out_channels, self.kernel_size = in_channels, out_channels, pair(kernel_size)
        self.geometry = _Geometry(stride=pair(stride), padding=pair(padding, 0), dilation=pair(dilation))
        self.weight = nn.Parameter(torch.zeros((out_channels, in_channels, *self.kernel_size), dtype=torch.float32))
        self.bias = nn.Parameter(torch.zeros((out_channels,), dtype=torch.float32)) if bias else None
        self.reset_parameters()

    def reset_parameters(self):
        k = 1.0 / math.sqrt(self.in_channels * self.kernel_size[0] * self.kernel_size[1])
        [uniform_(p.data, -k, k) for p in (self.weight, self.bias) if p is not None]

    def _batch(self, x, channels):
        if x.dim() == 3:
            x = x[None, ...]
        if x.dim() != 4 or x.size(1) != channels:
            raise ValueError(f"{self!r} got {tuple(x.shape)}")
        return x

    def forward(self, x):
        self._x = self._batch(x, self.in_channels).clone()
        y = conv2d(self._x, self.weight.data, None if self.bias is None else self.bias.data, *self.geometry)
        return y if x.dim() == 4 else y[0]

    def backward(self, grad_y):
        if not hasattr(self, "_x"):
            raise RuntimeError(f"{type(self).__name__}.backward was called before forward")
        g = self._batch(grad_y, self.out_channels)
        self.weight.grad += conv2d_grad_weight(self._x, g, self.kernel_size, *self.geometry)
        if self.bias is not None:
            self.bias.grad += torch.sum(g, dim=(0, 2, 3))
        grad_x = conv2d_grad_input(g, self.weight.data, self._x.shape[-2:], *self.geometry)
        return grad_x if grad_y.dim() == 4 else grad_x[0]
