import torch

from .module import Module


def _mask(x, p):
    if p == 1:
        return torch.zeros(x.shape, dtype=x.dtype, device=x.device)
    return (torch.rand_like(x) >= p).to(dtype=x.dtype, device=x.device).div_(1 - p)


class Dropout(Module):
    def __init__(self, p=0.5, inplace=False, *args, **kwargs):
        super().__init__(*args, **kwargs)
        assert 0 <= p <= 1, f"p should be between 0 and 1, but is {p}"
        self.p = p
        self.inplace = inplace

    def forward(self, x):
        self._m = _mask(x, self.p if self.training else 0.0)
        return x.mul_(self._m) if self.inplace else x * self._m

    def backward(self, grad_y):
        return grad_y * self._m

    def __repr__(self):
        return f"{type(self).__name__}(p={self.p}, inplace={self.inplace})"
