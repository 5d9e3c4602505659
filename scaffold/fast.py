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
    """The windows of x, written out as columns of matrices: a block at a time, into the same piece of memory. Given.

    x: (N, C, H, W), padded already. kernel_size, stride, dilation: pairs. Raises ValueError if the kernel does not fit.
    A block is so many samples, or for each thread of torch so many rows of windows of one sample, that a thread's
    columns hold about LIMIT numbers: few enough to stay in a core's cache. size: (HO, WO).

    With a stride of 1 windows one row high are enough: what one row of the kernel sees in a window is what the row
    above it sees in the next window further down. So their columns are written once for all rows of the kernel, and
    each has its matrix in the same memory. But not if such a matrix would have fewer than SHARED rows.

    lanes: how many images lie side by side in x, as `interleave` puts them; a window is of one of them.
    """

    LIMIT, SHARED = 2**19, 32

    def __init__(self, x, kernel_size, stride=(1, 1), dilation=(1, 1), lanes=1):
        (kh, kw), (dh, _), self.lanes = kernel_size, dilation, lanes
        shared = stride[0] == 1 and x.shape[1] * kw >= self.SHARED
        self.geometry = (1 if shared else kh, kw), stride, dilation
        self.offsets = range(0, kh * dh, dh) if shared else (0,)
        self.windows, self.written = self.windows_of(x), None
        n, *_, rows, wo, _ = self.windows.shape
        self.size = ho, _ = rows - self.offsets[-1], wo * lanes
        of_row = max(1, self.windows[:1, ..., :1, :, :].numel())
        samples = torch.get_num_threads() * max(1, self.LIMIT // (of_row * rows))
        at_most = ho if of_row * rows <= self.LIMIT else max(1, self.LIMIT // of_row - self.offsets[-1])
        height = math.ceil(ho / math.ceil(ho / at_most))  # all blocks about the same
        self.blocks = [
            (slice(s, min(s + samples, n)), slice(r, min(r + height, ho)))
            for s in range(0, n, samples)
            for r in range(0, ho, height)
        ]
        self.memory = x.new_empty(of_row * min(samples, n) * (height + self.offsets[-1]))

    def windows_of(self, x):
        """All windows of an x like this one, a view: (N, C, KH, KW, HO, WO, lanes)."""
        windows = sliding_windows(x.unflatten(3, (-1, self.lanes))[..., 0], *self.geometry)
        return windows.as_strided((*windows.shape, self.lanes), (*windows.stride(), 1))

    def part(self, windows, block):
        """What of some windows belongs to a block, and its place in memory, as a tensor of the same shape."""
        samples, rows = block
        windows = windows[samples, ..., rows.start : rows.stop + self.offsets[-1], :, :]
        return windows, self.memory[: windows.numel()].view(windows.shape)

    def of(self, block):
        """The matrices of a block, a list: (n, C·KH·KW, rows·WO), or KH of (n, C·KW, rows·WO) that share most entries.

        They are written anew only if another block has taken their place.
        """
        windows, columns = self.part(self.windows, block)
        if self.written != block:
            columns.copy_(windows)
            self.written = block
        columns, height = columns.flatten(1, 3), block[1].stop - block[1].start
        return [columns[:, :, i : i + height].flatten(2) for i in self.offsets]

    def cut(self, weight):
        """What multiplies the matrices of a block, a list: the entries of weight, (O, C, KH, KW), as matrices."""
        return [rows.flatten(1) for rows in weight.chunk(len(self.offsets), 2)]

    def joined(self, weights):
        """The way back from `cut`."""
        return torch.cat([w.view(len(w), *self.windows.shape[1:4]) for w in weights], 2)

    def clear(self):
        """Zeros in all of the memory, and in all matrices that lie there; no block is written any more."""
        self.memory.zero_()
        self.written = None

    def add_to(self, x, block):
        """Add what stands in the matrices of a block to the entries of another x from which such columns would come."""
        windows, columns = self.part(self.windows_of(x), block)
        for place, values in zip(taps(windows), taps(columns)):
            place += values


def columns_product(weight, bias, columns, y):
    """y = weight @ windows + bias, block by block.

    weight: (O, C, KH, KW). bias: (O,). columns: `Columns` of x, (N, C, H, W). y: (N, O, HO, WO), is written to.
    """
    # Hint: `columns.of(block)` and `columns.cut(weight)` are lists: a matmul of each pair, and the sum of these, with
    # the bias, into y[samples, :, rows] by `out=`.
    raise NotImplementedError("columns_product: notebook 13, step 7")


def columns_product_backward(weight, columns, grad_y, grad_x):
    """The way back through `columns_product`: returns the gradient of weight, (O, C, KH, KW).

    weight, columns: as in `columns_product`. grad_y: (N, O, HO, WO). grad_x: of the shape of x; its gradient is added
    to it.
    """
    # Hint: once the gradient of weight has used a block's columns, `columns.clear()` frees their memory: for their own
    # gradient, which `columns.add_to(grad_x, block)` brings home.
    raise NotImplementedError("columns_product_backward: notebook 13, step 7")


def bias_of(layer):
    """The bias of a convolution, (O,), zeros if it has none. Given."""
    return layer.weight.data.new_zeros(layer.out_channels) if layer.bias is None else layer.bias.data


NARROW = 24
"""Images of fewer pixels in a row have windows whose rows are too short to be copied and added fast."""


def interleave(x):
    """The images of x, (N, C, H, W), as one, (1, C, H, W·N), with pixel (h, w) of all of them side by side. Given."""
    n, c, h, w = x.shape
    return x.reshape(n, -1).T.contiguous().view(1, c, h, w * n)


def separate(x, n):
    """The way back from `interleave`: n images as a view of the wide one. Given."""
    return x[0].unflatten(2, (-1, n)).permute(3, 0, 1, 2)


class FastConv2d(Conv2d):
    """`Conv2d` with the columns of forward kept for backward where there is room, and no other memory taken; given.

    Small images are laid side by side first.
    """

    def forward(self, x):
        """x: (N, C, H, W) or (C, H, W). Returns y: (N, O, HO, WO) or (O, HO, WO)."""
        batch, (ph, pw) = as_batch(x, self.in_channels), self.padding
        lanes = len(batch) if len(batch) > 1 and 0 < batch.shape[3] < NARROW else 1
        padded = pad(interleave(batch) if lanes > 1 else batch, (ph, pw * lanes))
        self.shape, self.padded_shape = x.shape, padded.shape
        self.columns = Columns(padded, self.kernel_size, self.stride, self.dilation, lanes)
        y = x.new_empty(len(padded), self.out_channels, *self.columns.size)
        columns_product(self.weight.data, bias_of(self), self.columns, y)
        if lanes > 1:
            y = separate(y, lanes)
        return y.reshape(x.shape[:-3] + y.shape[1:])

    def backward(self, grad_y):
        """grad_y: of the shape of y. Adds to weight.grad and bias.grad; returns grad_x, of the shape of x."""
        g, (ph, pw), lanes = as_batch(grad_y, self.out_channels), self.padding, self.columns.lanes
        if lanes > 1:
            g = interleave(g)
        grad_padded = g.new_zeros(self.padded_shape)
        self.weight.grad += columns_product_backward(self.weight.data, self.columns, g, grad_padded)
        if self.bias is not None:
            self.bias.grad += g.sum((0, 2, 3))
        grad_x = crop(grad_padded, (ph, pw * lanes))
        if lanes > 1:
            grad_x = separate(grad_x, lanes)
        return grad_x.reshape(self.shape)


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

    def part(self, padded, r, c):
        """What one phase needs of x, padded by the margin."""
        mh, mw = self.margin
        return padded[:, :, mh + r.first : mh + r.last + 1, mw + c.first : mw + c.last + 1]

    def weight_of(self, r, c):
        """What one phase multiplies with, (C_out, C_in, …): some entries of weight, the last first."""
        return self.weight.data[:, :, r.kernel, c.kernel].flip(2, 3).transpose(0, 1)

    def forward(self, x):
        """x: (N, C_in, H, W) or (C_in, H, W). Returns y: (N, C_out, H_out, W_out) or (C_out, H_out, W_out)."""
        batch = as_batch(x, self.in_channels)
        size, self.shape = self.output_size(batch), x.shape
        phases = self.phases(batch, size)
        self.margin = tuple(max((p[side].margin for p in phases), default=0) for side in (0, 1))
        padded, bias = pad(batch, self.margin), bias_of(self)
        self.padded_shape, self.phased = padded.shape, []
        y = batch.new_empty(len(batch), self.out_channels, *size)
        if len(phases) < math.prod(self.stride):  # no entry of x comes to some places
            y[:] = bias[:, None, None]
        for r, c in phases:
            weight, dilation = self.weight_of(r, c), (r.dilation, c.dilation)
            columns = Columns(self.part(padded, r, c), weight.shape[2:], dilation=dilation)
            columns_product(weight, bias, columns, y[:, :, r.out, c.out])
            self.phased.append((r, c, columns))
        return y.view(x.shape[:-3] + y.shape[1:])

    def backward(self, grad_y):
        """grad_y: of the shape of y. Adds to weight.grad and bias.grad; returns grad_x, of the shape of x."""
        g = as_batch(grad_y, self.out_channels)
        grad_padded = g.new_zeros(self.padded_shape)
        for r, c, columns in self.phased:
            weight, grad_part = self.weight_of(r, c), self.part(grad_padded, r, c)
            grad = columns_product_backward(weight, columns, g[:, :, r.out, c.out], grad_part)
            self.weight.grad[:, :, r.kernel, c.kernel] += grad.transpose(0, 1).flip(2, 3)
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
