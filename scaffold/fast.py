"""The same layers, written for the machine: each gives what its plain twin gives, in less time.

What takes time is seldom the arithmetic. It is numbers on their way to memory and back, calls that hardly do anything,
and work that need not be done; notebook 13 measures which, and takes them away one by one.
"""

import itertools
import math
from functools import cached_property

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


def even_parts(n, at_most):
    """Slices that cut n things into as few parts as can be, all about the same, none of them above `at_most`. Given."""
    size = math.ceil(n / max(1, math.ceil(n / at_most)))
    return [slice(start, min(start + size, n)) for start in range(0, n, max(1, size))]


def blocks_of_images(n, of_image, limit):
    """The slices of n images in blocks of `limit` numbers or fewer for each thread of torch, or of one image. Given.

    of_image: how many numbers an image takes.
    """
    return even_parts(n, max(1, limit * torch.get_num_threads() // max(1, of_image)))


class Columns:
    """The windows of x, written out as columns of matrices: a block at a time, into the same piece of memory. Given.

    x: (N, C, H, W), padded already. kernel_size, stride, dilation: pairs. Raises ValueError if the kernel does not fit.
    A block is so many samples, or for each thread of torch so many rows of windows of one sample, that a thread's
    columns hold about LIMIT numbers: few enough to stay in a core's cache. size: (HO, WO).

    With a stride of 1 windows one row high are enough: what one row of the kernel sees in a window is what the row
    above it sees in the next window further down. So their columns are written once for all rows of the kernel, and
    each has its matrix in the same memory. But not for two rows only, nor if a matrix had fewer than SHARED rows.

    lanes: how many images lie side by side in x, as `interleave` puts them; a window is of one of them.
    """

    LIMIT, SHARED = 2**19, 32

    def __init__(self, x, kernel_size, stride=(1, 1), dilation=(1, 1), lanes=1):
        (kh, kw), (dh, _), self.lanes = kernel_size, dilation, lanes
        shared = stride[0] == 1 and kh > 2 and x.shape[1] * kw >= self.SHARED
        self.geometry = (1 if shared else kh, kw), stride, dilation
        self.offsets = range(0, kh * dh, dh) if shared else (0,)
        self.windows, self.written = self.windows_of(x), None
        n, *_, rows, wo, _ = self.windows.shape
        self.size = ho, _ = rows - self.offsets[-1], wo * lanes
        of_row = max(1, self.windows[:1, ..., :1, :, :].numel())
        samples = even_parts(n, torch.get_num_threads() * max(1, self.LIMIT // (of_row * rows)))
        at_most = ho if of_row * rows <= self.LIMIT else max(1, self.LIMIT // of_row - self.offsets[-1])
        heights = even_parts(ho, at_most)
        self.blocks = list(itertools.product(samples, heights))
        largest = (samples[0].stop if n else 0) * (heights[0].stop + self.offsets[-1])
        self.memory = x.new_empty(of_row * largest)

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


def channel_sums(g):
    """Σ of g, (N, C, H, W), over all but the channels, (C,): image by image, in the order in which they lie. Given."""
    return g.sum((2, 3)).sum(0)


NARROW = 24
"""Images of fewer pixels in a row have windows whose rows are too short to be copied and added fast."""


def interleave(x):
    """The images of x, (N, C, H, W), as one, (1, C, H, W·N), with pixel (h, w) of all of them side by side. Given."""
    n, c, h, w = x.shape
    return x.reshape(n, -1).T.contiguous().view(1, c, h, w * n)


def separate(x, n):
    """The way back from `interleave`: n images as a view of the wide one. Given."""
    return x[0].unflatten(2, (-1, n)).permute(3, 0, 1, 2)


class ByColumns:
    """The convolution of images by their `Columns`, and its way back; narrow images are laid side by side first. Given.

    shape: of x, (N, C, H, W). weight: (O, C, KH, KW). padding, stride, dilation: pairs. Raises ValueError in forward if
    the kernel does not fit.
    """

    def __init__(self, shape, weight, padding, stride, dilation):
        self.weight, self.stride, self.dilation = weight, stride, dilation
        narrow = 0 < shape[3] < NARROW and weight[0].numel() > len(weight)  # else y takes longer to lay than columns
        self.lanes = shape[0] if narrow and shape[0] > 1 else 1
        self.padding = padding[0], padding[1] * self.lanes

    def forward(self, x, bias):
        """Returns y: (N, O, HO, WO). bias: (O,)."""
        padded = pad(interleave(x) if self.lanes > 1 else x, self.padding)
        self.padded_shape = padded.shape
        self.columns = Columns(padded, self.weight.shape[2:], self.stride, self.dilation, self.lanes)
        y = x.new_empty(len(padded), len(self.weight), *self.columns.size)
        columns_product(self.weight, bias, self.columns, y)
        return separate(y, self.lanes) if self.lanes > 1 else y

    def backward(self, grad_y):
        """Returns the gradients of x and weight. grad_y: of the shape of y."""
        grad_padded = grad_y.new_zeros(self.padded_shape)
        g = interleave(grad_y) if self.lanes > 1 else grad_y
        grad_weight = columns_product_backward(self.weight, self.columns, g, grad_padded)
        grad_x = crop(grad_padded, self.padding)
        return separate(grad_x, self.lanes) if self.lanes > 1 else grad_x, grad_weight


class FastConv2d(Conv2d):
    """`Conv2d` by `ByColumns`; arguments as there. Given."""

    def way_for(self, x):
        """What computes the convolution of x, (N, C, H, W)."""
        return ByColumns(x.shape, self.weight.data, self.padding, self.stride, self.dilation)

    def forward(self, x):
        """x: (N, C, H, W) or (C, H, W). Returns y: (N, O, HO, WO) or (O, HO, WO)."""
        batch, self.shape = as_batch(x, self.in_channels), x.shape
        self.way = self.way_for(batch)
        y = self.way.forward(batch, bias_of(self))
        return y.reshape(x.shape[:-3] + y.shape[1:])

    def backward(self, grad_y):
        """grad_y: of the shape of y. Adds to weight.grad and bias.grad; returns grad_x, of the shape of x."""
        g = as_batch(grad_y, self.out_channels)
        grad_x, grad_weight = self.way.backward(g)
        self.weight.grad += grad_weight
        if self.bias is not None:
            self.bias.grad += channel_sums(g)
        return grad_x.reshape(self.shape)


# --- transposed convolution: a convolution with more channels, woven together -----------------------------------------


class FastConvTranspose2d(ConvTranspose2d):
    """`ConvTranspose2d` as a convolution of x, with channels of its own for each place between two strides. Given.

    y[q·S + a - P] = Σ_t weight[t·S + a] · x[q - t]: for each a < S a convolution by every S-th entry of the kernel,
    whose outputs z[q, a] lie S apart in y. Such a kernel has few entries and many channels, so it is the channels that
    lie side by side in memory here: a window is copied in a few long pieces. Arguments as there; a dilated kernel is
    one with zeros in between.
    """

    LIMIT = 2**18
    """So many numbers of z, or of the windows that it comes from, are worked on at a time for each thread of torch."""

    def forward(self, x):
        """x: (N, C_in, H, W) or (C_in, H, W). Returns y: (N, C_out, H_out, W_out) or (C_out, H_out, W_out)."""
        batch, self.shape = as_batch(x, self.in_channels), x.shape
        order, bias = self.order.to(x.device), bias_of(self)[:, None, None]
        (n, c, h, w), (r_h, r_w) = batch.shape, order.shape[:2]
        weight = torch.cat([self.weight.data.new_zeros(1), self.weight.data.flatten()])
        self.matrix = weight[order].flatten(3).flatten(0, 2)
        of_image = (h + r_h - 1) * (w + r_w - 1) * max(self.matrix.shape)
        y, self.padded = batch.new_empty(n, self.out_channels, *self.output_size(batch)), []
        for block in blocks_of_images(n, of_image, self.LIMIT):
            padded = batch.new_zeros(block.stop - block.start, h + 2 * r_h - 2, w + 2 * r_w - 2, c).permute(0, 3, 1, 2)
            crop(padded, (r_h - 1, r_w - 1))[:] = batch[block]
            windows = self.windows(padded)
            self.last_rows = self.rows(windows)
            z = (self.last_rows @ self.matrix).view(len(windows), *windows.shape[4:], *order.shape[3:])
            woven = z.transpose(2, 3).flatten(1, 2).flatten(2, 3).permute(0, 3, 1, 2)
            torch.add(self.within(woven, y), bias, out=y[block])
            self.padded.append((block, padded))
        return y.view(x.shape[:-3] + y.shape[1:])

    def backward(self, grad_y):
        """grad_y: of the shape of y. Adds to weight.grad and bias.grad; returns grad_x, of the shape of x."""
        g, (s_h, s_w) = as_batch(grad_y, self.out_channels), self.stride
        grad_x, grad_matrix = g.new_empty(len(g), *self.shape[-3:]), torch.zeros_like(self.matrix)
        for block, padded in reversed(self.padded):
            rows, self.last_rows = self.last_rows, None  # they are overwritten below
            if rows is None:
                rows = self.rows(self.windows(padded))
            grad_padded = torch.zeros_like(padded)
            grad_windows = self.windows(grad_padded)
            n, c, r_h, r_w, q_h, q_w = grad_windows.shape
            woven = g.new_zeros(n, self.out_channels, q_h * s_h, q_w * s_w)
            self.within(woven, g)[:] = g[block]
            grad_z = woven.view(n, -1, q_h, s_h, q_w, s_w).permute(3, 5, 1, 0, 2, 4).reshape(-1, len(rows))
            grad_matrix.addmm_(rows.T, grad_z.T)
            grad_rows = torch.mm(grad_z.T, self.matrix.T, out=rows).view(n, q_h, q_w, r_h, r_w, c)
            for place, values in zip(taps(grad_windows), taps(grad_rows.permute(0, 5, 3, 4, 1, 2))):
                place += values
            grad_x[block] = crop(grad_padded, (r_h - 1, r_w - 1))
        grad_weight = grad_matrix.new_zeros(1 + self.weight.data.numel())
        grad_weight.index_add_(0, self.order.flatten().to(g.device), grad_matrix.flatten())
        self.weight.grad += grad_weight[1:].view(self.weight.data.shape)
        if self.bias is not None:
            self.bias.grad += channel_sums(g)
        return grad_x.reshape(self.shape)

    def windows(self, padded):
        """What each z comes from, a view of x with its border: (N, C_in, R_H, R_W, Q_H, Q_W)."""
        return sliding_windows(padded, self.order.shape[:2], (1, 1), (1, 1))

    def rows(self, windows):
        """A copy of them as rows of a matrix, the channels innermost: (N·Q_H·Q_W, R_H·R_W·C_in)."""
        rows = windows.permute(0, 4, 5, 2, 3, 1).clone(memory_format=torch.contiguous_format)
        return rows.view(-1, len(self.matrix))

    def within(self, woven, y):
        """Of all z, woven together, those that are y: a view."""
        (p_h, p_w), (h, w) = self.padding, y.shape[2:]
        return woven[:, :, p_h : p_h + h, p_w : p_w + w]

    @cached_property
    def order(self):
        """Which entry of weight stands where in the kernels, counted from 1, or 0: (R_H, R_W, C_in, S_H, S_W, C_out).

        These are the kernels of a convolution for all (a, b) below the strides, with zeros up to whole strides.
        """
        sides = zip(self.dilation, self.kernel_size, self.output_padding, self.stride)
        (r_h, r_w), (s_h, s_w) = (math.ceil((d * (k - 1) + 1 + e) / s) for d, k, e, s in sides), self.stride
        (d_h, d_w), (c_in, c_out, k_h, k_w) = self.dilation, self.weight.data.shape
        spread = torch.zeros(c_in, c_out, r_h * s_h, r_w * s_w, dtype=torch.long)
        entries = spread[:, :, : d_h * (k_h - 1) + 1 : d_h, : d_w * (k_w - 1) + 1 : d_w]
        entries[:] = torch.arange(1, self.weight.data.numel() + 1).view(entries.shape)
        return spread.view(c_in, c_out, r_h, s_h, r_w, s_w).flip(2, 4).permute(2, 4, 0, 3, 5, 1).contiguous()


# --- fewer multiplications --------------------------------------------------------------------------------------------


def conv2d_fft(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """`conv2d` by the convolution theorem: a product in the frequency domain.

    x: (N, C, H, W). weight: (O, C, KH, KW). bias: (O,) or None. stride, padding, dilation: pairs. Returns y:
    (N, O, HO, WO). Raises ValueError if the kernel does not fit. The time does not depend on the size of the kernel.
    """
    # Hint: `torch.fft.rfft2(…, s=size)` pads with zeros. A correlation, not a convolution: one factor is conjugated.
    raise NotImplementedError("conv2d_fft: notebook 13, step 8")
