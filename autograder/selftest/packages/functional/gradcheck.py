import copy
from collections.abc import Callable
from functools import partial

import torch


def _with_entry(x: torch.Tensor, index: int, value: float) -> torch.Tensor:
    moved = copy.deepcopy(x).contiguous()
    moved.view(-1)[index] = value
    return moved


def _value(f: Callable, *args) -> float:
    result = f(_with_entry(*args))
    return result.item() if isinstance(result, torch.Tensor) else float(result)


def numerical_gradient(f, x, eps=1e-6):
    assert torch.is_tensor(x), f"expected a tensor, got {type(x).__name__}"
    value, flat = partial(_value, f, x), x.reshape(-1)
    grad = torch.zeros(x.numel(), dtype=x.dtype, device=x.device)
    for i, entry in enumerate(flat.tolist()):
        grad[i] = (value(i, entry + eps) - value(i, entry - eps)) / (2.0 * eps)
    return torch.reshape(grad, tuple(x.size()))


if __name__ == "__main__":
    print(numerical_gradient(lambda x: (x**2).sum(), torch.ones(3, dtype=torch.float64)))
