"""All maths that more than one class needs, named as in torch.nn.functional."""

from typing import Tuple, Union  # noqa: UP035

import torch

Number = Union[int, float]  # noqa: UP007


@torch.no_grad()
def relu(x: torch.Tensor, slope: Number = 0.0) -> torch.Tensor:
    return torch.where(x > 0, x, x * slope)


@torch.no_grad()
def relu_backward(grad: torch.Tensor, x: torch.Tensor, slope: Number = 0.0) -> torch.Tensor:
    return torch.where(x > 0, grad, grad * slope)


def sigmoid(x: torch.Tensor) -> torch.Tensor:
    y = torch.empty_like(x, requires_grad=False)
    positive = x >= 0
    y[positive] = 1.0 / (1.0 + torch.exp(-x[positive]))
    y[~positive] = torch.exp(x[~positive]) / (1.0 + torch.exp(x[~positive]))
    return y


def softplus(x: torch.Tensor) -> torch.Tensor:
    return torch.clamp(x, min=0.0) + torch.log(1.0 + torch.exp(-torch.abs(x)))


def tanh(x: torch.Tensor) -> torch.Tensor:
    return 2.0 * sigmoid(2.0 * x) - 1.0


def softmax(x: torch.Tensor, dim: int = -1) -> torch.Tensor:
    return torch.exp(log_softmax(x, dim=dim))


def log_softmax(x: torch.Tensor, dim: int = -1) -> torch.Tensor:
    assert x.is_floating_point(), f"scores are floating-point numbers, not {x.dtype}"
    highest, _ = torch.max(x, dim=dim, keepdim=True)
    z = x - highest
    return z - torch.log(torch.sum(torch.exp(z), dim=dim, keepdim=True))


def one_hot(target: torch.Tensor, size: int, *, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    table = torch.zeros((*target.shape, size), dtype=dtype, device=target.device)
    return table.scatter_(-1, target.unsqueeze(-1), torch.ones_like(table))


def conv_shape(size: Tuple[int, int], kernel, stride, padding, dilation) -> Tuple[int, ...]:  # noqa: UP006
    shape = tuple(
        (n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in zip(size, kernel, stride, padding, dilation)
    )
    if min(shape) < 1:
        raise ValueError(f"a kernel of {tuple(kernel)} does not fit into {tuple(size)}")
    return shape
