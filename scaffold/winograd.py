"""Convolution with fewer multiplications: polynomials multiplied by their values at a few points.

Of m neighbouring outputs y_h = Σ_i w_i · x_{h+i} of a kernel with r entries each takes r products, m·r in all. But
n = m + r - 1 are enough: y = Aᵀ [(G w) ⊙ (Bᵀ x)], with matrices that depend on m and r alone.
Source: Winograd 1980, "Arithmetic Complexity of Computations"; Lavin & Gray 2016, "Fast Algorithms for Convolutional
Neural Networks".
"""

import math
from functools import cache

import torch

from .conv import conv_output_size, pad
from .fast import FastConv2d, blocks_of_images

POINTS = (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5)
"""Where polynomials are evaluated, besides infinity: numbers whose powers stay near 1, or digits get lost."""


def winograd_matrices(m, r):
    """A, (n, m), G, (n, r), and B, (n, n), with n = m + r - 1, in float64, for m outputs of a kernel of r entries.

    For all w, (r,), and x, (n,): Aᵀ [(G w) ⊙ (Bᵀ x)] is Σ_i w_i x_{h+i} for each h < m. n is at most 8.
    """
    # Hint: row p of V(k) holds 1, p, …, p^(k-1), the last row, for infinity, 0 … 0 1. Two polynomials, w with r and d
    # with m coefficients, have the product V(n)⁻¹ [(V(r) w) ⊙ (V(m) d)]. What is wanted is its transpose in d.
    raise NotImplementedError("winograd_matrices: notebook 13, step 9")


def correlate(x, w):
    """Σ_i w_i x_{h+i} for all h, (m,), of x, (m + r - 1,), and w, (r,), by as many products as x has entries. Given."""
    A, G, B = (matrix.to(x) for matrix in winograd_matrices(len(x) - len(w) + 1, len(w)))
    return A.T @ ((G @ w) * (B.T @ x))


def rows_at_once(kh, ho):
    """m, for a kernel of kh rows and ho rows of y: that with the fewest products for all tiles. Given."""
    return min(range(1, len(POINTS) + 3 - kh), key=lambda m: math.ceil(ho / m) * (m + kh - 1))


def conv2d_winograd(x, weight, bias=None, padding=(0, 0)):
    """`conv2d` with a stride of 1: a few rows of y at once, and within the rows product by product.

    x: (N, C, H, W). weight: (O, C, KH, KW), KH at most 7. bias: (O,) or None. padding: a pair. Returns y:
    (N, O, HO, WO). Raises ValueError if the kernel does not fit.
    """
    # Hint: tiles of n rows, one every m rows: `x.unfold(2, n, m)`, once there are zeros below for the last of them. Bᵀ
    # comes to the rows of a tile, G to those of weight; between the two it is an `einsum` over windows of 1 x KW.
    raise NotImplementedError("conv2d_winograd: notebook 13, step 9")


@cache
def matrices(m, r, dtype, device):
    """`winograd_matrices`, worked out once for a dtype and a device. Given."""
    return tuple(matrix.to(device, dtype) for matrix in winograd_matrices(m, r))


class Winograd:
    """`conv2d_winograd` and its way back, tile by tile in the cache. Given.

    shape: of x, (N, C, H, W). weight: (O, C, KH, KW), KH at most 7. padding: a pair. Raises ValueError if the kernel
    does not fit.

    Images lie in *strips*, (H, C, N·W): row by row, in a row channel by channel, and there the rows of all images one
    after the other, with zeros in between. So a tile is some rows as they lie in memory, and what the next column of
    the kernel sees is the same strip, one number further on: nothing is copied. Batches are cut into blocks of images
    whose tiles have about LIMIT numbers for each thread of torch.
    """

    LIMIT = 2**18

    def __init__(self, shape, weight, padding):
        (n, _, h, w), (self.o, self.c, kh, kw), (ph, pw) = shape, weight.shape, padding
        self.shape, self.padding, self.ends = shape, padding, kw - 1
        self.size = conv_output_size(h, kh, 1, ph), conv_output_size(w, kw, 1, pw)
        self.width = max(w + pw, self.size[1])  # zeros to the right of an image are those to the left of the next one
        self.m = rows_at_once(kh, self.size[0])
        self.A, self.G, self.B = matrices(self.m, kh, weight.dtype, weight.device)
        self.tops = range(0, self.size[0], self.m)
        U = self.G @ weight.permute(2, 3, 0, 1).flatten(1)
        self.U = U.view(-1, kw, self.o, self.c).transpose(0, 1).contiguous()  # (KW, n, O, C)
        self.blocks = blocks_of_images(n, len(self.B) * max(self.o, self.c) * self.width, self.LIMIT)

    def strips(self, block, rows, channels, before=0, after=0):
        """Strips for the images of a block, all zeros, with so many columns more before and after.

        And the images in them, a view, (N, channels, rows, width).
        """
        columns = (block.stop - block.start) * self.width
        strips = self.U.new_zeros(rows, channels, before + columns + after)
        return strips, strips[..., before : before + columns].unflatten(2, (-1, self.width)).permute(2, 1, 0, 3)

    def forward(self, x, bias):
        """Returns y: (N, O, HO, WO). bias: (O,)."""
        (h, w), (ho, wo), (ph, pw), n = x.shape[2:], self.size, self.padding, len(self.B)
        y, self.values = x.new_empty(len(x), self.o, ho, wo), []
        for block in self.blocks:
            strips, images = self.strips(block, self.tops[-1] + n, self.c, after=self.ends)
            images[:, :, ph : ph + h, pw : pw + w] = x[block]
            tile, tile_images = self.strips(block, self.m, self.o)
            columns = tile.shape[2]
            V, M = x.new_empty(len(self.tops), n, *strips.shape[1:]), x.new_empty(n, self.o, columns)
            for V_t, top in zip(V, self.tops):
                torch.mm(self.B.T, strips[top : top + n].flatten(1), out=V_t.flatten(1))
                torch.bmm(self.U[0], V_t[..., :columns], out=M)
                for j, U_j in enumerate(self.U[1:], 1):
                    M.baddbmm_(U_j, V_t[..., j : j + columns])
                torch.mm(self.A.T, M.flatten(1), out=tile.flatten(1))
                tile += bias[:, None]
                rows = y[block, :, top : top + self.m]
                rows[:] = tile_images[:, :, : rows.shape[2], :wo]
            self.values.append(V)
        return y

    def backward(self, grad_y):
        """Returns the gradients of x and weight. grad_y: of the shape of y."""
        (h, w), (ph, pw), n, ends = self.shape[2:], self.padding, len(self.B), self.ends
        grad_x, grad_U = grad_y.new_empty(self.shape), torch.zeros_like(self.U)
        for block, V in zip(self.blocks, self.values):
            strips, images = self.strips(block, self.tops[-1] + n, self.c, after=ends)
            tile, tile_images = self.strips(block, self.m, self.o, ends, ends)
            dM, dV, columns = tile.new_empty(n, *tile.shape[1:]), torch.empty_like(V[0]), V.shape[3]
            for V_t, top in zip(V, self.tops):
                rows = grad_y[block, :, top : top + self.m]
                tile_images[:, :, rows.shape[2] :] = 0
                tile_images[:, :, : rows.shape[2], : self.size[1]] = rows
                torch.mm(self.A, tile.flatten(1), out=dM.flatten(1))
                torch.bmm(self.U[0].mT, dM[..., ends:], out=dV)
                for j, (U_j, grad) in enumerate(zip(self.U, grad_U)):
                    grad.baddbmm_(dM[..., ends:columns], V_t[..., j : j + columns - ends].mT)
                    if j > 0:
                        dV.baddbmm_(U_j.mT, dM[..., ends - j : ends - j + columns])
                strips[top : top + n].flatten(1).addmm_(self.B, dV.flatten(1))
            grad_x[block] = images[:, :, ph : ph + h, pw : pw + w]
        grad_rows = (self.G.T @ grad_U.transpose(0, 1).flatten(1)).view(-1, len(self.U), self.o, self.c)
        return grad_x, grad_rows.permute(2, 3, 0, 1)


MANY, LONG = 16, 256
"""With fewer channels on a side, or fewer pixels in a row of all images of a batch, the matrices of `Winograd` are too
small to be multiplied fast."""


class WinogradConv2d(FastConv2d):
    """`FastConv2d` that takes `Winograd` where this saves half of the products or more; arguments as there. Given."""

    def way_for(self, x):
        (n, c, h, w), o, kh = x.shape, self.out_channels, self.kernel_size[0]
        plain = self.stride == self.dilation == (1, 1) and kh <= len(POINTS)
        if plain and min(o, c) >= MANY and o * c >= 2 * MANY**2 and n * w >= LONG:
            m = rows_at_once(kh, conv_output_size(h, kh, 1, self.padding[0]))
            if 2 * (m + kh - 1) <= m * kh:
                return Winograd(x.shape, self.weight.data, self.padding)
        return super().way_for(x)
