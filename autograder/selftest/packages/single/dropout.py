"""Dropout by masked_fill, with uniform random numbers."""

import torch as t
from torch import Tensor

from .module import Module


class Dropout(Module):
    _dropped = None
    _factor = 1.0

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        match float(p):
            case q if q < 0 or q > 1:
                raise ValueError(f"{p=}")
            case q:
                self._p, self._inplace = q, inplace

    @property
    def p(self) -> float:
        return self._p

    @property
    def scale(self) -> float:
        return 0.0 if self.p == 1 else 1 / (1 - self.p)

    def forward(self, x: Tensor) -> Tensor:
        resting = not self.training
        self._factor = 1.0 if resting else self.scale
        self._dropped = t.zeros_like(x, dtype=t.bool) if resting else t.rand(size=x.shape, device=x.device) < self.p
        if resting:
            return x
        y = x if self._inplace else x.clone()
        return y.masked_fill_(mask=self._dropped, value=0.0).mul_(self._factor)

    def backward(self, grad_y: Tensor) -> Tensor:
        if (dropped := self._dropped) is None:
            raise RuntimeError("no forward yet")
        return grad_y.masked_fill(dropped, 0).mul(self._factor)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self._inplace}"
