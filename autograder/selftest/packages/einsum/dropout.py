"""Dropout by indices: the numbers of the entries that stay."""

import torch
from torch import Tensor

from .module import Module


class Dropout(Module):
    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"{p} is no probability")
        self.p, self.inplace = p, inplace

    @property
    def keep(self) -> float:
        return 1.0 - self.p

    def thinned(self, flat: Tensor) -> Tensor:
        result = torch.zeros_like(flat)
        result[self.staying] = flat[self.staying] / self.keep
        return result

    def forward(self, x: Tensor) -> Tensor:
        self.active = self.training
        if not self.active:
            return x
        chances = torch.full((x.numel(),), self.keep, dtype=torch.float32, device=x.device)
        self.staying = torch.nonzero(torch.bernoulli(chances), as_tuple=True)[0]
        y = self.thinned(x.reshape(-1)).reshape(x.shape)
        if not self.inplace:
            return y
        x[...] = y
        return x

    def backward(self, grad_y: Tensor) -> Tensor:
        return self.thinned(grad_y.reshape(-1)).reshape(grad_y.shape) if self.active else grad_y.clone()
