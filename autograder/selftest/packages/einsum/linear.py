"""Linear by einsum, with type hints and a cache in a dataclass."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, einsum

from . import init
from .module import Module, Parameter


@dataclass
class Seen:
    """What forward keeps."""

    x: Tensor


class Linear(Module):
    """Like torch.nn.Linear, without torch.nn."""

    seen: Seen

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(torch.zeros(out_features, in_features))
        self.bias = Parameter(torch.zeros(out_features)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        bound = self.in_features ** (-1 / 2)
        for parameter in self.parameters():
            init.uniform_(parameter.data, -bound, bound)

    def forward(self, x: Tensor) -> Tensor:
        self.seen = Seen(x)
        y = einsum("...i,oi->...o", x, self.weight.data)
        return y if self.bias is None else y + self.bias.data

    def backward(self, grad_y: Tensor) -> Tensor:
        x = self.seen.x
        self.weight.grad = self.weight.grad + einsum("...o,...i->oi", grad_y, x)
        if self.bias is not None:
            self.bias.grad = self.bias.grad + einsum("...o->o", grad_y)
        return einsum("...o,oi->...i", grad_y, self.weight.data)
