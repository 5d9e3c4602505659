"""Batch normalisation (Ioffe & Szegedy 2015): every channel with mean 0 and variance 1 over the batch."""

import torch

from .module import Module, Parameter


class BatchNorm(Module):
    """y = γ x̂ + β with x̂ = (x - μ) / √(σ² + eps), for each channel; what BatchNorm1d and BatchNorm2d share.

    In training μ and σ² are the mean and the (biased) variance over all but the channel dimension, and the running
    moments move towards them; in evaluation the running moments stand in their place.

    num_features: C, the size of dimension 1. eps: 1e-5. momentum: 0.1, the weight of the new batch in the running
    moments; None for the plain mean over all batches. affine: whether γ (`weight`) and β (`bias`) are learned.
    track_running_stats: whether there are running moments; without them evaluation uses the batch as well.
    Buffers: running_mean, running_var (C,), num_batches_tracked.
    """

    ranks = ()
    """Numbers of dimensions that the input may have; set by the subclasses."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.weight = Parameter(torch.ones(num_features)) if affine else None
        self.bias = Parameter(torch.zeros(num_features)) if affine else None
        self.register_buffer("running_mean", torch.zeros(num_features) if track_running_stats else None)
        self.register_buffer("running_var", torch.ones(num_features) if track_running_stats else None)
        self.register_buffer("num_batches_tracked", torch.tensor(0) if track_running_stats else None)

    def require_shape(self, x):
        """Raise ValueError for another rank, other channels, or a batch that has no variance. Given."""
        if x.dim() not in self.ranks or x.shape[1] != self.num_features:
            raise ValueError(f"expected {self.num_features} channels in {self.ranks} dimensions, got {tuple(x.shape)}")
        if self.training and x.numel() == self.num_features:
            raise ValueError(f"one value per channel has no variance: shape {tuple(x.shape)}")

    def forward(self, x):
        """x: (N, C) or (N, C, L) for BatchNorm1d, (N, C, H, W) for 2d. Returns y of the same shape.

        Raises ValueError for another shape, and in training for one value per channel.
        """
        # Hint: call require_shape first. The running variance is the unbiased one: m/(m-1) times σ², m values each.
        ### BEGIN SOLUTION
        self.require_shape(x)
        self.dims = [d for d in range(x.dim()) if d != 1]
        self.uses_batch = self.training or not self.track_running_stats
        mean = x.mean(self.dims) if self.uses_batch else self.running_mean
        from_mean, y = x - self.per_channel(mean), None
        if self.uses_batch:
            y = from_mean * from_mean  # the squares, and later the memory for y
            var = y.mean(self.dims)
            if self.training and self.track_running_stats:
                self.remember(mean, var, x.numel() // self.num_features)
        else:
            var = self.running_var
        self.inv_std = (var + self.eps).rsqrt_()
        self.x_hat = from_mean.mul_(self.per_channel(self.inv_std))
        if not self.affine:
            return self.x_hat.clone()
        beta, gamma = self.per_channel(self.bias.data), self.per_channel(self.weight.data)
        return torch.addcmul(beta, gamma, self.x_hat, out=y)
        ### END SOLUTION

    def remember(self, mean, var, m):
        """Move the running moments towards those of a batch with m values per channel. var: the biased variance."""
        # Hint: with momentum=None the k-th batch has the weight 1/k.
        ### BEGIN SOLUTION
        self.num_batches_tracked += 1
        a = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
        self.running_mean.lerp_(mean, a)  # (1 - a) · old + a · new
        self.running_var.lerp_(var * (m / (m - 1)), a)
        ### END SOLUTION

    def backward(self, grad_y):
        """Adds to weight.grad and bias.grad; returns grad_x, of the shape of x.

        In training x acts on y along three ways: directly, through μ, and through σ²; in evaluation only directly.
        """
        ### BEGIN SOLUTION
        g, x_hat = grad_y, self.x_hat
        g_x_hat = g * x_hat
        sum_g, sum_g_x_hat = g.sum(self.dims), g_x_hat.sum(self.dims)
        scale = self.inv_std
        if self.affine:
            self.bias.grad += sum_g
            self.weight.grad += sum_g_x_hat
            scale = scale * self.weight.data
        if not self.uses_batch:
            return self.per_channel(scale) * g
        m = g.numel() // self.num_features
        grad_x = torch.addcmul(g, x_hat, self.per_channel(sum_g_x_hat / m), value=-1, out=g_x_hat)
        return grad_x.sub_(self.per_channel(sum_g / m)).mul_(self.per_channel(scale))
        ### END SOLUTION

    def per_channel(self, values):
        """(C,) as (1, C, 1, …), so that it meets the channels of x when broadcast. Given.

        Asks `self.dims`, which forward sets, how many dimensions x has besides its channels.
        """
        return values.reshape(1, -1, *[1] * (len(self.dims) - 1))

    def extra_repr(self):
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"track_running_stats={self.track_running_stats}"
        )


class BatchNorm1d(BatchNorm):
    """Batch normalisation of (N, C) or (N, C, L), as `torch.nn.BatchNorm1d`; arguments as in `BatchNorm`."""

    ranks = (2, 3)


class BatchNorm2d(BatchNorm):
    """Batch normalisation of (N, C, H, W), as `torch.nn.BatchNorm2d`; arguments as in `BatchNorm`."""

    ranks = (4,)
