"""Convolution in the frequency domain: there the sum over the window is a product, and the adjoint its conjugate."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, einsum
from torch.fft import irfft2, rfft2

from . import init
from .module import Module, Parameter

Pair = tuple[int, int]


def pair(value, least: int = 1) -> Pair:
    match value:
        case int():
            a = b = value
        case [int(a), int(b)]:
            pass
        case _:
            raise TypeError(f"{value!r} is neither an int nor a pair of ints")
    if min(a, b) < least:
        raise ValueError(f"{value!r} should be at least {least}")
    return a, b


def pad(x: Tensor, padding: Pair, value: float = 0.0) -> Tensor:
    (ph, pw), (h, w) = padding, x.shape[-2:]
    bordered = x.new_full((*x.shape[:-2], h + 2 * ph, w + 2 * pw), value)
    bordered.narrow(-2, ph, h).narrow(-1, pw, w).copy_(x)
    return bordered


def crop(x: Tensor, padding: Pair) -> Tensor:
    (ph, pw), (h, w) = padding, x.shape[-2:]
    return x.narrow(-2, ph, h - 2 * ph).narrow(-1, pw, w - 2 * pw)


def as_batch(x: Tensor, channels: int) -> Tensor:
    batch = x[None] if x.ndim == 3 else x
    if batch.ndim != 4 or batch.shape[1] != channels:
        raise ValueError(f"not images of {channels} channels: {tuple(x.shape)}")
    return batch


def conv_output_size(size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    windows = math.floor((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1)
    if size + 2 * padding <= dilation * (kernel_size - 1):
        raise ValueError("the kernel does not fit")
    return windows


def conv2d_naive(x, weight, bias=None, stride=1, padding=0, dilation=1):
    windows = sliding_windows(pad(x, pair(padding, 0)), weight.shape[2:], pair(stride), pair(dilation))
    y = einsum("ncijhw,ocij->nohw", windows, weight)
    return y if bias is None else y + einsum("o,nohw->nohw", bias, torch.ones_like(y))


def sliding_windows(x: Tensor, kernel_size: Sequence[int], stride: Pair, dilation: Pair) -> Tensor:
    for dim, k, s, d in zip((2, 3), kernel_size, stride, dilation):
        conv_output_size(x.shape[dim], k, s, 0, d)
        x = x.unfold(dim, d * (k - 1) + 1, s)
    return x[..., :: dilation[0], :: dilation[1]].movedim((4, 5), (2, 3))


def taps(windows: Tensor) -> list[Tensor]:
    return list(windows.flatten(2, 3).unbind(2))


def spread(x: Tensor, by: Pair) -> Tensor:
    """x with by - 1 zeros between neighbours."""
    (h, w), (sh, sw) = x.shape[-2:], by
    sparse = x.new_zeros(*x.shape[:-2], sh * (h - 1) + 1, sw * (w - 1) + 1)
    sparse[..., ::sh, ::sw] = x
    return sparse


def correlation(formula: str, signal: Tensor, template: Tensor) -> Tensor:
    """Σ_ij template[i, j] · signal[h + i, w + j] for all h, w at which the template fits; by the formula otherwise."""
    size = signal.shape[-2:]
    spectrum = einsum(formula, rfft2(signal), rfft2(template, s=size).conj())
    return irfft2(spectrum, s=size)[..., : size[0] - template.shape[-2] + 1, : size[1] - template.shape[-1] + 1]


def conv2d(x, weight, bias, stride, padding, dilation):
    x, kernel = pad(x, padding), spread(weight, dilation)
    for n, k in zip(x.shape[2:], kernel.shape[2:]):
        conv_output_size(n, k)
    y = correlation("nchw,ochw->nohw", x, kernel)[..., :: stride[0], :: stride[1]]
    return y.clone() if bias is None else y + bias.reshape(-1, 1, 1)


def conv2d_grad_weight(x, grad_y, kernel_size, stride, padding, dilation):
    grad = correlation("nchw,nohw->ochw", pad(x, padding), spread(grad_y, stride))
    (kh, kw), (dh, dw) = kernel_size, dilation
    return grad[..., ::dh, ::dw][..., :kh, :kw]


def conv2d_grad_input(grad_y, weight, input_size, stride, padding, dilation):
    size = [n + 2 * p for n, p in zip(input_size, padding)]
    spectra = rfft2(spread(grad_y, stride), s=size), rfft2(spread(weight, dilation), s=size)
    return crop(irfft2(einsum("nohw,ochw->nchw", *spectra), s=size), padding)


class Conv2d(Module):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | Pair,
        stride: int | Pair = 1,
        padding: int | Pair = 0,
        dilation: int | Pair = 1,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels, self.kernel_size = in_channels, out_channels, pair(kernel_size)
        self.options = {"stride": pair(stride), "padding": pair(padding, 0), "dilation": pair(dilation)}
        self.weight = Parameter(torch.zeros(out_channels, in_channels, *self.kernel_size))
        self.bias = Parameter(torch.zeros(out_channels)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        bound = 1 / math.sqrt(self.weight.data[0].numel())
        for parameter in filter(None, [self.weight, self.bias]):
            init.uniform_(parameter.data, a=-bound, b=bound)

    def forward(self, x: Tensor) -> Tensor:
        self.input, self.lead = as_batch(x, self.in_channels), x.shape[:-3]
        y = conv2d(self.input, self.weight.data, getattr(self.bias, "data", None), **self.options)
        return y.reshape(self.lead + y.shape[1:])

    def backward(self, grad_y: Tensor) -> Tensor:
        g = as_batch(grad_y, self.out_channels)
        self.weight.grad += conv2d_grad_weight(self.input, g, self.kernel_size, **self.options)
        if self.bias is not None:
            self.bias.grad += einsum("nohw->o", g)
        grad_x = conv2d_grad_input(g, self.weight.data, self.input.shape[2:], **self.options)
        return grad_x.reshape(self.lead + grad_x.shape[1:])
