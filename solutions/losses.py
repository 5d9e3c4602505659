"""Losses: `loss = criterion(input, target)` is a 0-d tensor, `criterion.backward()` is dL/d input.

With reduction='mean' the terms are added and divided by their number, with 'sum' only added; the gradient follows.
"""

import torch

from .activations import LogSoftmax, exp
from .module import Module


class Loss(Module):
    """What all losses share; given. reduction: 'mean' (default) or 'sum', ValueError otherwise."""

    def __init__(self, reduction="mean"):
        if reduction not in ("mean", "sum"):
            raise ValueError(f"reduction must be 'mean' or 'sum', got {reduction!r}")
        self.reduction = reduction

    def divisor(self, terms):
        """What a sum over that many terms is divided by: their number for 'mean', 1 for 'sum'."""
        return terms if self.reduction == "mean" else 1

    def extra_repr(self):
        return f"reduction={self.reduction!r}"


def require_same_shape(input, target):
    """Raise ValueError unless both have one shape: (6, 1) - (6,) would silently be a (6, 6) table. Given."""
    if input.shape != target.shape:
        raise ValueError(f"input has shape {tuple(input.shape)}, but target has shape {tuple(target.shape)}")


def class_dim(input):
    """The dimension of the classes: 1 in (N, C) and (N, C, d₁, …), 0 in (C,). Given."""
    return 1 if input.dim() > 1 else 0


def require_class_indices(input, target):
    """Raise ValueError unless target has the shape of input without its classes, and class numbers in int64. Given."""
    dim = class_dim(input)
    if input.dim() == 0 or target.shape != input.shape[:dim] + input.shape[dim + 1 :]:
        raise ValueError(f"expected (N, C) and (N,), got {tuple(input.shape)} and {tuple(target.shape)}")
    if target.dtype != torch.int64:
        raise ValueError(f"class numbers must be int64, got {target.dtype}")


class MSELoss(Loss):
    """L = 1/n Σ (inputᵢ - targetᵢ)² over all n entries, as `torch.nn.MSELoss`. reduction: 'mean' or 'sum'."""

    def forward(self, input, target):
        """input, target: one shape, any; ValueError otherwise. Returns L, 0-d."""
        # Hint: call require_same_shape first.
        ### BEGIN SOLUTION
        require_same_shape(input, target)
        self.d = input - target
        self.n = self.divisor(self.d.numel())
        return (self.d * self.d).sum() / self.n
        ### END SOLUTION

    def backward(self):
        """Returns dL/d input, of the shape of input."""
        ### BEGIN SOLUTION
        return 2 / self.n * self.d
        ### END SOLUTION


class L1Loss(Loss):
    """L = 1/n Σ |inputᵢ - targetᵢ| over all n entries, as `torch.nn.L1Loss`. reduction: 'mean' or 'sum'."""

    def forward(self, input, target):
        """input, target: one shape, any; ValueError otherwise. Returns L, 0-d."""
        ### BEGIN SOLUTION
        require_same_shape(input, target)
        self.d = input - target
        self.n = self.divisor(self.d.numel())
        return self.d.abs().sum() / self.n
        ### END SOLUTION

    def backward(self):
        """Returns dL/d input, of the shape of input; 0 where input equals target."""
        ### BEGIN SOLUTION
        return self.d.sign() / self.n
        ### END SOLUTION


class NLLLoss(Loss):
    """L = -1/N Σₙ log p[n, target[n]] for log-probabilities, as `torch.nn.NLLLoss`. reduction: 'mean' or 'sum'."""

    def forward(self, input, target):
        """input: log-probabilities (N, C). target: class numbers (N,), int64. Returns L, 0-d.

        As in torch also (N, C, d₁, …) with (N, d₁, …), and (C,) with (). Raises ValueError for other shapes or another
        dtype of target.
        """
        # Hint: call require_class_indices first; `gather` picks one entry of each row, along class_dim(input).
        ### BEGIN SOLUTION
        require_class_indices(input, target)
        dim = class_dim(input)
        self.input, self.index = input, target.unsqueeze(dim)
        self.n = self.divisor(target.numel())
        return input.gather(dim, self.index).sum() / -self.n
        ### END SOLUTION

    def backward(self):
        """Returns dL/d input, of the shape of input: -1/N at each target, 0 elsewhere."""
        ### BEGIN SOLUTION
        return torch.zeros_like(self.input).scatter_(class_dim(self.input), self.index, -1 / self.n)
        ### END SOLUTION


class CrossEntropyLoss(Loss):
    """L = -1/N Σₙ Σ_c t[n, c] log softmax(input)[n, c], as `torch.nn.CrossEntropyLoss`: LogSoftmax, then NLL.

    reduction: 'mean' (over the N samples) or 'sum'. Finite for logits of any size.
    """

    def forward(self, input, target):
        """input: logits (N, C). target: class numbers (N,), int64, or probabilities (N, C), one-hot for example.

        Returns L, 0-d. As in torch also with more dimensions after C, or without N. Raises ValueError for other shapes
        or dtypes.
        """
        # Hint: a target of the shape of input holds the t of the formula; otherwise t is 1 at the class, 0 elsewhere.
        ### BEGIN SOLUTION
        dim = class_dim(input)
        self.log_p, self.target = LogSoftmax(dim)(input), target
        self.n = self.divisor(input.numel() // input.shape[dim])
        if target.shape == input.shape:
            return (target * self.log_p).sum() / -self.n
        require_class_indices(input, target)
        return self.log_p.gather(dim, target.unsqueeze(dim)).sum() / -self.n
        ### END SOLUTION

    def backward(self):
        """Returns dL/d input, of the shape of input: (softmax(input) - t) / N."""
        # Hint: with probabilities that do not sum to 1, softmax is multiplied by their sum Σ_c t[n, c].
        ### BEGIN SOLUTION
        p, t, dim = exp(self.log_p), self.target, class_dim(self.log_p)
        if t.shape == p.shape:
            return (p * t.sum(dim, keepdim=True) - t) / self.n
        index = t.unsqueeze(dim)
        p.scatter_add_(dim, index, -torch.ones_like(index, dtype=p.dtype))
        return p.div_(self.n)
        ### END SOLUTION


class BCEWithLogitsLoss(Loss):
    """L = -1/n Σ (t log σ(x) + (1 - t) log(1 - σ(x))) over all n entries, as `torch.nn.BCEWithLogitsLoss`.

    reduction: 'mean' or 'sum'. Finite for logits of any size.
    """

    def forward(self, input, target):
        """input: logits x, target: t between 0 and 1; one shape, ValueError otherwise. Returns L, 0-d."""
        # Hint: each term equals max(x, 0) - x t + log(1 + e^{-|x|}), which cannot overflow.
        ### BEGIN SOLUTION
        require_same_shape(input, target)
        self.x, self.t = input, target
        self.n = self.divisor(input.numel())
        losses = exp(input.abs(), k=-1).log1p_().add_(input.clamp(min=0)).addcmul_(input, target, value=-1)
        return losses.sum() / self.n
        ### END SOLUTION

    def backward(self):
        """Returns dL/d input = (σ(x) - t) / n."""
        ### BEGIN SOLUTION
        return exp(self.x, k=-1).add_(1).reciprocal_().sub_(self.t).div_(self.n)
        ### END SOLUTION
