"""Convolution in float32: one matrix product for each place of the kernel, over the channels alone."""

import math as m
from typing import Optional, Tuple, Union  # noqa: UP035

import torch as t
from torch import Tensor

from .init import uniform_
from .module import Module, Parameter
from .narrow import single

Size = Union[int, Tuple[int, int]]  # noqa: UP006, UP007  (as many write it)


def pair(value: Size, least: int = 1) -> Tuple[int, int]:  # noqa: UP006
    if isinstance(value, int):
        value = [value] * 2
    if not (isinstance(value, (list, tuple)) and [type(v) for v in value] == [int, int]):
        raise TypeError(f"expected an int or a pair of ints, got {value!r}")
    if (smaller := sorted(value)[0]) < least:
        raise ValueError(f"expected at least {least}, got {smaller}")
    return tuple(value)


def pad(x: Tensor, padding: Tuple[int, int], value: float = 0.0) -> Tensor:  # noqa: UP006
    n, c, h, w = x.shape
    above = x.new_full(size=(n, c, padding[0], w), fill_value=value)
    x = t.cat(tensors=(above, x, above), dim=2)
    beside = x.new_full(size=(n, c, h + 2 * padding[0], padding[1]), fill_value=value)
    return t.cat(tensors=(beside, x, beside), dim=3)


def crop(x, padding):
    rows, columns = (slice(p, -p or None) for p in padding)
    return x[:, :, rows, columns]


def as_batch(x, channels):
    match x.shape:
        case (_, c, _, _) if c == channels:
            return x
        case (c, _, _) if c == channels:
            return x.unsqueeze(dim=0)
    raise ValueError(f"expected {channels} channels, got {[*x.shape]}")


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if (starts := range(0, size + 2 * padding - dilation * (kernel_size - 1), stride)) and len(starts) > 0:
        return len(starts)
    raise ValueError(f"{kernel_size=} does not fit into {size=}")


def conv2d_naive(x, weight, bias=None, stride=1, padding=0, dilation=1):
    (sh, sw), (dh, dw), padded = pair(stride), pair(dilation), pad(x, pair(padding, least=0))
    (_, _, height, width), (o_, _, kh, kw) = padded.shape, weight.shape
    ho, wo = conv_output_size(height, kh, sh, 0, dh), conv_output_size(width, kw, sw, 0, dw)

    def window(n, h, w):
        return padded[n, :, h * sh : h * sh + dh * (kh - 1) + 1 : dh, w * sw : w * sw + dw * (kw - 1) + 1 : dw]

    start = [0.0] * o_ if bias is None else bias.tolist()
    y = [
        [[[start[o] + (weight[o] * window(n, h, w)).sum().item() for w in range(wo)] for h in range(ho)]
         for o in range(o_)]
        for n in range(len(x))
    ]  # fmt: skip
    return t.tensor(y, dtype=x.dtype, device=x.device)


def sliding_windows(x, kernel_size, stride, dilation):
    windows = x.unfold(dimension=2, size=(kernel_size[0] - 1) * dilation[0] + 1, step=stride[0])
    windows = windows.unfold(dimension=3, size=(kernel_size[1] - 1) * dilation[1] + 1, step=stride[1])
    return windows[:, :, :, :, :: dilation[0], :: dilation[1]].permute(0, 1, 4, 5, 2, 3)


def taps(windows):
    return [windows.select(dim=2, index=i).select(dim=2, index=j)
            for i in range(windows.size(2)) for j in range(windows.size(3))]  # fmt: skip


def conv2d(x, weight, bias, stride, padding, dilation):
    places = taps(sliding_windows(pad(single(x), padding), weight.shape[2:], stride, dilation))
    factors = single(weight).flatten(start_dim=2).unbind(dim=-1)
    last, *others = [t.tensordot(f, place, dims=([1], [1])) for f, place in zip(factors, places, strict=True)][::-1]
    y = sum(others, start=last).transpose(0, 1)
    return (y if bias is None else single(bias).view(-1, 1, 1) + y).to(dtype=x.dtype)


def conv2d_grad_weight(x, grad_y, kernel_size, stride, padding, dilation):
    (ho, wo), g = grad_y.shape[2:], single(grad_y)
    places = taps(sliding_windows(pad(single(x), padding), kernel_size, stride, dilation)[..., :ho, :wo])
    slopes = [t.tensordot(g, place, dims=([0, 2, 3], [0, 2, 3])) for place in places]
    return t.stack(slopes, dim=-1).unflatten(-1, tuple(kernel_size)).to(dtype=x.dtype)


def conv2d_grad_input(grad_y, weight, input_size, stride, padding, dilation):
    framed = t.zeros(
        (len(grad_y), weight.size(1), *(n + 2 * p for n, p in zip(input_size, padding))),
        dtype=t.float32,
        device=grad_y.device,
    )
    ho, wo = grad_y.shape[2:]
    places = taps(sliding_windows(framed, weight.shape[2:], stride, dilation)[..., :ho, :wo])
    for place, factor in zip(places, single(weight).flatten(2).unbind(-1), strict=True):
        place.add_(t.tensordot(single(grad_y), factor, dims=([1], [0])).permute(0, 3, 1, 2))
    return crop(framed, padding).to(dtype=grad_y.dtype)


class Conv2d(Module):
    x: Optional[Tensor] = None  # noqa: UP045

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size = 0,
        dilation: Size = 1,
        *,
        bias: bool = True,
    ) -> None:
        self.in_channels, self.out_channels, self.kernel_size = in_channels, out_channels, pair(kernel_size)
        self._options = dict(stride=pair(stride), padding=pair(padding, least=0), dilation=pair(dilation))
        self.weight = Parameter(data=t.empty(size=(out_channels, in_channels, *self.kernel_size)))
        self.bias = Parameter(data=t.empty(size=(out_channels,))) if bias else None
        self.reset_parameters()

    @property
    def has_bias(self) -> bool:
        return self.bias is not None

    def reset_parameters(self) -> None:
        k = 1 / m.sqrt(self.in_channels * m.prod(self.kernel_size))
        for p in self.parameters():
            uniform_(tensor=p.data, a=-k, b=k)

    def forward(self, x: Tensor) -> Tensor:
        self.x = x
        batch = as_batch(x, channels=self.in_channels)
        bias = self.bias.data if self.has_bias else None
        y = conv2d(x=batch, weight=self.weight.data, bias=bias, **self._options)
        return y if x.ndim == 4 else y.squeeze(dim=0)

    def backward(self, grad_y: Tensor) -> Tensor:
        if (x := self.x) is None:
            raise RuntimeError("forward must be called before backward")
        batch, g = as_batch(x, self.in_channels), as_batch(grad_y, self.out_channels)
        self.weight.grad += conv2d_grad_weight(x=batch, grad_y=g, kernel_size=self.kernel_size, **self._options)
        if self.has_bias:
            self.bias.grad += g.sum(dim=3).sum(dim=2).sum(dim=0)
        grad_x = conv2d_grad_input(grad_y=g, weight=self.weight.data, input_size=batch.shape[2:], **self._options)
        return grad_x.view(*x.shape) if grad_x.is_contiguous() else grad_x.reshape(*x.shape)
