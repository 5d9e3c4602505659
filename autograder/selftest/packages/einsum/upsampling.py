"""Upsampling as products with matrices of zeros and ones, one for the rows and one for the columns."""

import torch
from torch import Tensor, einsum

from . import init
from .conv import as_batch, pair
from .module import Module, Parameter


class Upsample(Module):
    def __init__(self, scale_factor, mode="nearest"):
        super().__init__()
        if mode not in {"nearest"}:
            raise ValueError(f"mode={mode!r}")
        self.scale_factor = pair(scale_factor)

    def forward(self, x: Tensor) -> Tensor:
        self.rows, self.columns = (
            torch.div(torch.arange(n * s, device=x.device), s, rounding_mode="floor")
            for n, s in zip(x.shape[2:], self.scale_factor, strict=True)
        )
        return x[:, :, self.rows[:, None], self.columns]

    def backward(self, grad_y: Tensor) -> Tensor:
        n, c, _, _ = grad_y.shape
        height, width = self.rows[-1] + 1, self.columns[-1] + 1
        by_rows = grad_y.new_zeros(n, c, height, grad_y.shape[3]).index_add_(2, self.rows, grad_y)
        return grad_y.new_zeros(n, c, height, width).index_add_(3, self.columns, by_rows)


def meets(n, out, kernel, stride, padding, dilation):
    """(n, kernel, out): 1 where entry a of x reaches place p of y through the weight i."""
    a, i, p = torch.arange(n), torch.arange(kernel), torch.arange(out)
    return (stride * a[:, None, None] + dilation * i[None, :, None] - padding == p).double()


class ConvTranspose2d(Module):
    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, *, bias=True, dilation=1
    ):
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size = pair(kernel_size)
        self.axes = list(zip(self.kernel_size, pair(stride), pair(padding, 0), pair(dilation)))
        self.output_padding = pair(output_padding, 0)
        if not all(e < s or e < d for e, (_, s, _, d) in zip(self.output_padding, self.axes)):
            raise ValueError("output_padding")
        self.weight = Parameter(torch.zeros(in_channels, out_channels, *self.kernel_size))
        self.bias = Parameter(torch.zeros(out_channels)) if bias else None
        self.reset_parameters()

    def reset_parameters(self):
        bound = init.fan_in_and_fan_out(self.weight.data)[0] ** -0.5
        [init.uniform_(p.data, -bound, bound) for p in self.parameters()]

    def forward(self, x: Tensor) -> Tensor:
        self.lead, self.input = x.shape[:-3], as_batch(x, self.in_channels)
        self.tables = []
        for n, e, (k, s, p, d) in zip(self.input.shape[2:], self.output_padding, self.axes):
            out = s * (n - 1) + d * (k - 1) + 1 + e - 2 * p
            self.tables.append(meets(n, out, k, s, p, d).to(x))
        y = einsum("nahw,abij,hip,wjq->nbpq", self.input, self.weight.data, *self.tables)
        if self.bias is not None:
            y += self.bias.data[:, None, None]
        return y.reshape(self.lead + y.shape[1:])

    def backward(self, grad_y: Tensor) -> Tensor:
        g = as_batch(grad_y, self.out_channels)
        self.weight.grad += einsum("nahw,nbpq,hip,wjq->abij", self.input, g, *self.tables)
        if self.bias is not None:
            self.bias.grad += einsum("nbpq->b", g)
        grad_x = einsum("nbpq,abij,hip,wjq->nahw", g, self.weight.data, *self.tables)
        return grad_x.reshape(self.lead + grad_x.shape[1:])
