"""Upsampling: every entry of x is looked at by itself."""

import torch

from .conv import as_batch, pair
from .init import uniform_
from .module import Module, Parameter


class Upsample(Module):
    def __init__(self, scale_factor, mode="nearest"):
        if mode != "nearest":
            raise ValueError(mode)
        self.factors = pair(scale_factor)

    def forward(self, x):
        self.height, self.width = x.shape[2:]
        down, across = self.factors
        y = torch.zeros(x.shape[0], x.shape[1], self.height * down, self.width * across, dtype=x.dtype)
        for h in range(y.shape[2]):
            for w in range(y.shape[3]):
                y[:, :, h, w] = x[:, :, h // down, w // across]
        return y

    def backward(self, grad_y):
        down, across = self.factors
        grad_x = torch.zeros(*grad_y.shape[:2], self.height, self.width, dtype=grad_y.dtype)
        for h in range(grad_y.shape[2]):
            for w in range(grad_y.shape[3]):
                grad_x[:, :, h // down, w // across] += grad_y[:, :, h, w]
        return grad_x


class ConvTranspose2d(Module):
    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, *, bias=True, dilation=1
    ):
        self.n_in, self.n_out = in_channels, out_channels
        self.k, self.s, self.d = pair(kernel_size), pair(stride), pair(dilation)
        self.p, self.extra = pair(padding, 0), pair(output_padding, 0)
        for i in range(2):
            if self.extra[i] >= self.s[i] and self.extra[i] >= self.d[i]:
                raise ValueError("output_padding is too large")
        self.weight = Parameter(torch.zeros(in_channels, out_channels, *self.k))
        self.bias = Parameter(torch.zeros(out_channels)) if bias else None
        self.reset_parameters()

    def reset_parameters(self):
        k = (self.n_out * self.k[0] * self.k[1]) ** -0.5
        for p in self.parameters():
            uniform_(p.data, -k, k)

    def canvas(self, like):
        """Zeros of the size of y before the padding is taken away."""
        sizes = [
            (self.x.shape[2 + i] - 1) * self.s[i] + self.d[i] * (self.k[i] - 1) + 1 + self.extra[i] for i in range(2)
        ]
        return torch.zeros(len(self.x), self.n_out, *sizes, dtype=like.dtype)

    def inside(self, canvas):
        return canvas[:, :, self.p[0] : canvas.shape[2] - self.p[0], self.p[1] : canvas.shape[3] - self.p[1]]

    def stamps(self, canvas):
        """(h, w, where the kernel of that entry lies on the canvas)."""
        for h in range(self.x.shape[2]):
            for w in range(self.x.shape[3]):
                top, left = h * self.s[0], w * self.s[1]
                bottom, right = top + self.d[0] * (self.k[0] - 1) + 1, left + self.d[1] * (self.k[1] - 1) + 1
                yield h, w, canvas[:, :, top : bottom : self.d[0], left : right : self.d[1]]

    def forward(self, x):
        self.x, self.batched = as_batch(x, self.n_in), x.dim() == 4
        canvas = self.canvas(x)
        for h, w, stamp in self.stamps(canvas):
            for n in range(len(self.x)):
                for c in range(self.n_in):
                    stamp[n] += self.x[n, c, h, w] * self.weight.data[c]
        y = self.inside(canvas).clone()
        if self.bias is not None:
            for o in range(self.n_out):
                y[:, o] += self.bias.data[o]
        return y if self.batched else y[0]

    def backward(self, grad_y):
        g = as_batch(grad_y, self.n_out)
        canvas, grad_x = self.canvas(grad_y), torch.zeros(self.x.shape, dtype=grad_y.dtype)
        self.inside(canvas).copy_(g)
        for h, w, stamp in self.stamps(canvas):
            for n in range(len(self.x)):
                for c in range(self.n_in):
                    grad_x[n, c, h, w] = (stamp[n] * self.weight.data[c]).sum()
                    self.weight.grad[c] += self.x[n, c, h, w] * stamp[n]
        if self.bias is not None:
            for o in range(self.n_out):
                self.bias.grad[o] += g[:, o].sum()
        return grad_x if self.batched else grad_x[0]
