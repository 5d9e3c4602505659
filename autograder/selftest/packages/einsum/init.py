"""Initialisation by its own formulas: Box and Muller's normal numbers, variances instead of deviations."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

GAINS: dict[str, Callable[[float], float]] = {
    "linear": lambda _: 1.0,
    "conv2d": lambda _: 1.0,
    "sigmoid": lambda _: 1.0,
    "tanh": lambda _: 5 / 3,
    "relu": lambda _: 2**0.5,
    "leaky_relu": lambda slope: (2 / (1 + slope * slope)) ** 0.5,
}


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0) -> Tensor:
    return tensor.copy_(a + (b - a) * torch.rand(tensor.shape, dtype=tensor.dtype))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0) -> Tensor:
    radius = torch.sqrt(-2 * torch.log(1 - torch.rand(tensor.shape, dtype=torch.float64)))
    angle = 2 * math.pi * torch.rand(tensor.shape, dtype=torch.float64)
    return tensor.copy_(mean + std * radius * torch.cos(angle))


def fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    if tensor.ndim < 2:
        raise ValueError("a weight has two dimensions at least")
    return tensor[0].numel(), tensor[:, 0].numel()


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    if nonlinearity not in GAINS:
        raise ValueError(f"unknown: {nonlinearity}")
    return GAINS[nonlinearity](0.01 if param is None else param)


def by_variance(tensor: Tensor, variance: float, *, normal: bool) -> Tensor:
    return (
        normal_(tensor, std=variance**0.5)
        if normal
        else uniform_(tensor, -((3 * variance) ** 0.5), (3 * variance) ** 0.5)
    )


def xavier_uniform_(tensor, gain=1.0):
    return by_variance(tensor, 2 * gain**2 / sum(fan_in_and_fan_out(tensor)), normal=False)


def xavier_normal_(tensor, gain=1.0):
    return by_variance(tensor, 2 * gain**2 / sum(fan_in_and_fan_out(tensor)), normal=True)


def kaiming_variance(tensor, a, mode, nonlinearity):
    fan = dict(zip(("fan_in", "fan_out"), fan_in_and_fan_out(tensor), strict=True))[mode]
    return calculate_gain(nonlinearity, a) ** 2 / fan


def kaiming_uniform_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu"):
    return by_variance(tensor, kaiming_variance(tensor, a, mode, nonlinearity), normal=False)


def kaiming_normal_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu"):
    return by_variance(tensor, kaiming_variance(tensor, a, mode, nonlinearity), normal=True)
