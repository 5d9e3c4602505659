"""Known mistakes of topic fast, as executable wrong answers."""

import math

import torch

from solutions.conv import as_batch, crop, pad
from solutions.fast import along
from solutions.winograd import POINTS, Winograd, rows_at_once

from ..common.model import Mistakes

MISTAKES = Mistakes("fast")

WHICH_SIDE = "u is uniform between 0 and 1. How likely is it that u < p, and what has to happen with probability p?"
EXPECTED = "What is the mean of mask · x when the mask is 1 with probability 1 - p?"
TIES = "Of several equal entries the first wins. Does an equal one that comes later overtake it?"
ORDER = "In [[1, 5], [5, 1]] the first 5 is in the upper row. Which step must come first for it to win?"
TAKES_ALL = "The entry that overtook last takes the whole gradient. What is left for those before it?"
CALLS_ADD = "One entry may lie in several windows. What happens to the gradients of several uses of one value?"
BLOCKS = "What does each block of samples or rows add to the gradient of weight?"
EACH_ROW = "`columns.of(block)` is a list. How many matrices are in it, and which of the weights belongs to each?"
STALE = "In the end, what stands in the memory that `columns.of(block)` would take for columns?"
MIRROR = "Convolution theorem: a product of transforms turns the kernel round. What does a conjugate do to it?"

ROUND = "Correlation lays the kernel on the signal as it is: w₀ on the first entry. Which entry does yours lay there?"
TRANSPOSED = "y = Aᵀ [(G w) ⊙ (Bᵀ x)] is taken with your B as it is returned. Is it V⁻¹, or its transpose?"
TILES = "Tile t holds the rows t·m … t·m + m - 1 of y. In which order must its two dimensions stand to be flattened?"


@MISTAKES.known(
    "FastDropout.forward", says="What should be dropped is kept, and what should be kept is dropped.", asks=WHICH_SIDE
)
def keeps_where_it_should_drop(self, x):
    self.mask = None
    if not self.training:
        return x
    self.mask = torch.rand_like(x).lt_(self.p)
    if self.p < 1:
        self.mask /= 1 - self.p
    return x.mul_(self.mask) if self.inplace else x * self.mask


@MISTAKES.known("FastDropout.forward", says="What is kept is not scaled by 1/(1 - p).", asks=EXPECTED)
def fast_mask_without_scale(self, x):
    self.mask = None
    if not self.training:
        return x
    self.mask = torch.rand_like(x).ge_(self.p)
    return x.mul_(self.mask) if self.inplace else x * self.mask


@MISTAKES.known(
    "FastDropout.forward",
    says="The shares are those of normal numbers, not of uniform ones.",
    asks="How likely is it that a number from `torch.randn` is at least p?",
)
def mask_from_normal_numbers(self, x):
    self.mask = None
    if not self.training:
        return x
    self.mask = torch.randn_like(x).ge_(self.p)
    if self.p < 1:
        self.mask /= 1 - self.p
    return x.mul_(self.mask) if self.inplace else x * self.mask


@MISTAKES.known(
    "FastMaxPool2d.forward", says="Of several equal entries the last wins; in `torch.nn` it is the first.", asks=TIES
)
def later_ties_overtake(self, x):
    y, self.steps = self.padded(x, -math.inf), []
    for dim in (3, 2):
        first, *others = along(y, dim, self.kernel_size[dim - 2], self.stride[dim - 2])
        shape, y, overtook = y.shape, first.contiguous(), []
        for place in others:
            overtook.append((place >= y).to(y.dtype))
            y = torch.maximum(y, place)
        self.steps.append((dim, shape, overtook))
    return y.reshape(x.shape[:-3] + y.shape[1:])


@MISTAKES.known(
    "FastMaxPool2d.forward",
    says="Of equal entries in different rows the one further to the left wins; in `torch.nn` it is the upper one.",
    asks=ORDER,
)
def rows_before_columns(self, x):
    y, self.steps = self.padded(x, -math.inf), []
    for dim in (2, 3):
        first, *others = along(y, dim, self.kernel_size[dim - 2], self.stride[dim - 2])
        shape, y, overtook = y.shape, first.contiguous(), []
        for place in others:
            overtook.append((place > y).to(y.dtype))
            y = torch.maximum(y, place)
        self.steps.append((dim, shape, overtook))
    return y.reshape(x.shape[:-3] + y.shape[1:])


@MISTAKES.known(
    "FastMaxPool2d.backward",
    says="Entries that were overtaken later get the gradient as well as the one that overtook them.",
    asks=TAKES_ALL,
)
def overtaken_entries_get_the_gradient(self, grad_y):
    grad = as_batch(grad_y, grad_y.shape[-3])
    for dim, shape, overtook in reversed(self.steps):
        left, grad = grad, grad_y.new_zeros(shape)
        first, *others = along(grad, dim, self.kernel_size[dim - 2], self.stride[dim - 2])
        for place, won in zip(others, overtook, strict=True):
            place += left * won
        first += left
    return crop(grad, self.padding).reshape(self.shape)


@MISTAKES.known(
    "FastMaxPool2d.backward",
    says="Where windows overlap, the gradient of one window replaces another's.",
    asks=CALLS_ADD,
)
def overlaps_replace_each_other(self, grad_y):
    grad = as_batch(grad_y, grad_y.shape[-3])
    for dim, shape, overtook in reversed(self.steps):
        left, grad = grad, grad_y.new_zeros(shape)
        first, *others = along(grad, dim, self.kernel_size[dim - 2], self.stride[dim - 2])
        for place, won in zip(reversed(others), reversed(overtook), strict=True):
            place.copy_(left * won)
            left = left - left * won
        first.copy_(left)
    return crop(grad, self.padding).reshape(self.shape)


@MISTAKES.known("columns_product", says="The bias is missing.", asks="What does the docstring add to weight @ windows?")
def product_without_bias(weight, bias, columns, y):
    for block in columns.blocks:
        part = y[block[0], :, block[1]]
        part.copy_(sum(map(torch.matmul, columns.cut(weight), columns.of(block))).view(part.shape))


@MISTAKES.known(
    "columns_product",
    says="Of a large image only the rows of its first block are computed.",
    asks="A block is some samples and some rows. Which rows does yours write?",
)
def rows_of_later_blocks_left_out(weight, bias, columns, y):
    y.zero_()
    for block in columns.blocks:
        if block[1].start == 0:
            part = y[block[0], :, block[1]]
            product = sum(map(torch.matmul, columns.cut(weight), columns.of(block)))
            torch.add(product.view(part.shape), bias[:, None, None], out=part)


@MISTAKES.known(
    "columns_product",
    says="Of a kernel whose rows share their columns only the first row is multiplied.",
    asks=EACH_ROW,
)
def first_matrix_alone(weight, bias, columns, y):
    for block in columns.blocks:
        part = y[block[0], :, block[1]]
        product = columns.cut(weight)[0] @ columns.of(block)[0]
        torch.add(product.view(part.shape), bias[:, None, None], out=part)


@MISTAKES.known(
    "columns_product_backward",
    says="Of a kernel whose rows share their columns only the first row gets a gradient.",
    asks=EACH_ROW,
)
def first_matrix_alone_gets_a_gradient(weight, columns, grad_y, grad_x):
    weights = columns.cut(weight)
    grads = [torch.zeros_like(w) for w in weights]
    for block in reversed(columns.blocks):
        g, matrix = grad_y[block[0], :, block[1]].flatten(2), columns.of(block)[0]
        grads[0] += (g @ matrix.transpose(1, 2)).sum(0)
        columns.clear()
        matrix.baddbmm_(weights[0].T.expand(len(g), -1, -1), g)
        columns.add_to(grad_x, block)
    return columns.joined(grads)


@MISTAKES.known("columns_product_backward", says="The gradient of weight is that of the last block alone.", asks=BLOCKS)
def weight_gradient_of_one_block(weight, columns, grad_y, grad_x):
    for block in columns.blocks:
        g, matrices = grad_y[block[0], :, block[1]].flatten(2), columns.of(block)
        grads = [(g @ matrix.transpose(1, 2)).sum(0) for matrix in matrices]
        columns.clear()
        for w, matrix in zip(columns.cut(weight), matrices, strict=True):
            matrix.baddbmm_(w.T.expand(len(g), -1, -1), g)
        columns.add_to(grad_x, block)
    return columns.joined(grads)


@MISTAKES.known(
    "columns_product_backward",
    says="A second backward takes the gradients that the first left in memory for columns.",
    asks=STALE,
)
def gradients_taken_for_columns(weight, columns, grad_y, grad_x):
    grads = [torch.zeros_like(w) for w in columns.cut(weight)]
    for block in reversed(columns.blocks):
        g, matrices = grad_y[block[0], :, block[1]].flatten(2), columns.of(block)
        for grad, matrix in zip(grads, matrices, strict=True):
            grad += (g @ matrix.transpose(1, 2)).sum(0)
        columns.memory.zero_()
        for w, matrix in zip(columns.cut(weight), matrices, strict=True):
            matrix.baddbmm_(w.T.expand(len(g), -1, -1), g)
        columns.add_to(grad_x, block)
    return columns.joined(grads)


@MISTAKES.known(
    "columns_product_backward",
    says="The gradient of the columns is added to the columns that stand in the memory.",
    asks="`baddbmm_` adds. To what, if nobody has called `columns.clear()`?",
)
def gradients_added_to_columns(weight, columns, grad_y, grad_x):
    grads = [torch.zeros_like(w) for w in columns.cut(weight)]
    for block in reversed(columns.blocks):
        g, matrices = grad_y[block[0], :, block[1]].flatten(2), columns.of(block)
        for grad, matrix in zip(grads, matrices, strict=True):
            grad += (g @ matrix.transpose(1, 2)).sum(0)
        for w, matrix in zip(columns.cut(weight), matrices, strict=True):
            matrix.baddbmm_(w.T.expand(len(g), -1, -1), g)
        columns.written = None
        columns.add_to(grad_x, block)
    return columns.joined(grads)


@MISTAKES.known("conv2d_fft", says="The kernel is turned round: this is a convolution, not a correlation.", asks=MIRROR)
def fft_without_conjugate(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    x, (sh, sw), (dh, dw) = pad(x, padding), stride, dilation
    size = x.shape[2:]
    spread = weight.new_zeros(*weight.shape[:2], dh * (weight.shape[2] - 1) + 1, dw * (weight.shape[3] - 1) + 1)
    spread[..., ::dh, ::dw] = weight
    product = torch.einsum("nchw,ochw->nohw", torch.fft.rfft2(x), torch.fft.rfft2(spread, s=size))
    ho, wo = size[0] - spread.shape[2] + 1, size[1] - spread.shape[3] + 1
    y = torch.fft.irfft2(product, s=size)[..., :ho:sh, :wo:sw]
    return y if bias is None else y + bias[:, None, None]


@MISTAKES.known("conv2d_fft", says="The bias is missing.", asks="What does `conv2d` do with its bias?")
def fft_without_bias(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    x, (sh, sw), (dh, dw) = pad(x, padding), stride, dilation
    size = x.shape[2:]
    spread = weight.new_zeros(*weight.shape[:2], dh * (weight.shape[2] - 1) + 1, dw * (weight.shape[3] - 1) + 1)
    spread[..., ::dh, ::dw] = weight
    product = torch.einsum("nchw,ochw->nohw", torch.fft.rfft2(x), torch.fft.rfft2(spread, s=size).conj())
    ho, wo = size[0] - spread.shape[2] + 1, size[1] - spread.shape[3] + 1
    return torch.fft.irfft2(product, s=size)[..., :ho:sh, :wo:sw]


@MISTAKES.known("winograd_matrices", says="The kernel is turned round.", asks=ROUND)
def matrices_of_a_convolution(m, r):
    powers = torch.tensor([[p**k for k in range(8)] for p in POINTS[: m + r - 2]], dtype=torch.float64)
    A, G, V = (torch.cat([powers[:, :k], torch.eye(k, dtype=torch.float64)[-1:]]) for k in (m, r, m + r - 1))
    return A, G.flip(1), torch.linalg.inv(V)


@MISTAKES.known("winograd_matrices", says="B is the transpose of what it should be.", asks=TRANSPOSED)
def matrices_with_b_transposed(m, r):
    powers = torch.tensor([[p**k for k in range(8)] for p in POINTS[: m + r - 2]], dtype=torch.float64)
    A, G, V = (torch.cat([powers[:, :k], torch.eye(k, dtype=torch.float64)[-1:]]) for k in (m, r, m + r - 1))
    return A, G, torch.linalg.inv(V).T


@MISTAKES.known("winograd_matrices", says="B is V itself, not its inverse.", asks="What makes coefficients of values?")
def matrices_without_inverse(m, r):
    powers = torch.tensor([[p**k for k in range(8)] for p in POINTS[: m + r - 2]], dtype=torch.float64)
    A, G, V = (torch.cat([powers[:, :k], torch.eye(k, dtype=torch.float64)[-1:]]) for k in (m, r, m + r - 1))
    return A, G, V


@MISTAKES.known("conv2d_winograd", says="The bias is missing.", asks="What does `conv2d` do with its bias?")
def winograd_without_bias(x, weight, bias=None, padding=(0, 0)):
    return Winograd(x.shape, weight, padding).forward(x, weight.new_zeros(len(weight)))


@MISTAKES.known("conv2d_winograd", says="The kernel is turned round, from top to bottom.", asks=ROUND)
def winograd_of_a_kernel_turned_round(x, weight, bias=None, padding=(0, 0)):
    bias = weight.new_zeros(len(weight)) if bias is None else bias
    return Winograd(x.shape, weight.flip(2), padding).forward(x, bias)


@MISTAKES.known("conv2d_winograd", says="The rows of y are right, but in another order.", asks=TILES)
def winograd_with_rows_shuffled(x, weight, bias=None, padding=(0, 0)):
    bias = weight.new_zeros(len(weight)) if bias is None else bias
    ho = x.shape[2] + 2 * padding[0] - weight.shape[2] + 1
    m = rows_at_once(weight.shape[2], ho)
    x = pad(x, (-ho % m, 0))[:, :, -ho % m :]
    y = Winograd(x.shape, weight, padding).forward(x, bias)
    return y.unflatten(2, (-1, m)).transpose(2, 3).flatten(2, 3)[:, :, :ho]


@MISTAKES.known(
    "conv2d_winograd",
    says="The last rows are missing: those of a tile that is not whole.",
    asks="How many rows must x have for all tiles to be whole, and where may zeros be added?",
)
def winograd_of_whole_tiles(x, weight, bias=None, padding=(0, 0)):
    bias = weight.new_zeros(len(weight)) if bias is None else bias
    y = Winograd(x.shape, weight, padding).forward(x, bias)
    return y[:, :, : y.shape[2] - y.shape[2] % rows_at_once(weight.shape[2], y.shape[2])]
