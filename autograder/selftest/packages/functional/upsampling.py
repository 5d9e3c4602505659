import math

import torch

from . import conv
from . import module as nn
from .init import uniform_


def _repeat(x, factors):
    return torch.kron(x.contiguous(), torch.ones((1, 1, *factors), dtype=x.dtype, device=x.device))


def _sum_blocks(y, factors):
    return sum(y[:, :, i :: factors[0], j :: factors[1]] for i in range(factors[0]) for j in range(factors[1]))


class Upsample(nn.Module):
    def __init__(self, scale_factor, mode="nearest", **kwargs):
        super().__init__(**kwargs)
        assert mode == "nearest", f"mode={mode!r} is not built"
        self.scale_factor = conv.pair(scale_factor)

    def forward(self, x):
        return _repeat(x, self.scale_factor)

    def backward(self, grad_y):
        return _sum_blocks(grad_y, self.scale_factor)


class ConvTranspose2d(nn.Module):
    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, *, bias=True, dilation=1
    ):
        super().__init__()
        self.in_channels, self.out_channels, self.kernel_size = in_channels, out_channels, conv.pair(kernel_size)
        self.geometry = conv.pair(stride), conv.pair(padding, 0), conv.pair(dilation)
        self.output_padding = conv.pair(output_padding, 0)
        for e, s, d in zip(self.output_padding, self.geometry[0], self.geometry[2]):
            assert e < s or e < d, f"output_padding={output_padding} is too large"
        self.weight = nn.Parameter(torch.zeros((in_channels, out_channels, *self.kernel_size), dtype=torch.float32))
        self.bias = nn.Parameter(torch.zeros((out_channels,), dtype=torch.float32)) if bias else None
        self.reset_parameters()

    def reset_parameters(self):
        k = 1.0 / math.sqrt(self.out_channels * self.kernel_size[0] * self.kernel_size[1])
        [uniform_(p.data, -k, k) for p in (self.weight, self.bias) if p is not None]

    def _size(self, x):
        axes = zip(x.shape[2:], self.kernel_size, self.output_padding, *self.geometry)
        return tuple((n - 1) * s - 2 * p + d * (k - 1) + e + 1 for n, k, e, s, p, d in axes)

    def forward(self, x):
        self._lead, self._x = x.shape[:-3], x.reshape(-1, *x.shape[-3:])
        if self._x.size(1) != self.in_channels:
            raise ValueError(f"expected {self.in_channels} channels, got {self._x.size(1)}")
        y = conv.conv2d_grad_input(self._x, self.weight.data, self._size(self._x), *self.geometry)
        if self.bias is not None:
            y = y + self.bias.data.reshape(1, self.out_channels, 1, 1)
        return y.reshape(*self._lead, *y.shape[1:])

    def backward(self, grad_y):
        h, w = self._x.shape[2:]
        g = grad_y.reshape(-1, *grad_y.shape[-3:])
        self.weight.grad += conv.conv2d_grad_weight(g, self._x, self.kernel_size, *self.geometry)
        if self.bias is not None:
            self.bias.grad += g.sum(dim=-1).sum(dim=-1).sum(dim=0)
        grad_x = conv.conv2d(g, self.weight.data, None, *self.geometry)[:, :, :h, :w]
        return grad_x.reshape(*self._lead, *grad_x.shape[1:])
