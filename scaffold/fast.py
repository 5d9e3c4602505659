"""The same layers, written for the machine: each gives what its plain twin gives, in less time.

What takes time is seldom the arithmetic. It is numbers on their way to memory and back, calls that hardly do anything,
and work that need not be done; notebook 13 measures which, and takes them away one by one.
"""

import math

import torch

from .conv import Conv2d, as_batch, conv_output_size, crop, pad, sliding_windows, taps
from .dropout import Dropout
from .pooling import AvgPool2d, MaxPool2d
from .upsampling import ConvTranspose2d


class FastDropout(Dropout):
    """`Dropout` that draws its mask from uniform numbers; arguments as there."""

    def forward(self, x):
        """x: any shape. Returns y of the same shape: x itself if inplace, or in evaluation."""
        # Hint: u from U[0, 1) is at least p with probability 1 - p; `torch.rand_like`, and a comparison in place.
        raise NotImplementedError("FastDropout.forward: notebook 13, step 5")


# --- pooling: first within the rows, then over the rows -------------------------------------------------------------


def along(x, dim, size, stride):
    """All windows of `size` entries along dimension `dim` of x: for each place in them a view, of all windows. Given.

    Raises ValueError if not even one window fits.
    """
    conv_output_size(x.shape[dim], size, stride)
    return x.unfold(dim, size, stride).unbind(-1)


class FastMaxPool2d(MaxPool2d):
    """`MaxPool2d` in two steps, the largest of each row of a window, then the largest of those; arguments as there.

    The first of several largest is the one in the first row that has it, and the first there: what the two steps give.
    """

    def forward(self, x):
        """x: (N, C, H, W) or (C, H, W). Returns y: (N, C, HO, WO) or (C, HO, WO)."""
        # Hint: for dim 3, then 2: walk over the places of `along`, as contiguous copies, and keep which overtook.
        raise NotImplementedError("FastMaxPool2d.forward: notebook 13, step 6")

    def backward(self, grad_y):
        """Returns grad_x: each entry of grad_y goes to the first largest entry of its window; overlaps add up."""
        # Hint: backwards through both steps; the last to overtake takes all, and nothing is left for those before.
        raise NotImplementedError("FastMaxPool2d.backward: notebook 13, step 6")


class FastAvgPool2d(AvgPool2d):
    """`AvgPool2d` in two steps, sums within rows, then over rows; arguments as there. Given."""

    def forward(self, x):
        """x: (N, C, H, W) or (C, H, W). Returns y: (N, C, HO, WO) or (C, HO, WO)."""
        sums = self.padded(x, 0.0)
        for dim in (3, 2):
            first, *others = along(sums, dim, self.kernel_size[dim - 2], self.stride[dim - 2])
            sums = sum(others, start=first)
        y = sums / math.prod(self.kernel_size)
        return y.reshape(x.shape[:-3] + y.shape[1:])

    def backward(self, grad_y):
        """Returns grad_x: each entry of grad_y is shared equally by its window; overlaps add up."""
        grad = as_batch(grad_y, grad_y.shape[-3]) / math.prod(self.kernel_size)
        for dim in (2, 3):
            shape = (*grad.shape[:dim], self.padded_shape[dim], *grad.shape[dim + 1 :])
            share, grad = grad, grad.new_zeros(shape)
            for place in along(grad, dim, self.kernel_size[dim - 2], self.stride[dim - 2]):
                place += share
        return crop(grad, self.padding).reshape(self.shape)


# --- convolution: columns that stay where they are --------------------------------------------------------------------


class Columns:
    """Windows written out as columns of a matrix, a block at a time, always into the same piece of memory. Given.

    windows: (N, C, KH, KW, HO, WO), a view as `sliding_windows` gives it. A block is so many samples, or so many rows
    of one, that its columns hold about LIMIT numbers: few enough to stay in a processor's cache.
    """

    LIMIT = 2**19

    def __init__(self, windows):
        self.windows, self.written = windows, None
        n, *_, ho, _ = windows.shape
        of_row = max(1, windows[:1, ..., :1, :].numel())
        samples = max(1, self.LIMIT // (of_row * ho))
        rows = ho if of_row * ho <= self.LIMIT else max(1, self.LIMIT // of_row)
        self.blocks = [
            (slice(s, min(s + samples, n)), slice(r, min(r + rows, ho)))
            for s in range(0, n, samples)
            for r in range(0, ho, rows)
        ]
        self.memory = windows.new_empty(of_row * min(samples, n) * min(rows, ho))

    def of(self, block):
        """The columns of a block, (n, C·KH·KW, rows·WO); written anew only if another block has taken their place."""
        windows = self.windows[block[0], ..., block[1], :]
        columns = self.memory[: windows.numel()].view(windows.shape)
        if self.written != block:
            columns.copy_(windows)
            self.written = block
        return columns.flatten(4).flatten(1, 3)

    def add_to(self, windows, block, columns):
        """Add columns of a block up in the windows they belong to, a view of a tensor that was zero at first."""
        windows = windows[block[0], ..., block[1], :]
        for place, values in zip(taps(windows), taps(columns.view(windows.shape))):
            place += values


def columns_product(weight, bias, columns, y):
    """y = weight @ windows + bias, block by block.

    weight: (O, C·KH·KW). bias: (O,). columns: `Columns` of windows (N, C, KH, KW, HO, WO). y: (N, O, HO, WO), is
    written to.
    """
    # Hint: for each block: `columns.of(block)`, a matmul, and with the bias into y[samples, :, rows] by `out=`.
    raise NotImplementedError("columns_product: notebook 13, step 7")


def columns_product_backward(weight, columns, grad_y, grad_windows):
    """The way back through `columns_product`: returns the gradient of weight, (O, C·KH·KW).

    weight, columns: as in `columns_product`. grad_y: (N, O, HO, WO). grad_windows: a view like the windows, of a zero
    tensor; the gradient of the windows is added to it.
    """
    # Hint: once the gradient of weight has used a block's columns, their memory is free: for their own gradient, out=….
    raise NotImplementedError("columns_product_backward: notebook 13, step 7")


def bias_of(layer):
    """The bias of a convolution, (O,), zeros if it has none. Given."""
    return layer.weight.data.new_zeros(layer.out_channels) if layer.bias is None else layer.bias.data


class FastConv2d(Conv2d):
    """`Conv2d` with the columns of forward kept for backward where there is room, and no other memory taken; given."""

    def windows(self, padded):
        """The windows of a padded batch, as a view."""
        return sliding_windows(padded, self.kernel_size, self.stride, self.dilation)

    def forward(self, x):
        """x: (N, C, H, W) or (C, H, W). Returns y: (N, O, HO, WO) or (O, HO, WO)."""
        padded = pad(as_batch(x, self.in_channels), self.padding)
        self.shape, self.padded_shape = x.shape, padded.shape
        self.columns = Columns(self.windows(padded))
        n, *_, ho, wo = self.columns.windows.shape
        y = x.new_empty(n, self.out_channels, ho, wo)
        columns_product(self.weight.data.flatten(1), bias_of(self), self.columns, y)
        return y.view(x.shape[:-3] + y.shape[1:])

    def backward(self, grad_y):
        """grad_y: of the shape of y. Adds to weight.grad and bias.grad; returns grad_x, of the shape of x."""
        g = as_batch(grad_y, self.out_channels)
        grad_padded = g.new_zeros(self.padded_shape)
        grad = columns_product_backward(self.weight.data.flatten(1), self.columns, g, self.windows(grad_padded))
        self.weight.grad += grad.view(self.weight.grad.shape)
        if self.bias is not None:
            self.bias.grad += g.sum((0, 2, 3))
        return crop(grad_padded, self.padding).reshape(self.shape)


# --- transposed convolution: a convolution of its own for each place between two strides -----------------------------


class Phase:
    """The rows (or columns) of y at p·S + a - P, along one dimension, as a convolution of x with stride 1. Given.

    y[q·S + a - P] = Σ_i weight[i] · x[q - (i·D - a) / S], over those i for which that is a whole number: every
    S/gcd(S, D)-th. All arguments are ints: size, out_size are those of x and y.
    """

    def __init__(self, a, size, out_size, kernel_size, stride, padding, dilation):
        common = math.gcd(stride, dilation)
        taken = [i for i in range(kernel_size) if (i * dilation - a) % stride == 0]
        self.kernel = slice(taken[0] if taken else kernel_size, None, stride // common)
        self.dilation = dilation // common
        q = range(-((a - padding) // stride), (padding + out_size - 1 - a) // stride + 1)
        self.empty = not taken or not q
        if not self.empty:
            self.out = slice(q[0] * stride + a - padding, None, stride)
            offsets = [(i * dilation - a) // stride for i in taken]
            self.first, self.last = q[0] - offsets[-1], q[-1] - offsets[0]  # of the entries of x that are needed
            self.margin = max(0, -self.first, self.last - size + 1)


class FastConvTranspose2d(ConvTranspose2d):
    """`ConvTranspose2d` without columns of y: for each place between two strides a convolution of x. Given."""

    def phases(self, x, out_size):
        """[(phase of the rows, phase of the columns)] that have something to add up."""
        sides = zip(x.shape[2:], out_size, self.kernel_size, self.stride, self.padding, self.dilation)
        rows, columns = ([Phase(a, *side) for a in range(side[3])] for side in sides)
        return [(r, c) for r in rows for c in columns if not (r.empty or c.empty)]

    def windows(self, padded, r, c):
        """The windows of x, padded by the margin, that one phase multiplies."""
        (mh, mw), kernel = self.margin, (self.weight.data[0, 0, r.kernel, c.kernel]).shape
        part = padded[:, :, mh + r.first : mh + r.last + 1, mw + c.first : mw + c.last + 1]
        return sliding_windows(part, kernel, (1, 1), (r.dilation, c.dilation))

    def matrix(self, r, c):
        """The entries of weight that one phase multiplies with, (C_out, C_in·…), the last first."""
        return self.weight.data[:, :, r.kernel, c.kernel].flip(2, 3).transpose(0, 1).flatten(1)

    def forward(self, x):
        """x: (N, C_in, H, W) or (C_in, H, W). Returns y: (N, C_out, H_out, W_out) or (C_out, H_out, W_out)."""
        batch = as_batch(x, self.in_channels)
        size, self.shape = self.output_size(batch), x.shape
        phases = self.phases(batch, size)
        self.margin = tuple(max((p[side].margin for p in phases), default=0) for side in (0, 1))
        padded = pad(batch, self.margin)
        self.padded_shape = padded.shape
        self.parts = [(r, c, Columns(self.windows(padded, r, c))) for r, c in phases]
        bias = bias_of(self)
        y = bias[:, None, None].repeat(len(batch), 1, *size)  # which is all there is where no phase has an entry
        for r, c, columns in self.parts:
            columns_product(self.matrix(r, c), bias, columns, y[:, :, r.out, c.out])
        return y.view(x.shape[:-3] + y.shape[1:])

    def backward(self, grad_y):
        """grad_y: of the shape of y. Adds to weight.grad and bias.grad; returns grad_x, of the shape of x."""
        g = as_batch(grad_y, self.out_channels)
        grad_padded = g.new_zeros(self.padded_shape)
        for r, c, columns in self.parts:
            windows = self.windows(grad_padded, r, c)
            grad = columns_product_backward(self.matrix(r, c), columns, g[:, :, r.out, c.out], windows)
            grad = grad.view(self.out_channels, *windows.shape[1:4]).transpose(0, 1).flip(2, 3)
            self.weight.grad[:, :, r.kernel, c.kernel] += grad
        if self.bias is not None:
            self.bias.grad += g.sum((0, 2, 3))
        return crop(grad_padded, self.margin).reshape(self.shape)


# --- fewer multiplications --------------------------------------------------------------------------------------------


def conv2d_fft(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """`conv2d` by the convolution theorem: a product in the frequency domain.

    x: (N, C, H, W). weight: (O, C, KH, KW). bias: (O,) or None. stride, padding, dilation: pairs. Returns y:
    (N, O, HO, WO). Raises ValueError if the kernel does not fit. The time does not depend on the size of the kernel.
    """
    # Hint: `torch.fft.rfft2(…, s=size)` pads with zeros. A correlation, not a convolution: one factor is conjugated.
    raise NotImplementedError("conv2d_fft: notebook 13, step 8")
