"""Layers of many passes, for inputs larger than a cache: block by block. Given; nothing to implement here.

Each pass of a plain layer reads and writes whole tensors, and what one pass has written is in the main memory again
when the next one reads it. Here all passes go over a block while it is in the cache, and then over the next. The
formulas are those of the plain twins, and so are the arguments and the results.
"""

import math

import torch

from .activations import LeakyReLU, LogSoftmax, Softmax, exp
from .batchnorm import BatchNorm, BatchNorm1d, BatchNorm2d
from .conv import BLOCK
from .losses import (
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    L1Loss,
    MSELoss,
    class_dim,
    require_class_indices,
    require_same_shape,
)


def in_blocks(*tensors, dim=0):
    """The same part of each tensor, block by block: views, cut along `dim`, of about BLOCK numbers of the first."""
    if (n := tensors[0].numel()) <= BLOCK:
        return [tensors]
    size = max(1, BLOCK * tensors[0].shape[dim] // n)
    return zip(*(tensor.split(size, dim) for tensor in tensors))


def entries(*tensors):
    """Blocks of tensors of one shape whose entries have nothing to do with each other; flattened, if several."""
    return [tensors] if tensors[0].numel() <= BLOCK else in_blocks(*(tensor.flatten() for tensor in tensors))


def rows(dim, *tensors):
    """Blocks that hold all that stands along `dim`: they are cut along another dimension, if there is one."""
    n = tensors[0].dim()
    return [tensors] if n < 2 else in_blocks(*tensors, dim=1 if dim in (0, -n) else 0)


# --- activations ------------------------------------------------------------------------------------------------------


class FastLeakyReLU(LeakyReLU):
    """`LeakyReLU` that keeps x in place of the slopes: to find them again takes less than to write them down."""

    def forward(self, x):
        """Returns y, a new tensor of the shape of x."""
        self.x, y = x, x.new_empty(x.shape)
        for part, out in entries(x, y):
            torch.clamp(part, min=0, out=out).lerp_(part, self.negative_slope)  # max(x, 0) + a (x - max(x, 0))
        return y

    def backward(self, grad_y):
        """Returns grad_x: grad_y where x > 0, else a · grad_y."""
        grad_x = grad_y.new_empty(grad_y.shape)
        for x, g, out in entries(self.x, grad_y, grad_x):
            torch.sign(x, out=out)
            if 0 <= self.negative_slope <= 1:
                out.clamp_(min=self.negative_slope).mul_(g)
            else:
                out.clamp_(min=0).mul_(g).lerp_(g, self.negative_slope)
        return grad_x


class FastSoftmax(Softmax):
    """`Softmax`, block by block."""

    def forward(self, x):
        """Returns p, of the shape of x: positive, sum 1 along `dim`. Finite for any finite x."""
        self.p = x.new_empty(x.shape)
        for part, p in rows(self.dim, x, self.p):
            torch.sub(part, part.amax(self.dim, keepdim=True), out=p)
            exp(p, out=p).div_(p.sum(self.dim, keepdim=True))
        return self.p

    def backward(self, grad_p):
        """Returns grad_x, with grad_xᵢ = pᵢ (grad_pᵢ - Σⱼ grad_pⱼ pⱼ)."""
        grad_x = torch.empty_like(self.p)
        for g, p, out in rows(self.dim, grad_p, self.p, grad_x):
            torch.mul(g, p, out=out).addcmul_(p, out.sum(self.dim, keepdim=True), value=-1)
        return grad_x


class FastLogSoftmax(LogSoftmax):
    """`LogSoftmax`, block by block."""

    def forward(self, x):
        """Returns log p, of the shape of x; finite for any finite x."""
        log_p, self.e = x.new_empty(x.shape), x.new_empty(x.shape)
        self.total = x.new_empty([1 if d == self.dim % x.dim() else size for d, size in enumerate(x.shape)])
        for part, z, e, total in rows(self.dim, x, log_p, self.e, self.total):
            torch.sub(part, part.amax(self.dim, keepdim=True), out=z)
            torch.sum(exp(z, out=e), self.dim, keepdim=True, out=total)
            z.sub_(total.log())
        return log_p

    def backward(self, grad_log_p):
        """Returns grad_x, with grad_xᵢ = grad_log_pᵢ - pᵢ Σⱼ grad_log_pⱼ."""
        grad_x = torch.empty_like(self.e)
        for g, e, total, out in rows(self.dim, grad_log_p, self.e, self.total, grad_x):
            torch.addcmul(g, e, g.sum(self.dim, keepdim=True) / total, value=-1, out=out)
        return grad_x


# --- losses -----------------------------------------------------------------------------------------------------------


class FastMSELoss(MSELoss):
    """`MSELoss`, block by block."""

    def forward(self, input, target):
        """input, target: one shape, any; ValueError otherwise. Returns L, 0-d."""
        require_same_shape(input, target)
        self.d, loss = input.new_empty(input.shape), input.new_zeros(())
        self.n = self.divisor(input.numel())
        for part, t, d in entries(input, target, self.d):
            torch.sub(part, t, out=d)
            loss += (d * d).sum()
        return loss / self.n


class FastL1Loss(L1Loss):
    """`L1Loss`, block by block."""

    def forward(self, input, target):
        """input, target: one shape, any; ValueError otherwise. Returns L, 0-d."""
        require_same_shape(input, target)
        self.d, loss = input.new_empty(input.shape), input.new_zeros(())
        self.n = self.divisor(input.numel())
        for part, t, d in entries(input, target, self.d):
            loss += torch.sub(part, t, out=d).abs().sum()
        return loss / self.n

    def backward(self):
        """Returns dL/d input, of the shape of input; 0 where input equals target."""
        grad = torch.empty_like(self.d)
        for d, out in entries(self.d, grad):
            torch.sign(d, out=out).div_(self.n)
        return grad


class FastBCEWithLogitsLoss(BCEWithLogitsLoss):
    """`BCEWithLogitsLoss`, block by block."""

    def forward(self, input, target):
        """input: logits x, target: t between 0 and 1; one shape, ValueError otherwise. Returns L, 0-d."""
        require_same_shape(input, target)
        self.x, self.t, loss = input, target, input.new_zeros(())
        self.n = self.divisor(input.numel())
        for x, t in entries(input, target):
            loss += exp(x.abs(), k=-1).log1p_().add_(x.clamp(min=0)).addcmul_(x, t, value=-1).sum()
        return loss / self.n

    def backward(self):
        """Returns dL/d input = (σ(x) - t) / n."""
        grad = self.x.new_empty(self.x.shape)
        for x, t, out in entries(self.x, self.t, grad):
            exp(x, k=-1, out=out).add_(1).reciprocal_().sub_(t).div_(self.n)
        return grad


class FastCrossEntropyLoss(CrossEntropyLoss):
    """`CrossEntropyLoss`, block by block, and without writing log p down where one entry of it is asked for."""

    def forward(self, input, target):
        """input: logits (N, C). target: class numbers (N,), int64, or probabilities (N, C). Returns L, 0-d."""
        self.e = None
        if target.shape == input.shape:
            return super().forward(input, target)
        require_class_indices(input, target)
        dim = class_dim(input)
        self.e, self.index, loss = input.new_empty(input.shape), target.unsqueeze(dim), input.new_zeros(())
        self.total, self.n = input.new_empty(self.index.shape), self.divisor(target.numel())
        for x, index, e, total in rows(dim, input, self.index, self.e, self.total):
            z = torch.sub(x, x.amax(dim, keepdim=True), out=e)
            at_target = z.gather(dim, index)
            torch.sum(exp(z, out=e), dim, keepdim=True, out=total)
            loss += (total.log() - at_target).sum()  # -log p = log Σe - z
        return loss / self.n

    def backward(self):
        """Returns dL/d input, of the shape of input: (softmax(input) - t) / N."""
        if self.e is None:
            return super().backward()
        grad = self.e * (self.total * self.n).reciprocal_()
        return grad.scatter_add_(class_dim(grad), self.index, torch.ones_like(self.total).div_(-self.n))


# --- batch normalisation ----------------------------------------------------------------------------------------------


def sums(pairs, dims):
    """Σ a and Σ a·b over `dims` and over all (a, b) of an iterable: parts cut along dimension 0, the largest first."""
    sum_a, products = 0, None
    for a, b in pairs:
        if products is None:
            products = a * b
        else:
            products[: len(a)].addcmul_(a, b)
        sum_a = sum_a + a.sum(dims)  # last: a sum over rows is slow to fetch numbers that are not in the cache yet
    return sum_a, products.sum(dims)


class FastBatchNorm(BatchNorm):
    """`BatchNorm` with one walk over x for mean and variance together, and without x̂.

    It keeps d = x - c. With δ = Σd / m, the mean is c + δ and the variance Σd² / m - δ². This difference loses few
    digits if c is near the mean, as that of a part of x is: m values in k parts vary by δ² / k at least, if those of
    one part are δ away from the mean of all. Where 0 is near enough, d is x itself.
    """

    def guess(self, x):
        """c, (C,): the mean of some samples, or 0 if that is less than twice their standard deviation away from it."""
        some = x[: math.ceil(len(x) / 64)]
        square, mean = (some * some).mean(self.dims), some.mean(self.dims)
        return mean.masked_fill_(5 * mean**2 < 4 * square, 0)

    def forward(self, x):
        """x: (N, C) or (N, C, L) for BatchNorm1d, (N, C, H, W) for 2d. Returns y of the same shape."""
        self.require_shape(x)
        self.dims = [d for d in range(x.dim()) if d != 1]
        self.uses_batch = self.training or not self.track_running_stats
        if self.uses_batch:
            m, c, self.d = x.numel() // self.num_features, self.guess(x), x
            walk = in_blocks(x, x)
            if c.any():
                self.d = x.new_empty(x.shape)
                walk = ((torch.sub(part, self.per_channel(c), out=d), d) for part, d in in_blocks(x, self.d))
            sum_d, sum_d_d = sums(walk, self.dims)
            self.delta = sum_d / m
            var = sum_d_d / m - self.delta**2
            if self.training and self.track_running_stats:
                self.remember(c + self.delta, var, m)
        else:
            self.d, var = x - self.per_channel(self.running_mean), self.running_var
            self.delta = torch.zeros_like(var)
        self.inv_std = (var + self.eps).rsqrt_()
        scale, shift = self.inv_std, 0
        if self.affine:
            scale, shift = scale * self.weight.data, self.bias.data
        return torch.addcmul(self.per_channel(shift - scale * self.delta), self.d, self.per_channel(scale))

    def backward(self, grad_y):
        """Adds to weight.grad and bias.grad; returns grad_x, of the shape of x."""
        sum_g, sum_g_d = sums(in_blocks(grad_y, self.d), self.dims)
        sum_g_x_hat = (sum_g_d - self.delta * sum_g) * self.inv_std
        scale = self.inv_std
        if self.affine:
            self.bias.grad += sum_g
            self.weight.grad += sum_g_x_hat
            scale = scale * self.weight.data
        if not self.uses_batch:
            return self.per_channel(scale) * grad_y
        # scale (g - Σg / m - x̂ Σg x̂ / m) with x̂ = (d - δ) / √(σ² + eps): a number, and multiples of d and of g
        m = grad_y.numel() // self.num_features
        of_d = scale * self.inv_std * sum_g_x_hat / -m
        number, of_d = self.per_channel(scale * sum_g / -m - of_d * self.delta), self.per_channel(of_d)
        of_g, grad_x = self.per_channel(scale), torch.empty_like(self.d)
        for g, d, out in in_blocks(grad_y, self.d, grad_x):
            torch.addcmul(number, d, of_d, out=out).addcmul_(g, of_g)
        return grad_x


class FastBatchNorm1d(FastBatchNorm):
    """`BatchNorm1d`, block by block."""

    ranks = BatchNorm1d.ranks


class FastBatchNorm2d(FastBatchNorm):
    """`BatchNorm2d`, block by block."""

    ranks = BatchNorm2d.ranks
