"""Pooling of one plane after the other, in lists of lists."""

import torch

from .conv import conv_output_size, pair
from .module import Module


class Pool2d(Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        self.k, self.p = pair(kernel_size), pair(padding, 0)
        self.s = pair(stride) if stride is not None else self.k
        for k, p in zip(self.k, self.p):
            if p > k / 2:
                raise ValueError("too much padding")

    def windows(self, height, width):
        """(h, w, places that lie in the picture) for each window."""
        for h in range(conv_output_size(height, self.k[0], self.s[0], self.p[0])):
            for w in range(conv_output_size(width, self.k[1], self.s[1], self.p[1])):
                top, left = h * self.s[0] - self.p[0], w * self.s[1] - self.p[1]
                rows = [r for r in range(top, top + self.k[0]) if 0 <= r < height]
                columns = [c for c in range(left, left + self.k[1]) if 0 <= c < width]
                yield h, w, [(r, c) for r in rows for c in columns]

    def forward(self, x):
        height, width = x.shape[-2:]
        planes = x.reshape(-1, height, width).tolist()
        self.dims, self.routes, ys = x.shape, [], []
        for plane in planes:
            rows, routes = {}, []
            for h, w, places in self.windows(height, width):
                value, shares = self.pooled(plane, places)
                rows.setdefault(h, []).append(value)
                routes.append((h, w, shares))
            ys.append(list(rows.values()))
            self.routes.append(routes)
        y = torch.tensor(ys, dtype=x.dtype)
        return y.reshape(*x.shape[:-2], *y.shape[1:])

    def backward(self, grad_y):
        grad_x = torch.zeros(len(self.routes), *self.dims[-2:], dtype=grad_y.dtype)
        for plane, grads, routes in zip(grad_x, grad_y.reshape(-1, *grad_y.shape[-2:]), self.routes, strict=True):
            for h, w, shares in routes:
                for (r, c), share in shares:
                    plane[r, c] += share * grads[h, w]
        return grad_x.reshape(self.dims)


class MaxPool2d(Pool2d):
    def pooled(self, plane, places):
        best, where = float("-inf"), places[0]
        for r, c in places:
            if plane[r][c] > best:
                best, where = plane[r][c], (r, c)
        return best, [(where, 1.0)]


class AvgPool2d(Pool2d):
    def pooled(self, plane, places):
        area = self.k[0] * self.k[1]
        return sum(plane[r][c] for r, c in places) / area, [(place, 1 / area) for place in places]
