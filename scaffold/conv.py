"""Convolution: the sum as it stands, then as one matrix product over all windows.

y[n, o, h, w] = bias[o] + Σ_{c, i, j} weight[o, c, i, j] · x[n, c, h·S + i·D - P, w·S + j·D - P]

with stride S, dilation D and padding P, each of them a number for the height and one for the width; x is 0 outside.
Sizes are written N, C, H, W for the input, O, HO, WO for the output, KH, KW for the kernel.
Source: Dumoulin & Visin 2016, "A guide to convolution arithmetic for deep learning".
"""

import math

import torch

from .init import fan_in_and_fan_out, uniform_
from .module import Module, Parameter


def pair(value, least=1):
    """(a, b) from an int a = b or a pair of ints. TypeError for anything else, ValueError below `least`. Given."""
    a, b = (value, value) if isinstance(value, int) else value if isinstance(value, (tuple, list)) else (None, None)
    if not (isinstance(a, int) and isinstance(b, int)):
        raise TypeError(f"expected an int or a pair of ints, got {value!r}")
    if min(a, b) < least:
        raise ValueError(f"expected at least {least}, got {value!r}")
    return a, b


def pad(x, padding, value=0.0):
    """x, (N, C, H, W), with a border of `value`: padding[0] rows above and below, padding[1] columns at each side.

    Returns a new tensor, or x itself if there is nothing to add. Given.
    """
    (ph, pw), (n, c, h, w) = padding, x.shape
    if ph == pw == 0:
        return x
    padded = x.new_full((n, c, h + 2 * ph, w + 2 * pw), value)
    padded[:, :, ph : ph + h, pw : pw + w] = x
    return padded


def crop(x, padding):
    """The way back from `pad`: a view without the border. Given."""
    (ph, pw), (h, w) = padding, x.shape[2:]
    return x[:, :, ph : h - ph, pw : w - pw]


BLOCK = 2**19
"""So many numbers are gathered at a time for each thread: two mebibytes in float32, which stay in a core's cache."""


def blocks(windows):
    """Slices that cut the samples of `windows` into blocks of about BLOCK numbers for each thread of torch. Given.

    The windows of an image hold each of its numbers KH·KW times. Written out for all images at once they would go to
    the main memory and come back, which takes longer than the arithmetic; a few images at a time, they do not.
    """
    n = len(windows)
    at_once = torch.get_num_threads() * max(1, BLOCK * n // max(1, windows.numel()))
    return [slice(start, start + at_once) for start in range(0, n, at_once)]


def as_batch(x, channels):
    """x as (N, C, H, W), where an image without a batch, (C, H, W), gets N = 1. ValueError for other shapes. Given."""
    if x.dim() not in (3, 4) or x.shape[-3] != channels:
        raise ValueError(f"expected (N, {channels}, H, W) or ({channels}, H, W), got {tuple(x.shape)}")
    return x if x.dim() == 4 else x.unsqueeze(0)


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    """How many windows fit along one dimension. All arguments are ints, size is that of the input before padding.

    Raises ValueError if not even one fits: when the kernel, spread by its dilation, is larger than the padded input.
    """
    # Hint: a kernel of K entries with dilation D covers D (K - 1) + 1 places.
    raise NotImplementedError("conv_output_size: notebook 06, step 2")


def conv2d_naive(x, weight, bias=None, stride=1, padding=0, dilation=1):
    """The sum at the top of this file, one multiplication at a time: slow, and the measure for everything else.

    x: (N, C, H, W). weight: (O, C, KH, KW). bias: (O,) or None. stride, padding, dilation: ints or pairs (height,
    width). Returns y: (N, O, HO, WO). Raises ValueError if the kernel does not fit.
    """
    # Hint: pad x first, and no index leaves it. Plain nested loops; `y[n, o, h, w] += …` for each term.
    raise NotImplementedError("conv2d_naive: notebook 06, step 3")


def sliding_windows(x, kernel_size, stride, dilation):
    """All windows of x, as a view: windows[n, c, i, j, h, w] = x[n, c, h·SH + i·DH, w·SW + j·DW].

    x: (N, C, H, W), padded already. kernel_size, stride, dilation: pairs. Returns a view of x, (N, C, KH, KW, HO, WO):
    nothing is copied, and what is added to an entry is added to x. Raises ValueError if the kernel does not fit.
    """
    # Hint: in memory, one step in h is SH rows of x, one step in i is DH rows: `x.stride()` and `as_strided`.
    raise NotImplementedError("sliding_windows: notebook 06, step 6")


def taps(windows):
    """What stands at each place (i, j) of the kernel in all windows, row by row: views, (N, C, HO, WO). Given."""
    return [tap for row in windows.unbind(2) for tap in row.unbind(2)]


def conv2d(x, weight, bias, stride, padding, dilation):
    """The convolution at the top of this file.

    x: (N, C, H, W). weight: (O, C, KH, KW). bias: (O,) or None. stride, padding, dilation: pairs. Returns y:
    (N, O, HO, WO). Raises ValueError if the kernel does not fit.
    """
    # Hint: with the windows as columns, (N, C·KH·KW, HO·WO), and weight as a matrix, (O, C·KH·KW), it is one matmul.
    raise NotImplementedError("conv2d: notebook 06, step 7")


def conv2d_grad_weight(x, grad_y, kernel_size, stride, padding, dilation):
    """dL/d weight[o, c, i, j] = Σ_{n, h, w} grad_y[n, o, h, w] · x[n, c, h·S + i·D - P, w·S + j·D - P].

    x: (N, C, H, W). grad_y: (N, O, HO, WO). kernel_size, stride, padding, dilation: pairs. Returns (O, C, KH, KW).
    """
    # Hint: y = weight @ columns for each sample; how did Linear's weight gradient look?
    raise NotImplementedError("conv2d_grad_weight: notebook 06, step 7")


def conv2d_grad_input(grad_y, weight, input_size, stride, padding, dilation):
    """dL/dx: each grad_y[n, o, h, w] · weight[o, c, i, j], added up at the place in x that it came from.

    grad_y: (N, O, HO, WO). weight: (O, C, KH, KW). input_size: (H, W), which stride and padding leave open.
    stride, padding, dilation: pairs. Returns (N, C, H, W). As a map of grad_y this is the transposed convolution.
    """
    # Hint: weightᵀ @ grad_y is the gradient of every window's entries; `sliding_windows` of a zero tensor says where to
    # add them. The places within one tap (i, j) are all different; those of two taps are not.
    raise NotImplementedError("conv2d_grad_input: notebook 06, step 7")


class Conv2d(Module):
    """2-D convolution (really: cross-correlation), as `torch.nn.Conv2d` with groups=1 and zeros for padding.

    in_channels: C. out_channels: O. kernel_size, stride, padding, dilation: ints or pairs (height, width). bias:
    whether there is one. Parameters: weight (O, C, KH, KW), bias (O,) or None.
    """

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, *, bias=True):
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride = pair(kernel_size), pair(stride)
        self.padding, self.dilation = pair(padding, 0), pair(dilation)
        self.weight = Parameter(torch.empty(out_channels, in_channels, *self.kernel_size))
        self.bias = Parameter(torch.empty(out_channels)) if bias else None
        self.reset_parameters()

    def reset_parameters(self):
        """Draw weight and bias from U[-k, k], k = 1/√fan_in, in place: `torch.nn.Conv2d`'s own start. Given."""
        k = 1 / math.sqrt(fan_in_and_fan_out(self.weight.data)[0])
        uniform_(self.weight.data, -k, k)
        if self.bias is not None:
            uniform_(self.bias.data, -k, k)

    def forward(self, x):
        """x: (N, C, H, W) or (C, H, W). Returns y: (N, O, HO, WO) or (O, HO, WO).

        Raises ValueError for another shape, and if the kernel does not fit into the padded input.
        """
        # Hint: `as_batch` makes the batch; give y the leading dimensions of x back.
        raise NotImplementedError("Conv2d.forward: notebook 06, step 8")

    def backward(self, grad_y):
        """grad_y: of the shape of y. Adds to weight.grad and bias.grad; returns grad_x, of the shape of x."""
        raise NotImplementedError("Conv2d.backward: notebook 06, step 8")

    def extra_repr(self):
        return (
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"padding={self.padding}, dilation={self.dilation}, bias={self.bias is not None}"
        )
