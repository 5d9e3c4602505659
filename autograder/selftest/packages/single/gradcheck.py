"""Central differences from the last entry to the first, each half of the fraction divided by itself."""

from collections.abc import Callable

import torch as t


def numerical_gradient(f: Callable[[t.Tensor], "float | t.Tensor"], x: t.Tensor, eps: float = 1e-6) -> t.Tensor:
    flat = x.detach().reshape(-1).tolist()

    def value(i: int, step: float) -> float:
        moved = [v + step * (i == k) for k, v in enumerate(flat)]
        return float(f(t.tensor(moved, dtype=x.dtype, device=x.device).reshape(shape=x.shape)))

    slopes = [(value(i, eps) - value(i, -eps)) * 0.5 / eps for i in range(len(flat) - 1, -1, -1)]
    return t.tensor(slopes[::-1], dtype=x.dtype, device=x.device).view(x.shape)
