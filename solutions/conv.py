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
    ### BEGIN SOLUTION
    room = size + 2 * padding - (dilation * (kernel_size - 1) + 1)
    if room < 0:
        raise ValueError(
            f"a kernel of size {kernel_size} with dilation {dilation} does not fit into "
            f"an input of size {size} with padding {padding}"
        )
    return room // stride + 1
    ### END SOLUTION


def conv2d_naive(x, weight, bias=None, stride=1, padding=0, dilation=1):
    """The sum at the top of this file, one multiplication at a time: slow, and the measure for everything else.

    x: (N, C, H, W). weight: (O, C, KH, KW). bias: (O,) or None. stride, padding, dilation: ints or pairs (height,
    width). Returns y: (N, O, HO, WO). Raises ValueError if the kernel does not fit.
    """
    # Hint: pad x first, and no index leaves it. Plain nested loops; `y[n, o, h, w] += …` for each term.
    ### BEGIN SOLUTION
    (sh, sw), (ph, pw), (dh, dw) = pair(stride), pair(padding, 0), pair(dilation)
    (n_, c_, h_, w_), (o_, _, kh, kw) = x.shape, weight.shape
    ho, wo = conv_output_size(h_, kh, sh, ph, dh), conv_output_size(w_, kw, sw, pw, dw)
    x = pad(x, (ph, pw))
    y = x.new_zeros(n_, o_, ho, wo)
    for n in range(n_):
        for o in range(o_):
            for h in range(ho):
                for w in range(wo):
                    for c in range(c_):
                        for i in range(kh):
                            for j in range(kw):
                                y[n, o, h, w] += weight[o, c, i, j] * x[n, c, h * sh + i * dh, w * sw + j * dw]
                    if bias is not None:
                        y[n, o, h, w] += bias[o]
    return y
    ### END SOLUTION


def sliding_windows(x, kernel_size, stride, dilation):
    """All windows of x, as a view: windows[n, c, i, j, h, w] = x[n, c, h·SH + i·DH, w·SW + j·DW].

    x: (N, C, H, W), padded already. kernel_size, stride, dilation: pairs. Returns a view of x, (N, C, KH, KW, HO, WO):
    nothing is copied, and what is added to an entry is added to x. Raises ValueError if the kernel does not fit.
    """
    # Hint: in memory, one step in h is SH rows of x, one step in i is DH rows: `x.stride()` and `as_strided`.
    ### BEGIN SOLUTION
    (kh, kw), (sh, sw), (dh, dw) = kernel_size, stride, dilation
    n, c, h, w = x.shape
    ho, wo = conv_output_size(h, kh, sh, 0, dh), conv_output_size(w, kw, sw, 0, dw)
    step_n, step_c, step_h, step_w = x.stride()
    steps = (step_n, step_c, dh * step_h, dw * step_w, sh * step_h, sw * step_w)
    return x.as_strided((n, c, kh, kw, ho, wo), steps)
    ### END SOLUTION


def taps(windows):
    """What stands at each place (i, j) of the kernel in all windows, row by row: views, (N, C, HO, WO). Given."""
    return [tap for row in windows.unbind(2) for tap in row.unbind(2)]


def conv2d(x, weight, bias, stride, padding, dilation):
    """The convolution at the top of this file.

    x: (N, C, H, W). weight: (O, C, KH, KW). bias: (O,) or None. stride, padding, dilation: pairs. Returns y:
    (N, O, HO, WO). Raises ValueError if the kernel does not fit.
    """
    # Hint: with the windows as columns, (N, C·KH·KW, HO·WO), and weight as a matrix, (O, C·KH·KW), it is one matmul.
    ### BEGIN SOLUTION
    windows = sliding_windows(pad(x, padding), weight.shape[2:], stride, dilation)
    n, c, kh, kw, ho, wo = windows.shape
    y = x.new_empty(n, len(weight), ho * wo)
    for part in blocks(windows):
        columns = windows[part].reshape(-1, c * kh * kw, ho * wo)
        torch.matmul(weight.flatten(1), columns, out=y[part])
    if bias is not None:
        y += bias[:, None]
    return y.view(n, len(weight), ho, wo)
    ### END SOLUTION


def conv2d_grad_weight(x, grad_y, kernel_size, stride, padding, dilation):
    """dL/d weight[o, c, i, j] = Σ_{n, h, w} grad_y[n, o, h, w] · x[n, c, h·S + i·D - P, w·S + j·D - P].

    x: (N, C, H, W). grad_y: (N, O, HO, WO). kernel_size, stride, padding, dilation: pairs. Returns (O, C, KH, KW).
    """
    # Hint: y = weight @ columns for each sample; how did Linear's weight gradient look?
    ### BEGIN SOLUTION
    ho, wo = grad_y.shape[2:]
    windows = sliding_windows(pad(x, padding), kernel_size, stride, dilation)[..., :ho, :wo]
    _, c, kh, kw, _, _ = windows.shape
    grad = grad_y.new_zeros(grad_y.shape[1], c * kh * kw)
    for part in blocks(windows):
        columns = windows[part].reshape(-1, c * kh * kw, ho * wo)
        grad += (grad_y[part].flatten(2) @ columns.transpose(1, 2)).sum(0)
    return grad.view(-1, c, kh, kw)
    ### END SOLUTION


def conv2d_grad_input(grad_y, weight, input_size, stride, padding, dilation):
    """dL/dx: each grad_y[n, o, h, w] · weight[o, c, i, j], added up at the place in x that it came from.

    grad_y: (N, O, HO, WO). weight: (O, C, KH, KW). input_size: (H, W), which stride and padding leave open.
    stride, padding, dilation: pairs. Returns (N, C, H, W). As a map of grad_y this is the transposed convolution.
    """
    # Hint: weightᵀ @ grad_y is the gradient of every window's entries; `sliding_windows` of a zero tensor says where to
    # add them. The places within one tap (i, j) are all different; those of two taps are not.
    ### BEGIN SOLUTION
    (n, _, ho, wo), (_, c, kh, kw), (h, w), (ph, pw) = grad_y.shape, weight.shape, input_size, padding
    grad_padded = grad_y.new_zeros(n, c, h + 2 * ph, w + 2 * pw)
    windows = sliding_windows(grad_padded, (kh, kw), stride, dilation)[..., :ho, :wo]
    for part in blocks(windows):
        grad_columns = weight.flatten(1).T @ grad_y[part].flatten(2)
        grad_windows = grad_columns.view(-1, c, kh, kw, ho, wo)
        for place, values in zip(taps(windows[part]), taps(grad_windows)):
            place += values
    return crop(grad_padded, padding)
    ### END SOLUTION


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
        ### BEGIN SOLUTION
        self.x = x
        bias = None if self.bias is None else self.bias.data
        y = conv2d(as_batch(x, self.in_channels), self.weight.data, bias, self.stride, self.padding, self.dilation)
        return y.view(x.shape[:-3] + y.shape[1:])
        ### END SOLUTION

    def backward(self, grad_y):
        """grad_y: of the shape of y. Adds to weight.grad and bias.grad; returns grad_x, of the shape of x."""
        ### BEGIN SOLUTION
        x, g = as_batch(self.x, self.in_channels), as_batch(grad_y, self.out_channels)
        geometry = self.stride, self.padding, self.dilation
        self.weight.grad += conv2d_grad_weight(x, g, self.kernel_size, *geometry)
        if self.bias is not None:
            self.bias.grad += g.sum((0, 2, 3))
        return conv2d_grad_input(g, self.weight.data, x.shape[2:], *geometry).reshape(self.x.shape)
        ### END SOLUTION

    def extra_repr(self):
        return (
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"padding={self.padding}, dilation={self.dilation}, bias={self.bias is not None}"
        )
