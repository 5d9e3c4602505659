from typing import Any, Optional

import torch

from . import functional as F
from .module import Module


class _Activation(Module):
    saved: Optional[torch.Tensor]  # noqa: UP045

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def __call__(self, *args, **kwargs):
        return self.forward(*args, **kwargs)


class ReLU(_Activation):
    def forward(self, x):
        self.saved = x.detach().clone()
        return F.relu(x)

    def backward(self, grad_y):
        return F.relu_backward(grad_y, self.saved)


class LeakyReLU(_Activation):
    def __init__(self, negative_slope=0.01, **kwargs):
        super().__init__(**kwargs)
        self.negative_slope = negative_slope

    def forward(self, x):
        self.saved = x.detach().clone()
        return F.relu(x, slope=self.negative_slope)

    def backward(self, grad_y):
        return F.relu_backward(grad_y, self.saved, slope=self.negative_slope)


class Sigmoid(_Activation):
    def forward(self, x):
        self.saved = σ = F.sigmoid(x)
        return σ.clone()

    def backward(self, grad_y):
        σ = self.saved
        return grad_y * σ * (1.0 - σ)


class Tanh(_Activation):
    def forward(self, x):
        self.saved = F.tanh(x)
        return self.saved.clone()

    def backward(self, grad_y):
        return grad_y * (1.0 - self.saved**2)


class _AlongDim(_Activation):
    def __init__(self, dim: int, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.dim = dim

    def forward(self, x):
        self.saved = F.softmax(x, dim=self.dim)
        return self._output(x)


class Softmax(_AlongDim):
    def _output(self, x):
        return self.saved.clone()

    def backward(self, grad_p):
        inner = torch.sum(grad_p * self.saved, dim=self.dim, keepdim=True)
        return (grad_p - inner) * self.saved


class LogSoftmax(_AlongDim):
    def _output(self, x):
        return F.log_softmax(x, dim=self.dim)

    def backward(self, grad_log_p):
        return grad_log_p - torch.sum(grad_log_p, dim=self.dim, keepdim=True) * self.saved
